package deployable

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/internal/specimen"
)

// TestStrippedListsEverythingLeftOut compares the operations of a document with
// everything with the deployable document. Every member that is left out must be
// listed in Result.Stripped.
func TestStrippedListsEverythingLeftOut(t *testing.T) {
	doc := parse(t, specimen.Everything)
	out, result := emit(t, doc)
	listed := map[string]bool{}
	for _, s := range result.Stripped {
		listed[below(s.Pointer, s.Keyword)] = true
	}
	for _, at := range []string{"/tags", "/servers", "/externalDocs", "/info/description"} {
		if !listed[at] {
			t.Errorf("%s is left out but not listed", at)
		}
	}
	n := 0
	for path, item := range doc.Paths.Map() {
		for _, name := range []string{"summary", "description", "servers"} {
			if at := pointer("paths", path, name); !listed[at] {
				t.Errorf("%s is left out but not listed", at)
			}
		}
		for method, o := range item.Operations() {
			// The deployable document has parameters, bodies and responses inline.
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
			method = strings.ToLower(method)
			n += checkListed(t, listed, pointer("paths", path, method), from, at(t, out, "paths", path, method))
		}
	}
	if n < 20 {
		t.Errorf("only %d members are left out: the document does not have everything", n)
	}
}

// isListed reports whether a member, a value that contains it, or a part of it is
// listed.
func isListed(listed map[string]bool, at string) bool {
	for above := at; above != ""; above = parent(above) {
		if listed[above] {
			return true
		}
	}
	for pointer := range listed {
		if strings.HasPrefix(pointer, at+"/") {
			return true
		}
	}
	return false
}

// checkListed checks that every member of from that to does not have is listed. It
// returns the number of such members.
func checkListed(t *testing.T, listed map[string]bool, above string, from, to any) int {
	n := 0
	switch from := from.(type) {
	case object:
		kept, _ := to.(object)
		for name, value := range from {
			// Extensions are for other tools, and the authorizer has another name.
			if strings.HasPrefix(name, "x-") || name == "security" {
				continue
			}
			at := below(above, name)
			if member, ok := kept[name]; ok {
				n += checkListed(t, listed, at, value, member)
				continue
			}
			n++
			if !isListed(listed, at) {
				t.Errorf("%s is left out but not listed", at)
			}
		}
	case []any:
		kept, _ := to.([]any)
		for i, value := range from {
			if i < len(kept) {
				n += checkListed(t, listed, below(above, strconv.Itoa(i)), value, kept[i])
			} else {
				t.Errorf("%s/%d is left out", above, i)
			}
		}
	}
	return n
}

// A document that API Gateway supports completely has nothing to strip.
func TestStrippedIsEmptyForSupportedDocument(t *testing.T) {
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
		t.Errorf("stripped %+v", result.Stripped)
	}
}

func TestOwnHeadIsKept(t *testing.T) {
	doc, _ := emit(t, parse(t, head+`
paths:
  /a:
    get: {operationId: a, security: [], responses: {}}
    head: {operationId: b, security: [], responses: {}}
  /b:
    post: {operationId: c, security: [], responses: {}}`))
	if id := at(t, doc, "paths", "/a", "head", "operationId"); id != "b" {
		t.Errorf("HEAD has the operationId %v, want b", id)
	}
	if b := at(t, doc, "paths", "/b").(object); b["head"] != nil {
		t.Error("a path without GET has a HEAD")
	}
}
