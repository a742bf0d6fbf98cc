package rest

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/claims"
)

func TestParameters(t *testing.T) {
	type page struct {
		Limit *int `query:"limit" required:"false"`
	}
	type input struct {
		Caller claims.Caller
		page
		ID    string    `path:"id"`
		Match string    `header:"if-match" required:"TRUE"`
		Tags  []string  `query:"tag" required:"true"`
		At    time.Time `query:"at"`
		Body  string
	}
	params, err := Parameters(reflect.TypeFor[input]())
	if err != nil {
		t.Fatal(err)
	}
	type parameter struct {
		In, Name, Field string
		Required        bool
	}
	var got []parameter
	for _, p := range params {
		got = append(got, parameter{p.In, p.Name, p.Field.Name, p.Required})
	}
	assertEqual(t, "parameters", got, []parameter{
		{In: "query", Name: "limit", Field: "Limit"},
		{In: "path", Name: "id", Field: "ID", Required: true},
		{In: "header", Name: "If-Match", Field: "Match", Required: true},
		{In: "query", Name: "tag", Field: "Tags", Required: true},
		{In: "query", Name: "at", Field: "At"},
	})
}

func TestParametersHaveTheConstraintsOfTheirTags(t *testing.T) {
	type input struct {
		Name string `query:"name" maxLength:"3"`
	}
	params, err := Parameters(reflect.TypeFor[input]())
	if err != nil {
		t.Fatal(err)
	}
	if params[0].Limits.CheckString("abc") != "" || params[0].Limits.CheckString("abcd") == "" {
		t.Errorf("got the limits %+v", params[0].Limits)
	}
}

func TestParametersOfEveryType(t *testing.T) {
	type input struct {
		String  string    `query:"a"`
		Bool    bool      `query:"b"`
		Float32 float32   `query:"c"`
		Float64 float64   `query:"d"`
		Int     int       `query:"e"`
		Int8    int8      `query:"f"`
		Int16   int16     `query:"g"`
		Int32   int32     `query:"h"`
		Int64   int64     `query:"i"`
		Uint    uint      `query:"j"`
		Uint8   uint8     `query:"k"`
		Uint16  uint16    `query:"l"`
		Uint32  uint32    `query:"m"`
		Uint64  uint64    `query:"n"`
		Time    time.Time `query:"o"`
		Pointer *string   `query:"p"`
		Slice   []int     `query:"q"`
	}
	params, err := Parameters(reflect.TypeFor[input]())
	if err != nil || len(params) != reflect.TypeFor[input]().NumField() {
		t.Errorf("got %d parameters, %v", len(params), err)
	}
}

func TestParametersReturnsErrors(t *testing.T) {
	type embedded struct {
		Untagged int
	}
	for _, test := range []struct {
		name string
		in   reflect.Type
		want string
	}{
		{"not a struct", reflect.TypeFor[int](), "int: an input or output must be a struct"},
		{"untagged field", reflect.TypeFor[struct{ X int }](), "X: needs a tag path, query or header, or the name Body"},
		{"untagged embedded field", reflect.TypeFor[struct{ embedded }](), "Untagged: needs a tag"},
		{"embedded type that is not a struct", reflect.TypeFor[struct{ time.Duration }](), "Duration: needs a tag"},
		{"embedded caller", reflect.TypeFor[struct{ claims.Caller }](), "Subject: needs a tag"},
		{"function", reflect.TypeFor[struct {
			X func() `query:"x"`
		}](), "X: a func() cannot be a parameter"},
		{"struct", reflect.TypeFor[struct {
			X struct{} `query:"x"`
		}](), "X: a struct {} cannot be a parameter"},
		{"pointer to a pointer", reflect.TypeFor[struct {
			X **int `query:"x"`
		}](), "X: a *int cannot be a parameter"},
		{"constraint that cannot be parsed", reflect.TypeFor[struct {
			X string `query:"x" maxLength:"many"`
		}](), "X: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			params, err := Parameters(test.in)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want an error with %q", params, err, test.want)
			}
		})
	}
}

func TestCallerField(t *testing.T) {
	f, ok := CallerField(reflect.TypeFor[struct {
		ID     string `path:"id"`
		Caller claims.Caller
	}]())
	if !ok || f.Name != "Caller" {
		t.Errorf("with a caller: got %q, %v", f.Name, ok)
	}
	if f, ok := CallerField(reflect.TypeFor[target]()); ok {
		t.Errorf("without a caller: got %q", f.Name)
	}
}
