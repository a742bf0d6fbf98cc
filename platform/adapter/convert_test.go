package adapter

import (
	"context"
	"encoding/json"
	"github.com/meridian-api/meridian/platform/rest"
	"net/http"
	"slices"
	"testing"
	"time"
)

// all is an input with a parameter of each type.
type all struct {
	Text   string     `query:"text" maxLength:"3"`
	Flag   bool       `query:"flag"`
	Int    int8       `query:"int" maximum:"100"`
	Uint   uint8      `query:"uint" minimum:"2"`
	Float  float64    `query:"float" maximum:"10"`
	At     *time.Time `query:"at"`
	Ints   []int      `query:"ints" maxItems:"2" maximum:"5"`
	Listed []string   `header:"X-Listed" maxItems:"3"`
}

func TestConversion(t *testing.T) {
	type given = struct{ Body all }
	op := rest.Operation[all, given]{ID: "list", Method: http.MethodGet, Path: "/things", Public: true}
	echo := func(_ context.Context, in all) (given, error) { return given{in}, nil }
	at := time.Date(2026, 3, 4, 19, 15, 17, 500_000_000, time.UTC)
	send := func(query map[string][]string, header map[string]string) (proxyResponse, all) {
		r, _ := call(t, op, echo, t.Context(), event(map[string]any{
			"httpMethod": "GET", "resource": "/things", "multiValueQueryStringParameters": query, "headers": header,
		}))
		var got given
		if r.StatusCode == http.StatusOK {
			if err := json.Unmarshal([]byte(r.Body), &got.Body); err != nil {
				t.Fatal(err)
			}
		}
		return r, got.Body
	}

	_, got := send(map[string][]string{
		"text": {"äöü"}, "flag": {"true"}, "int": {"-128"}, "uint": {"255"}, "float": {"-2.5e-1"},
		"at": {"2026-03-04T20:15:17.5+01:00"}, "ints": {"4", "-5"},
	}, map[string]string{"x-listed": "a, b,c"})
	if got.Text != "äöü" || !got.Flag || got.Int != -128 || got.Uint != 255 || got.Float != -0.25 || got.At == nil || !got.At.Equal(at) ||
		!slices.Equal(got.Ints, []int{4, -5}) || !slices.Equal(got.Listed, []string{"a", "b", "c"}) {
		t.Errorf("got %+v", got)
	}
	if _, got := send(map[string][]string{"flag": {"true", "false"}, "int": {"1", "2"}}, nil); got.Flag || got.Int != 2 {
		t.Errorf("of several the last counts: got %+v", got)
	}

	for name, wrong := range map[string][]string{
		"text":  {"four", "äöüß"},
		"flag":  {"", "1", "TRUE", "yes"},
		"int":   {"", "+1", "1.0", "128", "-129", "101", "1e1", "0x1", "1_0", " 1"},
		"uint":  {"", "-1", "+2", "256", "1", "2.0"},
		"float": {"", "NaN", "Inf", "-inf", "0x1p-2", "1e400", "10.5", "1_0", "1,5"},
		"at":    {"", "2026-03-04", "2026-03-04T20:15:17", "20:15", "2026-02-30T00:00:00Z"},
		"ints":  {"", "6", "x"},
	} {
		for _, text := range wrong {
			if r, got := send(map[string][]string{name: {text}}, nil); r.StatusCode != http.StatusBadRequest {
				t.Errorf("%s=%q: %d with %+v", name, text, r.StatusCode, got)
			}
		}
	}
	if r, _ := send(map[string][]string{"ints": {"1", "2", "3"}}, nil); r.StatusCode != http.StatusBadRequest {
		t.Errorf("too many: %d", r.StatusCode)
	}
}
