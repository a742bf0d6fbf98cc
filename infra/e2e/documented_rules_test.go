package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/contract/foreign"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/schema"
)

// describedRules are the rules that no schema of OpenAPI 3.0 can express. A function may
// respond with the message to a request that the schemas accept if a description of the
// operation contains the text.
var describedRules = []struct{ message, text string }{
	{"must be the name of a time zone", "its name in the IANA database"},
	{"must be 0 or have a magnitude of at least 1e-100", "a magnitude of at least 1e-100"},
	{"the name of a preference has 1 to 40 letters and digits", "A name has 1 to 40 letters and digits"},
	{"must be a cursor from a response of this list", "The `nextCursor` of the previous page"},
	{"must be *", "Always `*`"},
	{"contradicts If-None-Match", "only one of `If-None-Match` and `If-Match`"},
	{"must be text in UTF-8 without the character U+0000", "UTF-8 without U+0000"},
}

// acceptedRequests is the number of requests for each operation. More find rarer rules.
var acceptedRequests = flag.Int("accepted-requests", 40, "requests of TestDocumentHasEveryRule for each operation")

// TestDocumentHasEveryRule sends requests that the schemas of the merged document accept to
// every operation. If a function finds an error in one, a description must have the rule.
func TestDocumentHasEveryRule(t *testing.T) {
	merged, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	cloud := startCloud(t)
	found := map[string]bool{}
	for path, item := range merged.Doc.Paths.Map() {
		for method, op := range item.Operations() {
			if len(op.Parameters) == 0 && op.RequestBody == nil {
				continue
			}
			descriptions := descriptionsOf(op)
			t.Run(op.OperationID, func(t *testing.T) {
				requests := rapid.Custom(func(t *rapid.T) request { return acceptedRequest(t, method, path, op) })
				for seed := range *acceptedRequests {
					r := requests.Example(seed)
					for _, e := range fieldErrors(call(t, cloud, r)) {
						rule, ok := describedRule(e.Message, descriptions)
						if !ok {
							t.Fatalf("%+v: neither a schema nor a description of the document has the rule of %+v", r, e)
						}
						found[rule] = true
					}
				}
			})
		}
	}
	if len(found) < 4 {
		t.Errorf("the requests met the rules %v only, so the test proves little", found)
	}
}

// describedRule returns the message of the rule that refused a request. It reports false if
// no description has the rule.
func describedRule(message, descriptions string) (string, bool) {
	for _, rule := range describedRules {
		if strings.Contains(message, rule.message) {
			return rule.message, strings.Contains(descriptions, rule.text)
		}
	}
	return message, false
}

// descriptionsOf returns the descriptions of an operation, with its parameters, its body and
// its response to an invalid request.
func descriptionsOf(op *openapi3.Operation) string {
	all := []string{op.Description}
	for _, p := range op.Parameters {
		all = append(all, p.Value.Description)
	}
	if op.RequestBody != nil {
		all = append(all, op.RequestBody.Value.Description)
		for _, media := range op.RequestBody.Value.Content {
			all = append(all, schemaDescriptions(media.Schema)...)
		}
	}
	if invalid := op.Responses.Status(http.StatusBadRequest); invalid != nil {
		all = append(all, *invalid.Value.Description)
	}
	return strings.Join(all, "\n")
}

// schemaDescriptions returns the descriptions of a schema and its parts. The schemas of
// requests do not contain themselves.
func schemaDescriptions(ref *openapi3.SchemaRef) []string {
	if ref == nil {
		return nil
	}
	all := []string{ref.Value.Description}
	for _, p := range ref.Value.Properties {
		all = append(all, schemaDescriptions(p)...)
	}
	all = append(all, schemaDescriptions(ref.Value.Items)...)
	return append(all, schemaDescriptions(ref.Value.AdditionalProperties.Schema)...)
}

// fieldErrors returns the invalid parts that a problem document lists.
func fieldErrors(a response) []problem.Field {
	var p problem.Problem
	if a.status < 400 || json.Unmarshal([]byte(a.body), &p) != nil {
		return nil
	}
	return p.Errors
}

// acceptedRequest draws a request of the administrator that the schemas accept.
func acceptedRequest(t *rapid.T, method, path string, op *openapi3.Operation) request {
	r := request{method: method, path: path, user: "root", header: map[string]string{}}
	if op.Security != nil && len(*op.Security) == 0 {
		r.user = ""
	}
	query := url.Values{}
	for _, ref := range op.Parameters {
		p := ref.Value
		if !p.Required && rapid.Bool().Draw(t, "without "+p.Name) {
			continue
		}
		text := fmt.Sprint(accepted(t, p.Schema.Value, p.Example))
		switch p.In {
		case openapi3.ParameterInPath:
			r.path = strings.ReplaceAll(r.path, "{"+p.Name+"}", url.PathEscape(text))
		case openapi3.ParameterInQuery:
			query.Set(p.Name, text)
		case openapi3.ParameterInHeader:
			if !strings.ContainsRune(text, 0) { // HTTP has no such header
				r.header[p.Name] = text
			}
		}
	}
	if len(query) > 0 {
		r.path += "?" + query.Encode()
	}
	if op.RequestBody != nil {
		var body bytes.Buffer
		enc := json.NewEncoder(&body)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(accepted(t, op.RequestBody.Value.Content["application/json"].Schema.Value, nil)); err != nil {
			t.Fatal(err)
		}
		r.body = body.String()
	}
	return r
}

// standardFormats are the formats that mean the same in every validator. Other formats
// have a pattern in the document.
var standardFormats = map[string]openapi3.StringFormatValidator{}

func init() {
	for _, format := range []string{"uuid", "uri", "date", "date-time"} {
		standardFormats[format] = openapi3.NewCallbackValidator(func(text string) error {
			if !schema.CheckFormat(format, text) {
				return errors.New("is not a " + format)
			}
			return nil
		})
	}
}

// accepted draws a value that a schema accepts.
func accepted(t *rapid.T, s *openapi3.Schema, example any) any {
	value := foreign.Drawer{T: t}.Value(s, 0)
	if text, ok := value.(string); ok {
		const cursor = "kHy0m1Jx9yQ1Qy4c0b3dNXsiaWQiOiI3ZjBjOWM1ZSJ9"
		others := []string{"*", `"1"`, `"1", W/"2"`, cursor, fmt.Sprint(example), text}
		value = rapid.SampledFrom(others).Draw(t, "text")
	}
	for _, v := range []any{varied(t, value), value, example, map[string]any{}} {
		if s.VisitJSON(v, openapi3.WithStringFormatValidators(standardFormats)) == nil {
			return v
		}
	}
	panic(fmt.Sprintf("%v and its variations are not values of the schema: %s", value, s.Description))
}

// varied returns a copy of a value, of which some parts are at the edge of what functions
// accept.
func varied(t *rapid.T, value any) any {
	one := func(label string, of ...any) any { return rapid.SampledFrom(append(of, value)).Draw(t, label) }
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, member := range v {
			object[name] = varied(t, member)
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = varied(t, v[i])
		}
		return list
	case float64:
		return one("number", 1e-101, -1e-101, 1e-320, 0.0, 1.0)
	case string:
		return one("text", "Zulu", "America/Torotno", "x\x00", "ada@localhost", "i-klingon", "en_CA", strings.ToUpper(v))
	}
	return value
}
