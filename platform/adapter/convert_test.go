package adapter

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meridian-api/meridian/platform/rest"
)

// nilIsEmpty compares inputs that a response has contained: a nil slice is sent as [].
var nilIsEmpty = cmpopts.EquateEmpty()

// everyType is an input with a parameter of each type.
type everyType struct {
	Text   string     `query:"text" maxLength:"3"`
	Flag   bool       `query:"flag"`
	Int    int8       `query:"int" maximum:"100"`
	Uint   uint8      `query:"uint" minimum:"2"`
	Float  float64    `query:"float" maximum:"10"`
	At     *time.Time `query:"at"`
	Ints   []int      `query:"ints" maxItems:"2" maximum:"5"`
	Listed []string   `header:"X-Listed" maxItems:"3"`
}

// convertAll sends parameters and returns the status and the handler's input.
func convertAll(t *testing.T, query map[string][]string, header map[string]string) (int, everyType) {
	t.Helper()
	type echoed = struct{ Body everyType }
	op := rest.Operation[everyType, echoed]{ID: "list", Method: http.MethodGet, Path: "/things", Public: true}
	echo := func(_ context.Context, in everyType) (echoed, error) { return echoed{in}, nil }
	r, _ := invoke(t.Context(), t, op, echo, event(object{
		"httpMethod": "GET", "resource": "/things", "multiValueQueryStringParameters": query, "headers": header,
	}))
	var got everyType
	if r.StatusCode == http.StatusOK {
		if err := json.Unmarshal([]byte(r.Body), &got); err != nil {
			t.Fatal(err)
		}
	}
	return r.StatusCode, got
}

func TestConversion(t *testing.T) {
	at := time.Date(2026, 3, 4, 19, 15, 17, 500_000_000, time.UTC)
	for _, test := range []struct {
		name   string
		query  map[string][]string
		header map[string]string
		want   everyType
	}{
		{name: "no parameters"},
		{
			name: "every parameter",
			query: map[string][]string{
				"text": {"äöü"}, "flag": {"true"}, "int": {"-128"}, "uint": {"255"}, "float": {"-2.5e-1"},
				"at": {"2026-03-04T20:15:17.5+01:00"}, "ints": {"4", "-5"},
			},
			header: map[string]string{"x-listed": "a, b,c"},
			want: everyType{
				Text: "äöü", Flag: true, Int: -128, Uint: 255, Float: -0.25, At: &at, Ints: []int{4, -5},
				Listed: []string{"a", "b", "c"},
			},
		},
		{
			name:  "the last value counts",
			query: map[string][]string{"flag": {"true", "false"}, "int": {"1", "2"}},
			want:  everyType{Int: 2},
		},
		{
			name:  "maxima",
			query: map[string][]string{"int": {"100"}, "float": {"10"}, "ints": {"5"}},
			want:  everyType{Int: 100, Float: 10, Ints: []int{5}},
		},
		{name: "minimum", query: map[string][]string{"uint": {"2"}}, want: everyType{Uint: 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, got := convertAll(t, test.query, test.header)
			assertEqual(t, "status", status, http.StatusOK)
			assertEqual(t, "input", got, test.want, nilIsEmpty)
		})
	}
}

// TestHeadersInSeveralLines checks that the lines of a header are one value.
func TestHeadersInSeveralLines(t *testing.T) {
	type input struct {
		Listed   []string `header:"X-Listed"`
		Numbers  []int    `header:"X-Numbers"`
		IfMatch  string   `header:"If-Match"`
		Number   *int     `header:"X-Number"`
		NoneList []string `header:"If-None-Match"`
	}
	type echoed = struct{ Body input }
	op := rest.Operation[input, echoed]{ID: "list", Method: http.MethodGet, Path: "/things", Public: true}
	echo := func(_ context.Context, in input) (echoed, error) { return echoed{in}, nil }
	for _, test := range []struct {
		name  string
		lines object
		want  input
		// status is 200 if it is 0.
		status int
	}{
		{
			name: "a list", lines: object{"x-listed": []string{"a", "b,c"}, "X-NUMBERS": []string{"1", "2"}},
			want: input{Listed: []string{"a", "b", "c"}, Numbers: []int{1, 2}},
		},
		{
			name: "empty elements", lines: object{"X-Listed": []string{"a,,b,", "", " , c"}},
			want: input{Listed: []string{"a", "b", "c"}},
		},
		{name: "no elements", lines: object{"X-Listed": []string{""}}, want: input{Listed: []string{}}},
		{
			name: "quoted strings", lines: object{"X-Listed": []string{`"a,b"`, `"c\"d", e`}},
			want: input{Listed: []string{"a,b", `c"d`, "e"}},
		},
		{
			name: "entity tags",
			lines: object{
				"If-Match": []string{`"1"`, `"2,3"`}, "If-None-Match": []string{`"1"`, `W/"2,3", "4"`},
			},
			want: input{IfMatch: `"1", "2,3"`, NoneList: []string{`"1"`, `W/"2,3"`, `"4"`}},
		},
		{name: "a number in two lines", lines: object{"X-Number": []string{"1", "1"}}, status: http.StatusBadRequest},
		{name: "no lines", lines: object{"X-Listed": []string{}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := invoke(t.Context(), t, op, echo, event(object{
				"httpMethod": "GET", "resource": "/things", "multiValueHeaders": test.lines,
			}))
			assertEqual(t, "status", r.StatusCode, cmp.Or(test.status, http.StatusOK))
			if r.StatusCode != http.StatusOK {
				return
			}
			var got input
			if err := json.Unmarshal([]byte(r.Body), &got); err != nil {
				t.Fatal(err)
			}
			assertEqual(t, "input", got, test.want, nilIsEmpty)
		})
	}
}

// TestFormatsWithSeveralSpellings checks that the handler sees the canonical one.
func TestFormatsWithSeveralSpellings(t *testing.T) {
	type input struct {
		ID     string    `path:"id" format:"uuid"`
		Locale []string  `query:"locale" format:"bcp47"`
		At     time.Time `query:"at"`
		Body   struct {
			ID string `json:"id" format:"uuid"`
		}
	}
	type echoed = struct{ Body input }
	op := rest.Operation[input, echoed]{ID: "put", Method: http.MethodPut, Path: "/things/{id}", Public: true}
	echo := func(_ context.Context, in input) (echoed, error) { return echoed{in}, nil }
	upper := strings.ToUpper(id)
	r, _ := invoke(t.Context(), t, op, echo, event(object{
		"pathParameters":                  object{"id": upper},
		"multiValueQueryStringParameters": object{"locale": []string{"EN-ca"}, "at": []string{"2026-03-04t19:15:17z"}},
		"body":                            `{"id":"` + upper + `"}`,
	}))
	assertEqual(t, "status", r.StatusCode, http.StatusOK)
	var got input
	if err := json.Unmarshal([]byte(r.Body), &got); err != nil {
		t.Fatal(err)
	}
	want := input{ID: id, Locale: []string{"en-CA"}, At: time.Date(2026, 3, 4, 19, 15, 17, 0, time.UTC)}
	want.Body.ID = id
	assertEqual(t, "input", got, want)
}

func TestConversionRefuses(t *testing.T) {
	for name, texts := range map[string][]string{
		"text":  {"four", "äöüß", "a\x00"},
		"flag":  {"", "1", "TRUE", "yes"},
		"int":   {"", "+1", "1.0", "128", "-129", "101", "1e1", "0x1", "1_0", " 1"},
		"uint":  {"", "-1", "+2", "256", "1", "2.0"},
		"float": {"", "NaN", "Inf", "-inf", "0x1p-2", "1e400", "10.5", "1_0", "1,5", "+1", ".5", "1.", "1e-400"},
		"at": {"", "2026-03-04", "2026-03-04T20:15:17", "20:15", "2026-02-30T00:00:00Z",
			"2026-03-04T1:15:17Z", "2026-03-04T19:15:17,5Z", "2026-03-04T19:15:17+24:00"},
		"ints": {"", "6", "x"},
	} {
		for _, text := range texts {
			t.Run(name+"="+text, func(t *testing.T) {
				status, got := convertAll(t, map[string][]string{name: {text}}, nil)
				if status != http.StatusBadRequest {
					t.Errorf("got %d with %+v", status, got)
				}
			})
		}
	}
	t.Run("too many values", func(t *testing.T) {
		status, _ := convertAll(t, map[string][]string{"ints": {"1", "2", "3"}}, nil)
		assertEqual(t, "status", status, http.StatusBadRequest)
	})
	t.Run("no elements in a required header", func(t *testing.T) {
		type input struct {
			Listed []string `header:"X-Listed" required:"true"`
		}
		op := rest.Operation[input, struct{}]{ID: "list", Method: http.MethodGet, Path: "/things", Public: true}
		accept := func(context.Context, input) (out struct{}, err error) { return out, nil }
		r, _ := invoke(t.Context(), t, op, accept, event(object{
			"httpMethod": "GET", "resource": "/things", "multiValueHeaders": object{"X-Listed": []string{" , "}},
		}))
		assertEqual(t, "status", r.StatusCode, http.StatusBadRequest)
	})
	t.Run("too many elements in a header", func(t *testing.T) {
		status, _ := convertAll(t, nil, map[string]string{"X-Listed": "a,b,c,d"})
		assertEqual(t, "status", status, http.StatusBadRequest)
	})
}
