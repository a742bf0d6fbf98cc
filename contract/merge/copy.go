package merge

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/manifest"
)

// copier copies the objects of a source into the result, with unresolved
// references: they are resolved in the result, which has each component once.
//
// The copy is written by hand because kin-openapi cannot clone its objects, and
// marshalling, filtering and loading a document again takes several times as
// long as the merge.
type copier struct {
	*merger
	owner string
	// renamed has new references by old ones, for components that get other names.
	renamed map[string]string
}

// isHint reports whether an extension is a hint of the generator, from which the lint takes
// the Go type and field of a finding. Sources of an earlier format have hints with x-go-.
func isHint(name string) bool {
	return strings.HasPrefix(name, "x-source-") || strings.HasPrefix(name, "x-go-")
}

// public returns the extensions without the generator's hints and the format: the sources
// may have several formats, and the result is not a generated file.
func public(extensions map[string]any) map[string]any {
	var kept map[string]any
	for name, value := range extensions {
		if isHint(name) || name == manifest.SpecFormat {
			continue
		}
		if kept == nil {
			kept = make(map[string]any, len(extensions))
		}
		kept[name] = value
	}
	return kept
}

// checkRef checks that a reference points into the components and returns it. The
// result does not contain the target of any other reference.
func (c copier) checkRef(ref string) string {
	if !strings.HasPrefix(ref, "#/components/") {
		c.fail("reference "+ref, "does not refer to a component of the same document", c.owner)
	}
	if renamed, ok := c.renamed[ref]; ok {
		return renamed
	}
	return ref
}

// copyMap copies a map and its values. It returns nil for nil.
func copyMap[M ~map[string]V, V any](from M, clone func(V) V) M {
	if from == nil {
		return nil
	}
	to := make(M, len(from))
	for name, value := range from {
		to[name] = clone(value)
	}
	return to
}

// copySlice copies a slice and its elements. It returns nil for nil.
func copySlice[S ~[]V, V any](from S, clone func(V) V) S {
	if from == nil {
		return nil
	}
	to := make(S, len(from))
	for i, value := range from {
		to[i] = clone(value)
	}
	return to
}

func (c copier) operation(o *openapi3.Operation) *openapi3.Operation {
	to := *o
	to.Origin = nil
	to.Extensions = public(o.Extensions)
	to.Parameters = copySlice(o.Parameters, c.parameter)
	to.RequestBody = c.requestBody(o.RequestBody)
	to.Responses = c.responses(o.Responses)
	to.Callbacks = copyMap(o.Callbacks, c.callback)
	return &to
}

func (c copier) parameter(p *openapi3.ParameterRef) *openapi3.ParameterRef {
	if p == nil || p.Ref == "" && p.Value == nil {
		return nil
	}
	if p.Ref != "" {
		return &openapi3.ParameterRef{Ref: c.checkRef(p.Ref), Extensions: public(p.Extensions)}
	}
	to := c.parameterValue(*p.Value)
	return &openapi3.ParameterRef{Value: &to}
}

func (c copier) parameterValue(to openapi3.Parameter) openapi3.Parameter {
	to.Origin = nil
	to.Extensions = public(to.Extensions)
	to.Schema = c.schema(to.Schema)
	to.Examples = copyMap(to.Examples, c.example)
	to.Content = copyMap(to.Content, c.mediaType)
	return to
}

func (c copier) header(h *openapi3.HeaderRef) *openapi3.HeaderRef {
	if h == nil || h.Ref == "" && h.Value == nil {
		return nil
	}
	if h.Ref != "" {
		return &openapi3.HeaderRef{Ref: c.checkRef(h.Ref), Extensions: public(h.Extensions)}
	}
	return &openapi3.HeaderRef{Value: &openapi3.Header{Parameter: c.parameterValue(h.Value.Parameter)}}
}

func (c copier) requestBody(r *openapi3.RequestBodyRef) *openapi3.RequestBodyRef {
	if r == nil || r.Ref == "" && r.Value == nil {
		return nil
	}
	if r.Ref != "" {
		return &openapi3.RequestBodyRef{Ref: c.checkRef(r.Ref), Extensions: public(r.Extensions)}
	}
	to := *r.Value
	to.Origin = nil
	to.Extensions = public(to.Extensions)
	to.Content = copyMap(to.Content, c.mediaType)
	return &openapi3.RequestBodyRef{Value: &to}
}

func (c copier) mediaType(m *openapi3.MediaType) *openapi3.MediaType {
	if m == nil {
		return nil
	}
	to := *m
	to.Origin = nil
	to.Extensions = public(m.Extensions)
	to.Schema = c.schema(m.Schema)
	to.Examples = copyMap(m.Examples, c.example)
	to.Encoding = copyMap(m.Encoding, c.encoding)
	return &to
}

func (c copier) encoding(e *openapi3.Encoding) *openapi3.Encoding {
	if e == nil {
		return nil
	}
	to := *e
	to.Origin = nil
	to.Extensions = public(e.Extensions)
	to.Headers = copyMap(e.Headers, c.header)
	return &to
}

func (c copier) responses(r *openapi3.Responses) *openapi3.Responses {
	if r == nil {
		return nil
	}
	to := openapi3.NewResponsesWithCapacity(r.Len())
	to.Extensions = public(r.Extensions)
	for _, status := range r.Keys() {
		to.Set(status, c.response(r.Value(status)))
	}
	return to
}

func (c copier) response(r *openapi3.ResponseRef) *openapi3.ResponseRef {
	if r == nil || r.Ref == "" && r.Value == nil {
		return nil
	}
	if r.Ref != "" {
		return &openapi3.ResponseRef{Ref: c.checkRef(r.Ref), Extensions: public(r.Extensions)}
	}
	to := *r.Value
	to.Origin = nil
	to.Extensions = public(to.Extensions)
	to.Headers = copyMap(to.Headers, c.header)
	to.Content = copyMap(to.Content, c.mediaType)
	to.Links = copyMap(to.Links, c.link)
	return &openapi3.ResponseRef{Value: &to}
}

func (c copier) link(l *openapi3.LinkRef) *openapi3.LinkRef {
	if l == nil || l.Ref == "" {
		return l
	}
	return &openapi3.LinkRef{Ref: c.checkRef(l.Ref), Extensions: public(l.Extensions)}
}

func (c copier) example(e *openapi3.ExampleRef) *openapi3.ExampleRef {
	if e == nil || e.Ref == "" {
		return e
	}
	return &openapi3.ExampleRef{Ref: c.checkRef(e.Ref), Extensions: public(e.Extensions)}
}

func (c copier) securityScheme(s *openapi3.SecuritySchemeRef) *openapi3.SecuritySchemeRef {
	if s == nil || s.Ref == "" {
		return s
	}
	return &openapi3.SecuritySchemeRef{Ref: c.checkRef(s.Ref), Extensions: public(s.Extensions)}
}

func (c copier) callback(b *openapi3.CallbackRef) *openapi3.CallbackRef {
	if b == nil || b.Ref == "" && b.Value == nil {
		return nil
	}
	if b.Ref != "" {
		return &openapi3.CallbackRef{Ref: c.checkRef(b.Ref), Extensions: public(b.Extensions)}
	}
	to := openapi3.NewCallbackWithCapacity(b.Value.Len())
	to.Extensions = public(b.Value.Extensions)
	for _, expression := range b.Value.Keys() {
		to.Set(expression, c.item(b.Value.Value(expression)))
	}
	return &openapi3.CallbackRef{Value: to}
}

func (c copier) item(i *openapi3.PathItem) *openapi3.PathItem {
	if i == nil {
		return nil
	}
	to := c.itemTexts(i)
	to.Parameters = copySlice(i.Parameters, c.parameter)
	for method, operation := range i.Operations() {
		to.SetOperation(method, c.operation(operation))
	}
	return to
}

// itemTexts copies a path item without its parameters and operations.
func (c copier) itemTexts(i *openapi3.PathItem) *openapi3.PathItem {
	return &openapi3.PathItem{
		Summary: i.Summary, Description: i.Description, Servers: i.Servers, Extensions: public(i.Extensions),
	}
}
