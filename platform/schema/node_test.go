package schema_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/schema"
)

type named string

func TestCompileFails(t *testing.T) {
	for _, test := range []struct {
		name  string
		value any
		want  string
	}{
		{name: "function", value: struct{ F func() }{}, want: "F: func(): a func cannot be in a contract"},
		{
			name: "map with integer keys", value: struct{ M map[int]string }{},
			want: "M: map[int]string: the keys of a map must be strings",
		},
		{
			name: "bytes", value: struct{ B []byte }{},
			want: "B: []uint8: JSON has no type for bytes; use a string",
		},
		{
			name: "element of an array", value: struct{ A [2]chan int }{},
			want: "A: chan int: a chan cannot be in a contract",
		},
		{
			name: "pointer", value: struct{ P *func() }{},
			want: "P: func(): a func cannot be in a contract",
		},
		{
			name: "length", value: struct {
				S string `minLength:"x"`
			}{},
			want: `S: tag minLength: "x" is not a whole number of 0 or more`,
		},
		{
			name: "negative length", value: struct {
				S string `maxLength:"-1"`
			}{},
			want: `S: tag maxLength: "-1" is not a whole number of 0 or more`,
		},
		{
			name: "format", value: struct {
				S string `format:"phone"`
			}{},
			want: `S: tag format: "phone" is not one of bcp47, date, date-time, email, line, uri, uuid`,
		},
		{
			name: "pattern", value: struct {
				S string `pattern:"("`
			}{},
			want: "S: tag pattern: error parsing regexp: missing closing ): `(`",
		},
		{
			name: "number", value: struct {
				N int `maximum:"many"`
			}{},
			want: `N: tag maximum: "many" is not a number`,
		},
		{
			name: "number that is not one", value: struct {
				N float64 `minimum:"NaN"`
			}{},
			want: `N: tag minimum: "NaN" is not a number`,
		},
		{
			name: "misspelt value of nullable", value: struct {
				P *int `nullable:"False"`
			}{},
			want: `P: tag nullable: "False" is not false, the only value that has an effect`,
		},
		{
			name: "nullable without a pointer", value: struct {
				L []*int `nullable:"false"`
			}{},
			want: `L: tag nullable: a []*int is not a pointer`,
		},
		{
			name: "blank field", value: struct {
				_ struct{} `maxProperties:"one"`
			}{},
			want: `_: tag maxProperties: "one" is not a whole number of 0 or more`,
		},
		{
			name: "json.Number", value: struct{ N []json.Number }{},
			want: "N: json.Number: use float64 for numbers, or string for more digits",
		},
		{
			name: "array in itself", value: nestedArray{},
			want: "schema_test.nestedArray contains itself without a struct in between: no schema can describe it",
		},
		{
			name: "map in itself", value: struct{ M nestedMap }{},
			want: "M: schema_test.nestedMap contains itself without a struct in between: no schema can describe it",
		},
		{
			name: "pointer to itself", value: struct{ P nestedPointer }{},
			want: "P: schema_test.nestedPointer contains itself without a struct in between: no schema can describe it",
		},
		{
			name: "types in each other", value: nestedThrice{},
			want: "schema_test.nestedThrice contains itself without a struct in between: no schema can describe it",
		},
		{
			name: "embedded struct", value: struct{ broken }{},
			want: `broken.N: tag minimum: "few" is not a number`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := schema.Compile(reflect.TypeOf(test.value))
			if err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got error %v, want ...%s", err, test.want)
			}
		})
	}
}

type (
	nestedArray   []nestedArray
	nestedMap     map[string]nestedMap
	nestedPointer *nestedPointer
	nestedThrice  []map[string]*nestedThrice
)

// TestCompileAcceptsTypesWithinStructs checks that a type may contain itself if a struct
// is in between, and may occur several times.
func TestCompileAcceptsTypesWithinStructs(t *testing.T) {
	type node struct {
		Children []node           `json:"children,omitempty"`
		ByName   map[string]*node `json:"byName,omitempty"`
		Twice    [][]string       `json:"twice,omitempty"`
		Deep     **node           `json:"deep,omitempty"`
	}
	n := compile[[]node](t)
	body := `[{"children":[{"byName":{"a":{"children":[]},"b":null}}],"twice":[["x"]],"deep":{"deep":null}}]`
	if got := violations(n, body); got != nil {
		t.Errorf("got %q", got)
	}
	want := []string{"/0/deep/children/0 must be an object"}
	if diff := cmp.Diff(want, violations(n, `[{"deep":{"children":[1]}}]`)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestPropertiesAreCounted(t *testing.T) {
	type one struct {
		_ struct{} `minProperties:"1" maxProperties:"1"`
		A int      `json:"a,omitempty"`
		B int      `json:"b,omitempty"`
	}
	n := compile[struct {
		M map[string]one `json:"m" maxProperties:"2"`
	}](t)
	for _, test := range []struct {
		name, body string
		want       []string
	}{
		{name: "none", body: `{"m":{}}`},
		{name: "as many as allowed", body: `{"m":{"a":{"a":1},"b":{"b":1}}}`},
		{
			name: "unknown property", body: `{"m":{"a":{"c":1}}}`,
			want: []string{"/m/a/c is not a property of this object"},
		},
		{name: "too few", body: `{"m":{"a":{}}}`, want: []string{"/m/a must have at least 1 property"}},
		{name: "too many", body: `{"m":{"a":{"a":1,"b":1}}}`, want: []string{"/m/a must have at most 1 property"}},
		{
			name: "too many in a map", body: `{"m":{"a":{"a":1},"b":{"a":1},"c":{"a":1}}}`,
			want: []string{"/m must have at most 2 properties"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, violations(n, test.body)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

type broken struct {
	N int `minimum:"few"`
}

// TestCompileFollowsEncodingJSON checks which properties a struct has, by the
// properties that a body must contain.
func TestCompileFollowsEncodingJSON(t *testing.T) {
	type inner struct {
		A int `json:"a"`
	}
	type tagged struct {
		C int `json:"c"`
	}
	n := compile[struct {
		inner
		tagged `json:"tagged"`
		time.Time
		named   `json:"named"`
		Ignored int `json:"-"`
		Renamed int `json:",omitempty"`
		private int
		Plain   int
	}](t)
	// encoding/json ignores tagged and named: a field with a tag must be exported.
	want := []string{"/a is required", "/Time is required", "/Plain is required"}
	if diff := cmp.Diff(want, violations(n, `{}`)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestValidateAcceptsConstraintOfZero(t *testing.T) {
	n := compile[struct {
		S string   `json:"s" minLength:"0" maxLength:"0"`
		L []string `json:"l" maxItems:"0"`
		N int      `json:"n" minimum:"0" maximum:"0"`
	}](t)
	if got := violations(n, `{"s":"","l":[],"n":0}`); got != nil {
		t.Errorf("got %q", got)
	}
	want := []string{"/s must have at most 0 characters", "/l must have at most 0 items", "/n must be at least 0"}
	if diff := cmp.Diff(want, violations(n, `{"s":"a","l":["a"],"n":-1}`)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestJSONField(t *testing.T) {
	type fields struct {
		Plain     int
		Named     int  `json:"a"`
		Pointer   *int `json:"p"`
		OmitEmpty int  `json:"e,omitempty"`
		OmitZero  int  `json:"z,omitzero"`
		String    int  `json:"s,string"`
		Unnamed   int  `json:",omitempty"`
		Dash      int  `json:"-"`
		//lint:ignore U1000 the test reads it by reflection
		private int
	}
	type field struct {
		Name         string
		Optional, OK bool
	}
	want := map[string]field{
		"Plain":     {Name: "Plain", OK: true},
		"Named":     {Name: "a", OK: true},
		"Pointer":   {Name: "p", Optional: true, OK: true},
		"OmitEmpty": {Name: "e", Optional: true, OK: true},
		"OmitZero":  {Name: "z", Optional: true, OK: true},
		"String":    {Name: "s", OK: true},
		"Unnamed":   {Name: "Unnamed", Optional: true, OK: true},
		"Dash":      {},
		"private":   {},
	}
	got := map[string]field{}
	for f := range reflect.TypeFor[fields]().Fields() {
		name, optional, ok := schema.JSONField(f)
		got[f.Name] = field{Name: name, Optional: optional, OK: ok}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}
