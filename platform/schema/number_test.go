package schema_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/platform/schema"
)

// TestBoundsOfIntegersAreExact compares with arithmetic of any precision, mostly
// beyond 2^53, where float64 skips integers.
func TestBoundsOfIntegersAreExact(t *testing.T) {
	edges := []int64{math.MinInt64, -1 << 53, -1, 0, 1, 1 << 53, math.MaxInt64}
	near := rapid.Custom(func(t *rapid.T) *big.Int {
		edge := big.NewInt(rapid.SampledFrom(edges).Draw(t, "edge"))
		return edge.Add(edge, big.NewInt(rapid.Int64Range(-3, 3).Draw(t, "offset")))
	})
	rapid.Check(t, func(t *rapid.T) {
		bound, n := near.Draw(t, "bound"), near.Draw(t, "n")
		parsed, ok := schema.ParseNumber(bound.String())
		if !ok {
			t.Fatalf("ParseNumber(%s) failed", bound)
		}
		c := schema.Constraints{Minimum: &parsed}
		want := n.Cmp(bound) >= 0
		if n.IsInt64() {
			if got := c.CheckInt(n.Int64()) == ""; got != want {
				t.Errorf("int64 %s, minimum %s: accepted is %t", n, bound, got)
			}
		}
		if n.IsUint64() {
			if got := c.CheckUint(n.Uint64()) == ""; got != want {
				t.Errorf("uint64 %s, minimum %s: accepted is %t", n, bound, got)
			}
		}
		c = schema.Constraints{Maximum: &parsed}
		want = n.Cmp(bound) <= 0
		if n.IsInt64() {
			if got := c.CheckInt(n.Int64()) == ""; got != want {
				t.Errorf("int64 %s, maximum %s: accepted is %t", n, bound, got)
			}
		}
	})
}

func TestNumber(t *testing.T) {
	for _, test := range []struct {
		text    string
		integer bool
		float   float64
	}{
		{text: "9007199254740993", integer: true, float: 1 << 53},
		{text: "-9223372036854775808", integer: true, float: math.MinInt64},
		{text: "18446744073709551615", integer: true, float: 1 << 64},
		{text: "18446744073709551616", float: 1 << 64},
		{text: "0", integer: true},
		{text: "1e6", float: 1e6},
		{text: "-1.5", float: -1.5},
	} {
		t.Run(test.text, func(t *testing.T) {
			n, ok := schema.ParseNumber(test.text)
			if !ok || n.String() != test.text || n.IsInteger() != test.integer || n.Float64() != test.float {
				t.Errorf("got %t, %s, %t, %v", ok, n, n.IsInteger(), n.Float64())
			}
			i, isInt := n.Int64()
			if want, err := strconv.ParseInt(test.text, 10, 64); isInt != (err == nil) || i != want && isInt {
				t.Errorf("Int64 is %d, %t", i, isInt)
			}
			u, isUint := n.Uint64()
			if want, err := strconv.ParseUint(test.text, 10, 64); isUint != (err == nil) || u != want && isUint {
				t.Errorf("Uint64 is %d, %t", u, isUint)
			}
		})
	}
}

func TestParseNumberRefuses(t *testing.T) {
	for _, text := range []string{
		"", "NaN", "Inf", "+1", "01", "-", ".5", "1.", "1e", "1e+", "0x10", "1_000", "1e400", "1e-400", " 1", "1 ", "--1",
	} {
		if n, ok := schema.ParseNumber(text); ok {
			t.Errorf("ParseNumber(%q) is %s", text, n)
		}
	}
}

// FuzzNumbersAreThoseOfJSON compares the syntax with encoding/json's.
func FuzzNumbersAreThoseOfJSON(f *testing.F) {
	for _, text := range []string{"0", "-0", "1.5e-3", "007", "1E+2", "-0.0", "0e-99999999999", "1e-99999999999", "1."} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var number float64
		err := json.Unmarshal([]byte(text), &number)
		got, ok := schema.ParseFloat(text, 64)
		var n json.Number
		isNumber := json.Unmarshal([]byte(text), &n) == nil && n.String() == text && err == nil
		if ok && (!isNumber || got != number) {
			t.Errorf("%q: got %v, encoding/json decodes %v, %v", text, got, number, err)
		}
		if isNumber && !ok && number != 0 {
			t.Errorf("%q is refused, encoding/json decodes %v", text, number)
		}
	})
}

// TestFloat32BoundsAreDecimal checks numbers whose nearest float32 is beyond the bound.
func TestFloat32BoundsAreDecimal(t *testing.T) {
	n := compile[struct {
		Rate []float32 `json:"rate" minimum:"-0.1" maximum:"0.1"`
	}](t)
	if got := violations(n, `{"rate":[0.1,-0.1]}`); got != nil {
		t.Errorf("the bounds are refused: %q", got)
	}
	want := []string{"/rate/0 must be at most 0.1", "/rate/1 must be at least -0.1"}
	if diff := cmp.Diff(want, violations(n, `{"rate":[0.100000001,-0.100000001]}`)); diff != "" {
		t.Errorf("beyond the bounds (-want +got):\n%s", diff)
	}
}

func TestParseFloatRefusesUnderflow(t *testing.T) {
	for _, test := range []struct {
		text string
		bits int
		ok   bool
	}{
		{"1e-99999999999", 64, false},
		{"-1e-400", 64, false},
		{"5e-324", 64, true},
		{"1e-60", 64, true},
		{"1e-60", 32, false},
		{"1e39", 32, false},
		{"3.4028234663852886e38", 32, true},
		{"-3.4028235e38", 32, true},
		{"3.40282351e38", 32, false},
		{"0e-99999999999", 64, true},
		{"-0.000E5", 64, true},
	} {
		if _, ok := schema.ParseFloat(test.text, test.bits); ok != test.ok {
			t.Errorf("%s in %d bits: accepted is %t", test.text, test.bits, ok)
		}
	}
}
