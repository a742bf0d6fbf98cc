package generate

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

// checkOne runs a check of an operation with limits that are valid, after the edit,
// and returns the errors as text.
func checkOne(check func(*generation, *operation), edit func(*rest.Description)) string {
	o := &operation{Description: rest.Description{
		ID: "get", Method: http.MethodGet, Status: http.StatusOK, Memory: 512, Timeout: 3 * time.Second,
		Input: reflect.TypeFor[struct{}](), Output: reflect.TypeFor[struct{}](),
	}}
	edit(&o.Description)
	var g generation
	check(&g, o)
	if err := g.errs.err(); err != nil {
		return err.Error()
	}
	return ""
}

func TestBoundariesOfOperations(t *testing.T) {
	status := func(n int) func(*rest.Description) { return func(d *rest.Description) { d.Status = n } }
	memory := func(n int) func(*rest.Description) { return func(d *rest.Description) { d.Memory = n } }
	timeout := func(n time.Duration) func(*rest.Description) { return func(d *rest.Description) { d.Timeout = n } }
	shape, limits := (*generation).checkShape, (*generation).checkLimits
	tests := map[string]struct {
		check func(*generation, *operation)
		edit  func(*rest.Description)
		want  string // part of the error; empty without one
	}{
		"status 199":          {check: shape, edit: status(199), want: "the Status 199 does not report success"},
		"status 200":          {check: shape, edit: status(200)},
		"status 299":          {check: shape, edit: status(299)},
		"status 300":          {check: shape, edit: status(300), want: "the Status 300 does not report success"},
		"memory of 127 MiB":   {check: limits, edit: memory(127), want: "the Memory 127 is not from 128 to 10240 MiB"},
		"memory of 128 MiB":   {check: limits, edit: memory(128)},
		"memory of 10240 MiB": {check: limits, edit: memory(10240)},
		"memory of 10241 MiB": {check: limits, edit: memory(10241), want: "the Memory 10241 is not from 128"},
		"timeout of 0 s":      {check: limits, edit: timeout(0), want: "the Timeout 0s is not a number of seconds"},
		"timeout of 1 s":      {check: limits, edit: timeout(time.Second)},
		"timeout of 29 s":     {check: limits, edit: timeout(29 * time.Second)},
		"timeout of 30 s":     {check: limits, edit: timeout(30 * time.Second), want: "the Timeout 30s is not"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := checkOne(test.check, test.edit)
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("error %q, want %q in it", got, test.want)
			}
		})
	}
}

func TestScopeList(t *testing.T) {
	for name, test := range map[string]struct {
		scopes map[string]string
		want   string
	}{
		"no scopes": {},
		"one scope": {scopes: map[string]string{"a/read": "Read."}, want: "\n\nScopes:\n\n- `a/read`: Read."},
		"two scopes, sorted": {
			scopes: map[string]string{"a/write": "Write.", "a/read": "Read."},
			want:   "\n\nScopes:\n\n- `a/read`: Read.\n- `a/write`: Write.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := generation{svc: rest.Service{Scopes: test.scopes}}
			if got := g.scopeList(); got != test.want {
				t.Errorf("scopeList() = %q, want %q", got, test.want)
			}
		})
	}
}

// checkTag checks a field with the tag and returns the errors as text. Some tags cannot
// be in a struct of this module, because go vet or staticcheck refuses them.
func checkTag(tag reflect.StructTag, check func(fieldCheck)) string {
	var g generation
	check(fieldCheck{g: &g, of: reflect.TypeFor[struct{}](), f: reflect.StructField{
		Name: "S", Type: reflect.TypeFor[string](), Tag: tag,
	}})
	if err := g.errs.err(); err != nil {
		return err.Error()
	}
	return ""
}

func TestJSONOptions(t *testing.T) {
	for tag, want := range map[reflect.StructTag]string{
		`json:"s"`:                    "",
		`json:",omitempty,omitzero"`:  "",
		`json:"s,"`:                   "",
		`json:"s,omitEmpty"`:          `encoding/json ignores the option "omitEmpty"`,
		`json:"s, omitempty"`:         `encoding/json ignores the option " omitempty"`,
		`json:"s,omitempty,required"`: `encoding/json ignores the option "required"`,
	} {
		got := checkTag(tag, fieldCheck.checkJSON)
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: error %q, want %q in it", tag, got, want)
		}
	}
}

// TestMalformedTags checks tags that package reflect does not read to their end.
func TestMalformedTags(t *testing.T) {
	for name, test := range map[string]struct {
		tag  reflect.StructTag
		want string // part of the error; empty without one
	}{
		"no tag":                   {},
		"two keys":                 {tag: `json:"s" pattern:"^\\d+$"`},
		"no space":                 {tag: `json:"s"pattern:"a"`},
		"one backslash":            {tag: `json:"s" pattern:"^\d+$"`, want: `the tag pattern has the value "^\d+$"`},
		"space after the colon":    {tag: `json:"s" minLength: "3"`, want: `at " minLength: \"3\""`},
		"no quotation marks":       {tag: `json:"s" minLength:3`, want: `at " minLength:3"`},
		"other quotation marks":    {tag: `json:"s" minLength:'3'`, want: "does not have the form"},
		"comma between keys":       {tag: `json:"s",minLength:"3"`, want: "the tag ,minLength is not one of json, minLength"},
		"key twice":                {tag: `json:"s" minLength:"3" minLength:"4"`, want: "the tag minLength is repeated"},
		"no closing mark":          {tag: `json:"s" minLength:"3`, want: `at " minLength:\"3"`},
		"misspelt after a mistake": {tag: `json:"s" minlength:"3"`, want: "the tag minlength is not one of"},
	} {
		t.Run(name, func(t *testing.T) {
			got := checkTag(test.tag, func(c fieldCheck) { c.checkSyntax([]string{"json", "minLength", "pattern"}) })
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("error %q, want %q in it", got, test.want)
			}
		})
	}
}

// A branch has a union in every part of it, which is a branch in one variant.
type (
	fruit  interface{ fruit() }
	branch struct {
		Fruit    schema.OneOf[fruit] `json:"fruit"`
		Branches []branch            `json:"branches"`
	}
	graft struct {
		Branch branch `json:"branch"`
	}
	pair struct {
		Left  schema.OneOf[fruit] `json:"left"`
		Graft graft               `json:"graft"`
	}
	apple struct{}
)

func (graft) fruit() {}
func (pair) fruit()  {}
func (apple) fruit() {}

var _ = schema.Union[fruit]("kind",
	schema.Variant[graft]("graft"), schema.Variant[pair]("pair"), schema.Variant[apple]("apple"))

func TestSampleOfRecursiveUnion(t *testing.T) {
	var sample branch
	fill(reflect.ValueOf(&sample).Elem(), 0)
	if _, err := json.Marshal(sample); err != nil {
		t.Error(err)
	}
}
