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

// responses writes an operation's responses inline, since API Gateway takes
// no shared ones. A proxy integration passes the function's answer on as it
// is; what is written here is for the export of an SDK.
func (b *builder) responses(place string, o *openapi3.Operation) object {
	out := object{}
	if o.Responses != nil {
		for _, status := range o.Responses.Keys() {
			at := below(place, "responses", status)
			if !apigateway.IsStatusCode(status) {
				b.strip(below(place, "responses"), status, "API Gateway imports responses of one status only")
				continue
			}
			if r := o.Responses.Value(status); r != nil && r.Value != nil {
				out[status] = b.response(at, status, r.Value)
			}
		}
	}
	return out
}

func (b *builder) response(place, status string, r *openapi3.Response) object {
	number, _ := strconv.Atoi(status)
	out := object{"description": cmp.Or(http.StatusText(number), "Status "+status)}
	b.stripIf(r.Headers != nil, place, "headers", "a proxy integration passes the function's headers on as they are")
	b.stripIf(r.Links != nil, place, "links", "API Gateway knows no links")
	content := object{}
	for _, media := range slices.Sorted(maps.Keys(r.Content)) {
		m := r.Content[media]
		if m == nil || m.Schema == nil {
			continue
		}
		at := below(place, "content", media)
		b.stripExamples(at, m)
		name := componentName(soleReference(m.Schema))
		if name == "" || !b.isObjectOrArray(name) {
			b.strip(at, "schema", "API Gateway is known to take a response's schema only as a reference to an object or array")
			continue
		}
		content[media] = object{"schema": b.reference(name)}
	}
	if len(content) > 0 {
		out["content"] = content
	}
	return out
}

// isObjectOrArray reports whether a component's model is certainly one of the
// two, which an import takes for a response. Recorded for an array:
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
