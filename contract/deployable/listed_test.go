package deployable

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/internal/specimen"
)

// TestAllThatIsLeftOutIsListed goes through the operations of a document that
// has everything. Each member that the deployable document lacks must be among
// what is told to be stripped.
func TestAllThatIsLeftOutIsListed(t *testing.T) {
	doc := parse(t, specimen.Everything)
	out, result := emit(t, doc)
	listed := map[string]bool{}
	for _, s := range result.Stripped {
		listed[below(s.Place, s.Keyword)] = true
	}
	for _, at := range []string{"/tags", "/servers", "/externalDocs", "/info/description"} {
		if !listed[at] {
			t.Errorf("%s is left out, and not listed", at)
		}
	}
	n := 0
	for path, item := range doc.Paths.Map() {
		for _, name := range []string{"summary", "description", "servers"} {
			if at := pointer("paths", path, name); !listed[at] {
				t.Errorf("%s is left out, and not listed", at)
			}
		}
		for method, o := range item.Operations() {
			// References of parameters, bodies and responses are resolved: they are written in place.
			for _, p := range o.Parameters {
				p.Ref = ""
			}
			o.RequestBody.Ref = ""
			for _, r := range o.Responses.Map() {
				r.Ref = ""
			}
			data, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			var from any
			if err := json.Unmarshal(data, &from); err != nil {
				t.Fatal(err)
			}
			n += leftOut(t, listed, pointer("paths", path, strings.ToLower(method)), from, at(t, out, "paths", path, strings.ToLower(method)))
		}
	}
	if n < 20 {
		t.Errorf("only %d members are left out: the document has not everything", n)
	}
}

// tells reports whether a member is listed, or with all that it is part of, or in its parts.
func tells(listed map[string]bool, at string) bool {
	for place := at; place != ""; place = parent(place) {
		if listed[place] {
			return true
		}
	}
	for place := range listed {
		if strings.HasPrefix(place, at+"/") {
			return true
		}
	}
	return false
}

// leftOut complains of members of from that to lacks and nothing lists, and counts those that it lacks.
func leftOut(t *testing.T, listed map[string]bool, place string, from, to any) int {
	n := 0
	switch from := from.(type) {
	case object:
		held, _ := to.(object)
		for name, value := range from {
			if strings.HasPrefix(name, "x-") || name == "security" { // for other tools than the gateway; the authorizer's name is its own
				continue
			}
			at := below(place, name)
			if kept, ok := held[name]; ok {
				n += leftOut(t, listed, at, value, kept)
				continue
			}
			n++
			if !tells(listed, at) {
				t.Errorf("%s is left out, and not listed", at)
			}
		}
	case []any:
		held, _ := to.([]any)
		for i, value := range from {
			if i < len(held) {
				n += leftOut(t, listed, below(place, strconv.Itoa(i)), value, held[i])
			} else {
				t.Errorf("%s/%d is left out", place, i)
			}
		}
	}
	return n
}

// TestNothingIsListedThatIsNotThere makes a document that the gateway takes as it is.
func TestNothingIsListedThatIsNotThere(t *testing.T) {
	_, result := emit(t, parse(t, `
openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /a/{b}:
    post:
      operationId: a
      security: []
      parameters:
      - {name: b, in: path, required: true, description: B., schema: {type: string}}
      - {name: c, in: query, schema: {type: array, items: {type: integer}}}
      - {name: d, in: header}
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}
      responses: {"200": {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}}
components: {schemas: {A: {type: object, properties: {a: {type: string, maxLength: 3}}}}}`))
	if len(result.Stripped) > 0 {
		t.Errorf("got %+v", result.Stripped)
	}
}

func TestAHeadOfItsOwnStays(t *testing.T) {
	doc, _ := emit(t, parse(t, head+`paths: {/a: {get: {operationId: a, security: [], responses: {}}, head: {operationId: b, security: [], responses: {}}}, /b: {post: {operationId: c, security: [], responses: {}}}}`))
	if id := at(t, doc, "paths", "/a", "head", "operationId"); id != "b" {
		t.Errorf("HEAD is %v", id)
	}
	if b := at(t, doc, "paths", "/b").(object); b["head"] != nil {
		t.Error("a path without GET has a HEAD")
	}
}
