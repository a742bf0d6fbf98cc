package attr

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func mustNumber(t testing.TB, text string) Value {
	t.Helper()
	v, err := ParseNumber(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// randomNumber returns a number of up to 12 digits with an exponent from -6 to 6.
func randomNumber(random *rand.Rand) string {
	return fmt.Sprintf("%d.%de%d", random.IntN(2_000_001)-1_000_000, random.IntN(1_000_000), random.IntN(13)-6)
}

func rat(t testing.TB, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is not a number", text)
	}
	return r
}

// TestNumbersAgainstRationals compares parsing, arithmetic, comparison and the order of
// keys with exact rational arithmetic.
func TestNumbersAgainstRationals(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		x, y := randomNumber(random), randomNumber(random)
		if random.IntN(10) == 0 {
			y = x
		}
		a, b := mustNumber(t, x), mustNumber(t, y)
		p, q := rat(t, x), rat(t, y)
		if rat(t, a.Text).Cmp(p) != 0 {
			t.Fatalf("%s became %s", x, a.Text)
		}
		if got, ok := Compare(a, b); !ok || sign(got) != p.Cmp(q) {
			t.Fatalf("Compare(%s, %s) = %d", x, y, got)
		}
		if got := strings.Compare(a.KeyBytes(), b.KeyBytes()); got != p.Cmp(q) {
			t.Fatalf("keys of %s and %s: %d", x, y, got)
		}
		for _, subtract := range []bool{false, true} {
			want := new(big.Rat).Add(p, q)
			if subtract {
				want.Sub(p, q)
			}
			got, err := Add(a, b, subtract)
			if err != nil || rat(t, got.Text).Cmp(want) != 0 {
				t.Fatalf("%s, %s, subtract %v: %s, %v", x, y, subtract, got.Text, err)
			}
			if again := mustNumber(t, got.Text); again.Text != got.Text {
				t.Fatalf("%s is not canonical", got.Text)
			}
		}
	}
}

func sign(n int) int { return cmp.Compare(n, 0) }

// TestNumberSize checks sizes that paritysuite/dynamodb-conformance has measured on AWS
// (numberByteSize.test.ts).
func TestNumberSize(t *testing.T) {
	for text, want := range map[string]int{
		"0": 1, "-0": 1, "1": 2, "12": 2, "15": 2, "100": 2, "0042": 2, "123": 3, "1234": 3, "1010": 3,
		"123456": 4, "-42": 3,
		"0.15": 2, "0.0000001": 2, "1.2": 3, "1.200": 3, "1.5": 3, "1.234": 4, "100.5": 4, "3.14159": 5,
		"1E125": 2, "1E-100": 2, "12345678901234567890123456789012345678": 20,
	} {
		t.Run(text, func(t *testing.T) {
			if got := mustNumber(t, text).Size(); got != want {
				t.Errorf("%s has %d bytes, want %d", text, got, want)
			}
		})
	}
}

// TestKeyOrder checks that keys sort like their values, that no key is a prefix of
// another, and that different pairs of keys have different concatenations.
func TestKeyOrder(t *testing.T) {
	texts := []string{
		"",
		"\x00",
		"\x00\x00",
		"\x00\x01",
		"\x00\xff",
		"\x01",
		"a",
		"a\x00",
		"a\x00b",
		"a\x01",
		"ab",
		"b",
		"\xfe",
		"\xff",
		"\xff\xff",
	}
	for _, kind := range []Kind{S, B} {
		for n, x := range texts {
			for m, y := range texts {
				a, b := Value{Kind: kind, Text: x}, Value{Kind: kind, Text: y}
				if got := strings.Compare(a.KeyBytes(), b.KeyBytes()); got != cmp.Compare(n, m) {
					t.Errorf("%q and %q: %d", x, y, got)
				}
				if n != m && strings.HasPrefix(a.KeyBytes(), b.KeyBytes()) {
					t.Errorf("%q is a prefix of %q", y, x)
				}
				if strings.HasPrefix(x, y) != strings.HasPrefix(a.KeyBytes(), b.KeyPrefix()) {
					t.Errorf("begins_with(%q, %q) differs", x, y)
				}
			}
		}
	}
	pairs := map[string]string{}
	for _, x := range texts {
		for _, y := range texts {
			key := Text(x).KeyBytes() + Text(y).KeyBytes()
			if other, taken := pairs[key]; taken {
				t.Errorf("%q+%q is %s", x, y, other)
			}
			pairs[key] = fmt.Sprintf("%q+%q", x, y)
		}
	}
}

func TestKeyAfter(t *testing.T) {
	for _, prefix := range []string{"a", "a\x00\x01", "a\xff", "a\xff\xff", "\x00"} {
		after := KeyAfter(prefix)
		for _, tail := range []string{"", "\x00", "\xff", "\xff\xff\xff"} {
			if prefix+tail >= after {
				t.Errorf("%q is not below %q", prefix+tail, after)
			}
		}
		if after > prefix+"\xff\xff\xff\xff\xff" && !strings.HasPrefix(prefix, after[:len(after)-1]) {
			t.Errorf("KeyAfter(%q) = %q is not the least bound", prefix, after)
		}
	}
}

// TestJSONRoundTrip checks that decoding an encoded item returns an equal item.
func TestJSONRoundTrip(t *testing.T) {
	item := Item{
		"s": Text("quotes \" \\ and \n\x00 \u2028 <&> 😀"), "empty": Text(""), "n": mustNumber(t, "-12.5"),
		"b":    {Kind: B, Text: "\x00\xff"},
		"bool": {Kind: BOOL, Bool: true}, "no": {Kind: BOOL}, "null": {Kind: NULL, Bool: true},
		"l": {Kind: L, List: []Value{Text("x"), {Kind: M, Map: Item{"a": {Kind: L}}}}}, "m": {Kind: M, Map: Item{}},
		"ss": {Kind: SS, Set: []string{"", "a"}}, "ns": {Kind: NS, Set: []string{"1", "2"}}, "bs": {Kind: BS,
			Set: []string{"\xff"}},
	}
	data, err := json.Marshal(item)
	if err != nil {
		t.Fatal(err)
	}
	var raw any
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	again, err := DecodeItem(raw)
	if err != nil || !EqualItems(item, again) {
		t.Errorf("%s became %v, %v", data, again, err)
	}
}

func TestCloneIsIndependent(t *testing.T) {
	original := Item{"l": {Kind: L, List: []Value{{Kind: M, Map: Item{"a": Text("x")}}}}}
	clone := original.Clone()
	clone["l"].List[0].Map["a"] = Text("y")
	clone["l"].List[0] = Text("z")
	if got := original["l"].List[0].Map["a"].Text; got != "x" {
		t.Errorf("changing the clone changed the original to %q", got)
	}
}

func TestKinds(t *testing.T) {
	for kind := S; kind <= BS; kind++ {
		if got, ok := KindOf(kind.String()); !ok || got != kind {
			t.Errorf("%s is %v", kind, got)
		}
	}
	for _, name := range []string{"", "s", "X"} {
		if _, ok := KindOf(name); ok {
			t.Errorf("KindOf(%q) accepted an unknown type", name)
		}
	}
	if slices.ContainsFunc([]Kind{BOOL, NULL, L, M, SS, NS, BS}, Kind.Scalar) {
		t.Error("Scalar is true for a type that is not ordered")
	}
}
