package generate

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
	"github.com/meridian-api/meridian/platform/rest"
)

const jsonMediaType = "application/json"

// operation is one operation of the specification.
func (g *generation) operation(o *operation, responses *responses) *openapi3.Operation {
	summary, details := comments.Sentence(o.source.Text)
	op := &openapi3.Operation{
		OperationID: o.ID,
		Tags:        []string{g.svc.Title},
		Summary:     comments.WithoutName(summary, o.source.Name),
		Description: strings.TrimSpace(details + "\n\n" + admission(o.Description)),
		Deprecated:  o.Deprecated || o.source.Deprecated,
		Parameters:  g.parameters(o),
		RequestBody: g.requestBody(o),
		Responses:   responses.of(o),
		Security:    openapi3.NewSecurityRequirements(),
	}
	if !o.Public {
		// The list is empty for anything but OAuth and OpenID Connect schemes (OpenAPI 3.0.3): hence the extension.
		op.Security.With(openapi3.SecurityRequirement{SecurityScheme: {}})
	}
	if len(o.Scopes) > 0 {
		op.Extensions = map[string]any{ExtensionScopes: o.Scopes}
	}
	return op
}

// admission tells who may call.
func admission(d rest.Description) string {
	switch {
	case d.Public:
		return "Needs no token."
	case len(d.Scopes) == 0:
		return "Needs an ID token."
	}
	return "Needs an access token with the scope `" + strings.Join(d.Scopes, "` or `") + "`."
}

func (g *generation) requestBody(o *operation) *openapi3.RequestBodyRef {
	f, ok := rest.BodyField(o.Input)
	if !ok {
		return nil
	}
	ref, err := g.schemas.of(f.Type)
	if err != nil {
		g.refuse(o, "body: %s", err)
		return nil
	}
	doc, _ := g.source.Field(o.Input.PkgPath(), o.Input.Name(), f.Name)
	return &openapi3.RequestBodyRef{Value: &openapi3.RequestBody{
		Description: comments.WithoutSubject(doc.Text, f.Name),
		Required:    f.Type.Kind() != reflect.Pointer,
		Content:     openapi3.NewContentWithSchemaRef(ref, o.MediaTypes()),
	}}
}

// parameters are those of the input, and If-None-Match where the adapter heeds
// it: on reads that answer an ETag.
func (g *generation) parameters(o *operation) openapi3.Parameters {
	var list openapi3.Parameters
	for _, p := range o.params {
		list = append(list, &openapi3.ParameterRef{Value: g.parameter(o, p)})
	}
	if etag, ok := o.conditional(); ok && !o.takes("If-None-Match") {
		list = append(list, &openapi3.ParameterRef{Value: &openapi3.Parameter{
			Name: "If-None-Match", In: openapi3.ParameterInHeader,
			Description: "ETags that the client holds. If the resource still has one of them, the answer is 304 without a body (RFC 9110, section 13.1.2).",
			Schema:      openapi3.NewStringSchema().NewRef(),
			Example:     `"1"`,
			Extensions:  map[string]any{ExtensionField: goField(owner(o.Output, etag.Field.Index), etag.Field.Name)},
		}})
	}
	return list
}

func (g *generation) parameter(o *operation, p rest.Parameter) *openapi3.Parameter {
	param := g.value(o, o.Input, p)
	param.In, param.Name, param.Required = p.In, written(p), p.Required
	return param
}

// value is what parameters and response headers have in common.
func (g *generation) value(o *operation, t reflect.Type, p rest.Parameter) *openapi3.Parameter {
	declares := owner(t, p.Field.Index)
	doc, _ := g.source.Field(declares.PkgPath(), declares.Name(), p.Field.Name)
	param := &openapi3.Parameter{
		Description: comments.WithoutSubject(doc.Text, p.Field.Name), Deprecated: doc.Deprecated,
		Extensions: map[string]any{ExtensionField: goField(declares, p.Field.Name)},
	}
	ref, err := g.schemas.simple(p.Field.Type, p.Limits)
	if err != nil {
		g.refuse(o, "%s: %s", goField(declares, p.Field.Name), err)
		return param
	}
	param.Schema = ref
	if text, ok := p.Field.Tag.Lookup("example"); ok {
		param.Example = g.schemas.example(doc.At, goField(declares, p.Field.Name), text, p.Field.Type, ref.Value)
	}
	return param
}

// conditional finds the ETag of a read.
func (o *operation) conditional() (rest.Parameter, bool) {
	for _, p := range o.headers {
		if o.Method == http.MethodGet && strings.EqualFold(p.Name, "ETag") {
			return p, true
		}
	}
	return rest.Parameter{}, false
}

// takes reports whether the input has the header.
func (o *operation) takes(header string) bool {
	for _, p := range o.params {
		if p.In == openapi3.ParameterInHeader && strings.EqualFold(p.Name, header) {
			return true
		}
	}
	return false
}

// written is a parameter's name as its tag has it: ETag, where Go's canonical
// form is Etag.
func written(p rest.Parameter) string { return p.Field.Tag.Get(p.In) }
