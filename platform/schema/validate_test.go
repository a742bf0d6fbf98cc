package schema_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/schema"
)

type person struct {
	Name    string   `json:"name" minLength:"2" maxLength:"5"`
	Email   string   `json:"email,omitempty" format:"email"`
	Age     *int8    `json:"age" minimum:"18"`
	Size    uint8    `json:"size,omitempty"`
	Tags    []string `json:"tags,omitempty" minItems:"1" maxItems:"2" enum:"a,b"`
	Address struct {
		Code string `json:"code" pattern:"^[A-Z]+$"`
	} `json:"address,omitempty"`
	Friends []*person       `json:"friends,omitempty"`
	Best    *person         `json:"best,omitempty"`
	Scores  map[string]int  `json:"scores,omitempty" maximum:"10"`
	Extra   json.RawMessage `json:"extra,omitempty"`
	Any     any             `json:"any,omitempty"`
	embedded
	Since time.Time `json:"since,omitzero"`
}

type embedded struct {
	Flag bool    `json:"flag,omitempty"`
	Rate float64 `json:"rate,omitempty" maximum:"1.5"`
	Nick *string `json:"nick,omitempty" nullable:"false"`
}

// compile returns the Node of T.
func compile[T any](t testing.TB) *schema.Node {
	t.Helper()
	n, err := schema.Compile(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// violations returns the errors of a text, each as its pointer and message.
func violations(n *schema.Node, text string) []string {
	var list []string
	_, errs := n.Validate([]byte(text))
	for _, f := range errs {
		list = append(list, f.Pointer+" "+f.Message)
	}
	return list
}

func TestValidate(t *testing.T) {
	n := compile[person](t)
	for _, test := range []struct {
		name string
		body string
		want []string
	}{
		{name: "required only", body: `{"name":"Ada"}`},
		{name: "nulls", body: `{"name":"Ada","age":null,"best":null,"extra":null,"any":null}`},
		{name: "unknown property", body: `{"name":"Ada","unknown":{"a":[1]}}`},
		{name: "any values", body: `{"name":"Ada","extra":{"a":[1]},"any":[{}]}`},
		{name: "number that any JSON value keeps", body: `{"name":"Ada","extra":[1e999]}`},
		{
			name: "number out of range in any value", body: `{"name":"Ada","any":{"1e9":["\"",1.5,-1e999]}}`,
			want: []string{"/any must have numbers within range, unlike -1e999"},
		},
		{name: "shortest", body: `{"name":"Ad"}`},
		{name: "longest, in characters", body: `{"name":"éèêëē"}`},
		{name: "too short", body: `{"name":"A"}`, want: []string{"/name must have at least 2 characters"}},
		{name: "too long", body: `{"name":"Adaaaa"}`, want: []string{"/name must have at most 5 characters"}},
		{name: "required", body: `{}`, want: []string{"/name is required"}},
		{name: "null string", body: `{"name":null}`, want: []string{"/name must be a string"}},
		{
			name: "wrong case", body: `{"NAME":"Adaaaaaaa","name":"Ada"}`,
			want: []string{"/NAME must be written name"},
		},
		{
			name: "repeated property", body: `{"name":"Ada","name":"A"}`,
			want: []string{"/name must not be repeated"},
		},
		{
			name: "repeated object", body: `{"name":"Ada","best":{"name":"Bob","size":1},"best":{"name":"Bob"}}`,
			want: []string{"/best must not be repeated"},
		},
		{
			name: "repeated key", body: `{"name":"Ada","scores":{"x":1,"y":2,"\u0078":3}}`,
			want: []string{"/scores/x must not be repeated"},
		},
		{name: "repeated unknown property", body: `{"name":"Ada","unknown":1,"unknown":2}`},
		{name: "format", body: `{"name":"Ada","email":"x"}`, want: []string{"/email must be a valid email"}},
		{name: "minimum", body: `{"name":"Ada","age":18}`},
		{name: "below minimum", body: `{"name":"Ada","age":17}`, want: []string{"/age must be at least 18"}},
		{name: "largest int8", body: `{"name":"Ada","age":127}`},
		{
			name: "above int8", body: `{"name":"Ada","age":128}`,
			want: []string{"/age must be a whole number within range"},
		},
		{
			name: "fraction for an integer", body: `{"name":"Ada","age":18.5}`,
			want: []string{"/age must be a whole number within range"},
		},
		{name: "fraction of zeros for an integer", body: `{"name":"Ada","age":18.0}`},
		{name: "integer below minimum", body: `{"name":"Ada","age":1.7e1}`, want: []string{"/age must be at least 18"}},
		{
			name: "fraction with an exponent", body: `{"name":"Ada","age":1.85e1}`,
			want: []string{"/age must be a whole number within range"},
		},
		{
			name: "integer of many digits", body: `{"name":"Ada","age":1e20}`,
			want: []string{"/age must be a whole number within range"},
		},
		{
			name: "exponent out of range", body: `{"name":"Ada","age":1e99999999999}`,
			want: []string{"/age must be a whole number within range"},
		},
		{name: "string for a number", body: `{"name":"Ada","age":"18"}`, want: []string{"/age must be a number"}},
		{name: "byte after the digits", body: `{"name":"Ada","age":{}}`, want: []string{"/age must be a number"}},
		{name: "smallest uint8", body: `{"name":"Ada","size":0}`},
		{name: "uint8 of one digit", body: `{"name":"Ada","size":9}`},
		{name: "largest uint8", body: `{"name":"Ada","size":255}`},
		{
			name: "above uint8", body: `{"name":"Ada","size":256}`,
			want: []string{"/size must be a whole number within range"},
		},
		{
			name: "negative uint8", body: `{"name":"Ada","size":-1}`,
			want: []string{"/size must be a whole number within range"},
		},
		{name: "fewest items", body: `{"name":"Ada","tags":["a"]}`},
		{name: "most items", body: `{"name":"Ada","tags":["a","b"]}`},
		{name: "too few items", body: `{"name":"Ada","tags":[]}`, want: []string{"/tags must have at least 1 item"}},
		{
			name: "too many items", body: `{"name":"Ada","tags":["a","b","a"]}`,
			want: []string{"/tags must have at most 2 items"},
		},
		{name: "enum", body: `{"name":"Ada","tags":["c"]}`, want: []string{"/tags/0 must be one of a, b"}},
		{name: "string for an array", body: `{"name":"Ada","tags":"a"}`, want: []string{"/tags must be an array"}},
		{name: "null array", body: `{"name":"Ada","tags":null}`, want: []string{"/tags must be an array"}},
		{
			name: "pattern", body: `{"name":"Ada","address":{"code":"a"}}`,
			want: []string{"/address/code must match the pattern ^[A-Z]+$"},
		},
		{
			name: "array for an object", body: `{"name":"Ada","address":[]}`,
			want: []string{"/address must be an object"},
		},
		{
			name: "element of an array", body: `{"name":"Ada","friends":[{"name":"A"}]}`,
			want: []string{"/friends/0/name must have at least 2 characters"},
		},
		{
			name: "recursive type", body: `{"name":"Ada","best":{"best":{"name":1}}}`,
			want: []string{"/best/best/name must be a string", "/best/name is required"},
		},
		{name: "value of a map", body: `{"name":"Ada","scores":{"a":10,"b":-1}}`},
		{
			name: "escaped pointer", body: `{"name":"Ada","scores":{"a/b~":11}}`,
			want: []string{"/scores/a~1b~0 must be at most 10"},
		},
		{name: "true", body: `{"name":"Ada","flag":true}`},
		{name: "false", body: `{"name":"Ada","flag":false}`},
		{name: "number for a boolean", body: `{"name":"Ada","flag":1}`, want: []string{"/flag must be true or false"}},
		{name: "pointer that is not null", body: `{"name":"Ada","nick":"A"}`},
		{
			name: "pointer that must not be null", body: `{"name":"Ada","nick":null}`,
			want: []string{"/nick must be a string"},
		},
		{name: "maximum", body: `{"name":"Ada","rate":1.5}`},
		{name: "above maximum", body: `{"name":"Ada","rate":1.6}`, want: []string{"/rate must be at most 1.5"}},
		{
			name: "number out of range", body: `{"name":"Ada","rate":1e999}`,
			want: []string{"/rate must be a number within range"},
		},
		{
			name: "time in words", body: `{"name":"Ada","since":"yesterday"}`,
			want: []string{"/since must be a valid date-time"},
		},
		{name: "root", body: `[]`, want: []string{" must be an object"}},
		{
			name: "text after the root", body: `{"name":"Ada"} {}`,
			want: []string{" must be JSON: invalid character '{' after top-level value at byte 16"},
		},
		{
			name: "unfinished text", body: `{"name":"Ada"`,
			want: []string{" must be JSON: unexpected end of JSON input at byte 13"},
		},
		{name: "no text", body: ``, want: []string{" must be JSON: unexpected end of JSON input at byte 0"}},
		{
			name: "leading zero", body: `{"name":00}`,
			want: []string{" must be JSON: invalid character '0' after object key:value pair at byte 10"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, violations(n, test.body)); diff != "" {
				t.Errorf("errors of %s (-want +got):\n%s", test.body, diff)
			}
		})
	}
}

func TestValidateReturnsAtMost20Errors(t *testing.T) {
	n := compile[[]person](t)
	for _, test := range []struct{ invalid, want int }{{19, 19}, {20, 20}, {21, 20}, {1000, 20}} {
		body := "[" + strings.TrimSuffix(strings.Repeat("{},", test.invalid), ",") + "]"
		if got := len(violations(n, body)); got != test.want {
			t.Errorf("%d invalid elements: %d errors, want %d", test.invalid, got, test.want)
		}
	}
}

type nested struct {
	Inner *nested `json:"inner,omitempty"`
	Next  *nested `json:"next,omitempty"`
}

func TestValidateLimitsDepth(t *testing.T) {
	n := compile[nested](t)
	body := func(depth int) string {
		return strings.Repeat(`{"inner":`, depth-1) + "{}" + strings.Repeat("}", depth-1)
	}
	if got := violations(n, body(64)); got != nil {
		t.Errorf("depth 64: got %q", got)
	}
	for _, depth := range []int{65, 66, 9000} {
		want := []string{strings.Repeat("/inner", 64) + " must not be nested deeper than 64"}
		if diff := cmp.Diff(want, violations(n, body(depth))); diff != "" {
			t.Errorf("depth %d (-want +got):\n%s", depth, diff)
		}
	}
	siblings := `{"inner":{"inner":{}},"next":` + body(63) + `}`
	if got := violations(n, siblings); got != nil {
		t.Errorf("a value counts the depth of the value before it: %q", got)
	}
}

// TestBlankFieldWithoutCountLimitsNothing sends an unknown property to a deprecated struct.
func TestBlankFieldWithoutCountLimitsNothing(t *testing.T) {
	type ending struct {
		_    struct{} `deprecated:"2026-12-01/2027-06-30: use Order"`
		Name string   `json:"name,omitempty"`
	}
	if got := violations(compile[ending](t), `{"unknown":1}`); got != nil {
		t.Errorf("got %q", got)
	}
}

// TestValidateLimitsPointers sends names of several KB, which the response must not repeat.
func TestValidateLimitsPointers(t *testing.T) {
	type body map[string]map[string]int
	long := strings.Repeat("x", 5000)
	for text, want := range map[string]string{
		`{"a":{"b":"no"}}`:                      "/a/b must be a number",
		`{"a":{"` + long + `":"no"}}`:           "/a in this value: must be a number",
		`{"` + long + `":{"` + long + `":1.5}}`: " in this value: must be a whole number within range",
	} {
		if diff := cmp.Diff([]string{want}, violations(compile[body](t), text)); diff != "" {
			t.Errorf("%.20s (-want +got):\n%s", text, diff)
		}
	}
}

func ExampleNode_Validate() {
	n, _ := schema.Compile(reflect.TypeFor[struct {
		Name string `json:"name" minLength:"1"`
	}]())
	_, errs := n.Validate([]byte(`{"name":""}`))
	fmt.Println(errs)
	// Output: [{/name must have at least 1 character}]
}

// FuzzValidate finds bodies that have no errors although encoding/json rejects
// them or a constraint is violated.
func FuzzValidate(f *testing.F) {
	f.Add([]byte(`{"name":"Ada","age":18,"tags":["a"],"best":{"name":"Bob"},"scores":{"x":1}}`))
	f.Add([]byte(`{"name":"Ada","since":"2026-03-04T19:15:17Z"}`))
	f.Add([]byte(`{"name":"\ud800A","rate":-0.0e-5}`))
	n := compile[person](f)
	f.Fuzz(func(t *testing.T, data []byte) {
		data, errs := n.Validate(data)
		if errs != nil {
			return
		}
		var p person
		if err := json.Unmarshal(data, &p); err != nil {
			t.Fatalf("%q has no errors, but: %v", data, err)
		}
		if len([]rune(p.Name)) < 2 || len([]rune(p.Name)) > 5 || p.Age != nil && *p.Age < 18 {
			t.Fatalf("%q has no errors, but is %+v", data, p)
		}
	})
}
