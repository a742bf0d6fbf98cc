package generate

import (
	"cmp"
	"net/http"
	"reflect"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/rest"
)

const jsonMediaType = "application/json"

// operation returns one operation of the specification.
func (g *generation) operation(o *operation, responses *responses) *openapi3.Operation {
	summary, details := comments.Sentence(o.source.Text)
	op := &openapi3.Operation{
		OperationID: o.ID,
		Tags:        []string{g.svc.Title},
		Summary:     comments.WithoutName(summary, o.source.Name),
		Description: strings.TrimSpace(details + "\n\n" + requiredToken(o.Description)),
		Parameters:  g.parameters(o),
		RequestBody: g.requestBody(o),
		Responses:   responses.of(o),
		Security:    openapi3.NewSecurityRequirements(),
	}
	if !o.Public {
		// OpenAPI 3.0.3 allows scopes for OAuth and OpenID Connect schemes only: others use the extension.
		op.Security.With(openapi3.SecurityRequirement{SecurityScheme: {}})
	}
	op.Extensions = map[string]any{}
	if len(o.Scopes) > 0 {
		op.Extensions[manifest.ScopesExtension] = o.Scopes
	}
	if d, ok := o.deprecation(); ok {
		op.Deprecated = true
		op.Description += "\n\n" + manifest.Deprecate(op.Extensions, d)
	}
	return op
}

// deprecation returns the deprecation of the operation. checkOperationDeprecation reports
// one that is malformed.
func (o *operation) deprecation() (d rest.Deprecation, ok bool) {
	d, err := rest.ParseDeprecation(o.Deprecated)
	return d, err == nil
}

// requiredToken returns a sentence about the token that a caller needs.
func requiredToken(d rest.Description) string {
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
	ref := g.namedBody(o, "Input", o.Input, f)
	doc, _ := g.source.Field(o.Input.PkgPath(), o.Input.Name(), f.Name)
	return &openapi3.RequestBodyRef{Value: &openapi3.RequestBody{
		Description: comments.WithoutSubject(doc.Text, f.Name),
		Required:    f.Type.Kind() != reflect.Pointer,
		Content:     openapi3.NewContentWithSchemaRef(ref, o.MediaTypes()),
	}}
}

// namedBody returns a reference to the component of a body, which is a field of t. The
// suffixes are Input and Output: oapi-codegen, orval and hey-api name types of their own
// MergePreferencesRequest and MergePreferencesResponse for every operation.
func (g *generation) namedBody(o *operation, suffix string, t reflect.Type, f reflect.StructField) *openapi3.SchemaRef {
	ref := g.schemas.body(f)
	if !isComponent(ref) {
		doc, _ := g.source.Field(t.PkgPath(), t.Name(), f.Name)
		ref.Value.Description = comments.WithoutSubject(doc.Text, f.Name)
	}
	return g.schemas.named(upperFirst(o.ID)+suffix, t, ref)
}

// parameters returns the parameters of the input and, for reads with an ETag,
// If-None-Match, which the adapter handles.
func (g *generation) parameters(o *operation) openapi3.Parameters {
	var list openapi3.Parameters
	for _, p := range o.params {
		list = append(list, &openapi3.ParameterRef{Value: g.parameter(o, p)})
	}
	if etag, ok := o.conditional(); ok && !o.takes("If-None-Match") {
		list = append(list, &openapi3.ParameterRef{Value: &openapi3.Parameter{
			Name: "If-None-Match", In: openapi3.ParameterInHeader,
			Description: "ETags that the client has stored. If the resource still has one of them, the response is 304 without a body " +
				"(RFC 9110, section 13.1.2).",
			Schema:     openapi3.NewStringSchema().NewRef(),
			Example:    cmp.Or(etag.Field.Tag.Get("example"), `"1"`),
			Extensions: map[string]any{ExtensionField: goField(owner(o.Output, etag.Field.Index), etag.Field.Name)},
		}})
	}
	return list
}

func (g *generation) parameter(o *operation, p rest.Parameter) *openapi3.Parameter {
	param := g.value(o.Input, p)
	param.In, param.Name, param.Required = p.In, written(p), p.Required
	return param
}

// value returns the members that parameters and response headers have in common.
func (g *generation) value(t reflect.Type, p rest.Parameter) *openapi3.Parameter {
	declares := owner(t, p.Field.Index)
	doc, _ := g.source.Field(declares.PkgPath(), declares.Name(), p.Field.Name)
	param := &openapi3.Parameter{Extensions: map[string]any{ExtensionField: goField(declares, p.Field.Name)}}
	param.Description, param.Deprecated = deprecated(
		p.Field.Tag, withFormat(comments.WithoutSubject(doc.Text, p.Field.Name), p.Limits), param.Extensions)
	ref := g.schemas.simple(p.Field.Type, p.Limits)
	param.Schema = ref
	if text, ok := p.Field.Tag.Lookup("example"); ok {
		param.Example = g.schemas.example(doc.At, goField(declares, p.Field.Name), text, p.Field.Type, ref.Value)
	}
	return param
}

// conditional returns the ETag of a read.
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

// written returns a parameter's name as written in its tag: ETag, where Go's
// canonical form is Etag.
func written(p rest.Parameter) string { return p.Field.Tag.Get(p.In) }
