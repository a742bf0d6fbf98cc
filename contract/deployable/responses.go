package deployable

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// responses returns an operation's responses. They are inline, because API Gateway
// does not support shared responses. A proxy integration passes on the function's
// response as it is: the responses are for exported SDKs.
func (b *builder) responses(at string, o *openapi3.Operation) object {
	out := object{}
	if o.Responses == nil {
		return out
	}
	at = below(at, "responses")
	for _, status := range o.Responses.Keys() {
		if !apigateway.IsStatusCode(status) {
			b.strip(at, status, "API Gateway imports responses of one status only")
			continue
		}
		if r := o.Responses.Value(status); r != nil && r.Value != nil {
			out[status] = b.response(below(at, status), status, r.Value)
		}
	}
	return out
}

func (b *builder) response(at, status string, r *openapi3.Response) object {
	number, _ := strconv.Atoi(status)
	out := object{"description": cmp.Or(http.StatusText(number), "Status "+status)}
	b.stripIf(r.Headers != nil, at, "headers", "a proxy integration passes the function's headers on as they are")
	b.stripIf(r.Links != nil, at, "links", "API Gateway does not support links")
	content := object{}
	for _, media := range slices.Sorted(maps.Keys(r.Content)) {
		m := r.Content[media]
		if m == nil || m.Schema == nil {
			continue
		}
		at := below(at, "content", media)
		b.stripExamples(at, m)
		name := componentName(soleReference(m.Schema))
		if name == "" || !b.isObjectOrArray(name) {
			b.strip(at, "schema", "API Gateway is known to accept a response's schema only as a reference to an object or array")
			continue
		}
		content[media] = object{"schema": b.reference(name)}
	}
	if len(content) > 0 {
		out["content"] = content
	}
	return out
}

// isObjectOrArray reports whether all values of a component are objects, or all are
// arrays. An import accepts references to such models in responses. Recorded for an
// array:
// contract/lint/testdata/recorded/response-array-model.txtar.
func (b *builder) isObjectOrArray(name string) bool {
	s := b.component(name)
	if s == nil || s.Nullable {
		return false
	}
	if s.Type.Is("object") || s.Type.Is("array") {
		return true
	}
	return slices.ContainsFunc(s.AllOf, func(m *openapi3.SchemaRef) bool {
		return m.Value != nil && (m.Value.Type.Is("object") || m.Value.Type.Is("array"))
	})
}
