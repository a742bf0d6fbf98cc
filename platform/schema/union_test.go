package schema_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meridian-api/meridian/platform/schema"
)

type shape interface{ shape() }

type circle struct {
	Radius float64  `json:"radius" minimum:"0"`
	Tags   []string `json:"tags"`
}

type group struct {
	Name    string                `json:"name,omitempty" maxLength:"5"`
	Members []schema.OneOf[shape] `json:"members"`
}

type point struct{}

func (circle) shape() {}
func (group) shape()  {}
func (point) shape()  {}

var _ = schema.Union[shape]("kind",
	schema.Variant[circle]("circle"),
	schema.Variant[group]("group"),
	schema.Variant[point]("point"),
)

type drawing struct {
	Shape  schema.OneOf[shape]            `json:"shape"`
	Frame  schema.OneOf[shape]            `json:"frame,omitzero"`
	ByName map[string]schema.OneOf[shape] `json:"byName,omitempty"`
}

func TestValidateUnion(t *testing.T) {
	n := compile[drawing](t)
	for _, test := range []struct {
		name, body string
		want       []string
	}{
		{name: "variant", body: `{"shape":{"kind":"circle","radius":1,"tags":[]}}`},
		{name: "discriminator at the end", body: `{"shape":{"radius":1,"x":{"kind":"point"},"tags":[],"kind":"circle"}}`},
		{name: "variant without properties", body: `{"shape":{"kind":"point"}}`},
		{name: "escaped discriminator", body: `{"shape":{"k\u0069nd":"p\u006fint"}}`},
		{
			name: "in itself and in a map",
			body: `{"shape":{"kind":"group","members":[{"kind":"group","members":[]}]},"byName":{"a":{"kind":"point"}}}`,
		},
		{name: "unknown variant", body: `{"shape":{"kind":"square"}}`,
			want: []string{"/shape/kind must be one of circle, group, point"}},
		{name: "no discriminator", body: `{"shape":{"radius":-1}}`, want: []string{"/shape/kind is required"}},
		{name: "discriminator in another case", body: `{"shape":{"Kind":"point"}}`,
			want: []string{"/shape/kind is required"}},
		{name: "discriminator of another type", body: `{"shape":{"kind":null}}`,
			want: []string{"/shape/kind must be a string"}},
		{name: "two discriminators", body: `{"shape":{"kind":"point","kind":"circle"}}`,
			want: []string{"/shape/kind must not be repeated"}},
		{name: "null", body: `{"shape":null}`, want: []string{"/shape must be an object"}},
		{name: "array", body: `{"shape":[]}`, want: []string{"/shape must be an object"}},
		{
			name: "errors in a variant",
			body: `{"shape":{"kind":"circle","radius":-1},"frame":{"kind":"group","name":"abcdef","members":[{"kind":"x"}]}}`,
			want: []string{
				"/shape/radius must be at least 0", "/shape/tags is required", "/frame/name must have at most 5 characters",
				"/frame/members/0/kind must be one of circle, group, point",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := violations(n, test.body)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if err := json.Unmarshal([]byte(test.body), new(drawing)); err != nil && got == nil {
				t.Errorf("the body is valid, and encoding/json cannot decode it: %v", err)
			}
		})
	}
}

func TestUnionInJSON(t *testing.T) {
	in := drawing{
		Shape: schema.OneOf[shape]{Value: group{
			Name:    "<a>",
			Members: []schema.OneOf[shape]{{Value: point{}}, {Value: &circle{Radius: 2}}},
		}},
		ByName: map[string]schema.OneOf[shape]{"b": {Value: circle{Tags: []string{"x"}}}},
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(in); err != nil {
		t.Fatal(err)
	}
	text := compile[drawing](t).Complete(bytes.TrimSpace(buf.Bytes()))
	const want = `{"shape":{"kind":"group","name":"<a>","members":[{"kind":"point"},` +
		`{"kind":"circle","radius":2,"tags":[]}]},"byName":{"b":{"kind":"circle","radius":0,"tags":["x"]}}}`
	if string(text) != want {
		t.Fatalf("got  %s\nwant %s", text, want)
	}
	var out drawing
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	in.Shape.Value.(group).Members[1].Value = circle{Radius: 2, Tags: []string{}}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("decoded (-encoded +decoded):\n%s", diff)
	}
}

type lone interface{ lone() }

type other struct {
	Kind string `json:"Kind"`
}

func (*other) lone()        {}
func (other) clash()        {}
func (other) pair()         {}
func (point) pair()         {}
func (point) plain()        {}
func (point) unregistered() {}

type (
	clash        interface{ clash() }
	pair         interface{ pair() }
	plain        interface{ plain() }
	badName      interface{ plain() }
	twice        interface{ plain() }
	unregistered interface{ unregistered() }
)

var (
	_ = schema.Union[lone]("kind", schema.Variant[other]("other"))
	_ = schema.Union[clash]("kind", schema.Variant[other]("other"))
	_ = schema.Union[pair]("kind", schema.Variant[other]("same"), schema.Variant[point]("same"))
	_ = schema.Union[plain]("kind", schema.Variant[int]("number"))
	_ = schema.Union[badName]("ki nd", schema.Variant[point]("point"))
	_ = schema.Union[twice]("kind", schema.Variant[point]("point"))
	_ = schema.Union[twice]("kind", schema.Variant[point]("point"))
)

func TestMistakesInUnions(t *testing.T) {
	for _, test := range []struct {
		name string
		t    reflect.Type
		want string
	}{
		{"not registered", reflect.TypeFor[schema.OneOf[unregistered]](), "has no variants: declare them once"},
		{"registered twice", reflect.TypeFor[schema.OneOf[twice]](), "has no variants: declare them once"},
		{"not an interface", reflect.TypeFor[schema.OneOf[point]](), "is not an interface with a name"},
		{"not implemented", reflect.TypeFor[schema.OneOf[lone]](),
			"declare the methods of schema_test.other with value receivers"},
		{"property and discriminator", reflect.TypeFor[schema.OneOf[clash]](), "the property Kind is also the discriminator"},
		{"two with one name", reflect.TypeFor[schema.OneOf[pair]](), "are not distinct"},
		{"not a struct", reflect.TypeFor[schema.OneOf[plain]](), "is not a struct with a name, but int"},
		{"discriminator", reflect.TypeFor[schema.OneOf[badName]](), `the discriminator "ki nd"`},
		{"pointer", reflect.TypeFor[*schema.OneOf[shape]](), "a union is never null"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := schema.Compile(test.t); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestUnionsThatJSONCannotHave(t *testing.T) {
	var none *point
	for name, in := range map[string]schema.OneOf[shape]{
		"no value":    {},
		"nil pointer": {Value: none},
		"other type":  {Value: struct{ point }{}},
	} {
		if got, err := json.Marshal(in); err == nil {
			t.Errorf("%s: encoded as %s", name, got)
		}
	}
	for _, text := range []string{`{}`, `{"kind":"x"}`, `[]`, `"point"`, `{"kind":"circle","radius":"x"}`} {
		var out schema.OneOf[shape]
		if err := json.Unmarshal([]byte(text), &out); err == nil {
			t.Errorf("%s: decoded as %v", text, out)
		}
	}
}

// FuzzUnion finds bodies with unions that Validate accepts and encoding/json does not
// decode, or that change when they are sent back.
func FuzzUnion(f *testing.F) {
	f.Add([]byte(`{"shape":{"kind":"group","members":[{"tags":[],"radius":1,"kind":"circle"}]},"frame":{"kind":"point"}}`))
	f.Add([]byte(`{"shape":{"kind":"point","kind":"circle"},"byName":{"":{"k\u0069nd":"point","Kind":1}}}`))
	f.Add([]byte(`{"shape":{"kind":{"kind":"point"}}}`))
	n := compile[drawing](f)
	f.Fuzz(func(t *testing.T, data []byte) {
		data, errs := n.Validate(data)
		if errs != nil {
			return
		}
		var first, second drawing
		if err := json.Unmarshal(data, &first); err != nil {
			t.Fatalf("%s was accepted: %v", data, err)
		}
		text, err := json.Marshal(first)
		if err != nil {
			t.Fatalf("%s was accepted: %v", data, err)
		}
		if _, errs := n.Validate(text); errs != nil {
			t.Fatalf("%s was accepted, and %s was not: %v", data, text, errs)
		}
		if err := json.Unmarshal(text, &second); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, second, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-first +second):\n%s", data, diff)
		}
	})
}
