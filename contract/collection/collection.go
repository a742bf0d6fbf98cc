// Package collection writes an example request for each operation of a document: as a
// collection of Bruno, a client with a window and a command line, and as a file for the
// HTTP clients of editors.
//
// The requests use the variables baseUrl, token for a user's own data, and adminToken for
// operations that only administrators call. The subject and the address of ExampleSubject
// in the document's examples are the variables subject and email, because the requests are
// sent as a user who has no data yet. WriteEnvironment writes the values.
package collection

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/example"
	"github.com/meridian-api/meridian/platform/rest"
)

// Request is the example request of an operation.
type Request struct {
	ID, Tag, Summary, Description string
	Method, Path                  string
	// Token is the variable with the token, empty for a public operation.
	Token string
	// PathValues, Query and Headers have the values of parameters.
	PathValues, Query, Headers []Value
	// ContentType and Body are empty for a request without a body. Body is JSON.
	ContentType, Body string
	// Success has the statuses of success that the operation declares.
	Success []string
}

// Value is the value of a parameter.
type Value struct {
	Name, Value string
	// Optional values are written but not sent, so that a reader can enable them.
	Optional bool
}

// order is the order of a context's requests: each finds what it needs, and what is
// removed is removed at the end.
var order = []string{"POST", "PUT", "GET", "HEAD", "PATCH", "DELETE"}

// FromDocument returns the requests of an OpenAPI 3.0 document by tag, in the order in
// which they succeed one after the other.
func FromDocument(document []byte) ([]Request, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("collection: load the document: %w", err)
	}
	var list []Request
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		for method, o := range doc.Paths.Value(path).Operations() {
			r, err := newRequest(doc, method, path, o)
			if err != nil {
				return nil, fmt.Errorf("collection: %s %s: %w", method, path, err)
			}
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b Request) int {
		return cmp.Or(cmp.Compare(a.Tag, b.Tag), cmp.Compare(slices.Index(order, a.Method), slices.Index(order, b.Method)),
			cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return list, nil
}

func newRequest(doc *openapi3.T, method, path string, o *openapi3.Operation) (Request, error) {
	r := Request{
		ID: o.OperationID, Tag: "default", Summary: strings.ReplaceAll(o.Summary, "`", ""),
		Description: o.Description, Method: method, Path: path, Token: tokenOf(doc, o),
	}
	if len(o.Tags) > 0 {
		r.Tag = o.Tags[0]
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses.Map())) {
		if strings.HasPrefix(status, "2") {
			r.Success = append(r.Success, status)
		}
	}
	for _, p := range o.Parameters {
		r.add(p.Value, o)
	}
	if o.RequestBody == nil {
		return r, nil
	}
	content := o.RequestBody.Value.Content
	kinds := slices.Sorted(maps.Keys(content)) // application/json is before merge patches
	if len(kinds) == 0 {
		return r, nil
	}
	r.ContentType = kinds[0]
	body := example.Of(content[r.ContentType].Schema)
	if content["application/merge-patch+json"] != nil {
		body = first(body)
	}
	data, err := canonical.JSON(body)
	r.Body = strings.TrimSpace(string(data))
	return r, err
}

// tokenOf returns the variable with the token of an operation. Operations whose scopes are
// all for administrators need theirs.
func tokenOf(doc *openapi3.T, o *openapi3.Operation) string {
	security := doc.Security
	if o.Security != nil {
		security = *o.Security
	}
	if len(security) == 0 {
		return ""
	}
	scopes, _ := o.Extensions["x-scopes"].([]any)
	forUsers := func(scope any) bool { return !rest.IsAdminScope(fmt.Sprint(scope)) }
	if len(scopes) > 0 && !slices.ContainsFunc(scopes, forUsers) {
		return adminToken
	}
	return token
}

// add adds the example of a parameter. A condition is sent if the operation requires one,
// and matches any state.
func (r *Request) add(p *openapi3.Parameter, o *openapi3.Operation) {
	value := p.Example
	if value == nil {
		value = example.Of(p.Schema)
	}
	v := Value{Name: p.Name, Value: text(value), Optional: !p.Required}
	needsCondition := o.Responses.Status(428) != nil && (p.Name == "If-Match" || p.Name == "If-None-Match")
	switch creates := o.Responses.Status(201) != nil; {
	case needsCondition && p.Name == "If-None-Match" && creates, needsCondition && p.Name == "If-Match" && !creates:
		v.Value, v.Optional = "*", false
	}
	switch p.In {
	case openapi3.ParameterInPath:
		r.PathValues = append(r.PathValues, v)
	case openapi3.ParameterInQuery:
		r.Query = append(r.Query, v)
	case openapi3.ParameterInHeader:
		r.Headers = append(r.Headers, v)
	}
}

// first returns an object with its first property only: a merge patch of an example
// changes one thing.
func first(body any) any {
	object, ok := body.(map[string]any)
	if !ok || len(object) < 2 {
		return body
	}
	name := slices.Min(slices.Collect(maps.Keys(object)))
	return map[string]any{name: object[name]}
}

// text returns a value of a parameter as it is sent.
func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}
