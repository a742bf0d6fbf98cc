// Package foreign compares the types of a context and its specification with validators
// of other languages: ajv, and openapi-schema-validator for Python. kin-openapi, which
// builds the specification, cannot find its own misreadings of OpenAPI. Each validator
// reads the specification as OpenAPI 3.0 and converted to 3.1, and must reach the same
// verdict.
//
// The test of a context is one line:
//
//	func TestForeignValidators(t *testing.T) { foreign.Test(t, api.Service(), "../..") }
package foreign

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/contract/generate"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

// body is a body of an operation: its Go type and its schema.
type body struct {
	name   string
	field  reflect.StructField
	node   *schema.Node
	schema *openapi3.SchemaRef
}

// Test runs the checks for all bodies of a context. The folder dir contains the
// context's module. It skips a validator that is not installed; see Validators.
//
// Values: random values of each Go type, as the adapter encodes them, must be valid.
// Documents: of random documents for each schema, valid and invalid, the function must
// accept those that the validator accepts, and encoding/json must decode them. The
// validators do not check formats, which each language defines in its own way.
func Test(t *testing.T, svc rest.Service, dir string) {
	t.Helper()
	doc, _, err := generate.Generate(svc, dir)
	if err != nil {
		t.Fatal(err)
	}
	bodies := bodiesOf(t, svc, doc)
	for _, v := range Validators() {
		t.Run(v.Name, func(t *testing.T) {
			process := v.start(t, doc, bodies)
			for _, b := range bodies {
				t.Run(b.name+"/values", func(t *testing.T) {
					rapid.Check(t, func(t *rapid.T) { b.checkValue(t, process) })
				})
				t.Run(b.name+"/documents", func(t *testing.T) {
					rapid.Check(t, func(t *rapid.T) { b.checkDocument(t, process) })
				})
			}
		})
	}
}

func bodiesOf(t *testing.T, svc rest.Service, doc *openapi3.T) []body {
	t.Helper()
	var list []body
	add := func(name string, field reflect.StructField, content openapi3.Content) {
		node, err := schema.CompileField(field)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, body{name, field, node, content["application/json"].Schema})
	}
	for _, described := range svc.Operations {
		d := described.Describe()
		operation := doc.Paths.Value(d.Path).GetOperation(d.Method)
		if f, ok := rest.BodyField(d.Input); ok {
			add(d.ID+"Input", f, operation.RequestBody.Value.Content)
		}
		if f, ok := rest.BodyField(d.Output); ok {
			add(d.ID+"Output", f, operation.Responses.Status(d.Status).Value.Content)
		}
	}
	return list
}

// checkValue encodes a random value of the Go type and validates it.
func (b body) checkValue(t *rapid.T, process *process) {
	v := goValue(t, b.field)
	text := b.node.Complete(encode(t, v.Interface()))
	if _, errs := b.node.Validate(text); errs != nil {
		t.Fatalf("%s: package schema refuses a value: %v", text, errs)
	}
	if reason := process.validate(t, b.name, text); reason != "" {
		t.Fatalf("%s is a value of %s, and its schema refuses it: %s", text, b.field.Type, reason)
	}
}

// checkDocument validates a random document in both languages.
func (b body) checkDocument(t *rapid.T, process *process) {
	d := Drawer{T: t, Noisy: rapid.Bool().Draw(t, "noisy")}
	text := encode(t, d.Value(b.schema.Value, 0))
	data, errs := b.node.Validate(text)
	reason := process.validate(t, b.name, text)
	if len(errs) > 0 && onlyFormats(errs) {
		return
	}
	if (errs == nil) != (reason == "") {
		t.Fatalf("%s\nerrors of package schema: %v\nerror of the other validator: %q", text, errs, reason)
	}
	if errs != nil {
		return
	}
	decoded := reflect.New(b.field.Type)
	if err := json.Unmarshal(data, decoded.Interface()); err != nil {
		t.Fatalf("%s is valid, and encoding/json cannot decode it: %v", text, err)
	}
	again := b.node.Complete(encode(t, decoded.Elem().Interface()))
	if reason := process.validate(t, b.name, again); reason != "" {
		t.Fatalf("%s was accepted, and is refused when it is sent back as %s: %s", text, again, reason)
	}
}

// onlyFormats reports whether all errors are about formats.
func onlyFormats(errs []schema.Error) bool {
	for _, e := range errs {
		if !strings.HasPrefix(e.Message, "must be a valid ") {
			return false
		}
	}
	return true
}

// encode encodes a value as the adapter does.
func encode(t *rapid.T, v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}
