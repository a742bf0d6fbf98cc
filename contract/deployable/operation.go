package deployable

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// operation writes a route: what the gateway needs to match, authorize and
// validate a request, and the function that it calls.
func (b *builder) operation(path, method string, item *openapi3.PathItem, o *openapi3.Operation) object {
	place := pointer("paths", path, strings.ToLower(method))
	b.stripIf(o.Summary != "", place, "summary", documentation)
	b.stripIf(o.Description != "", place, "description", documentation)
	b.stripIf(len(o.Tags) > 0, place, "tags", documentation)
	b.stripIf(o.ExternalDocs != nil, place, "externalDocs", documentation)
	b.stripIf(o.Deprecated, place, "deprecated", "API Gateway knows no deprecation")
	b.stripIf(len(o.Callbacks) > 0, place, "callbacks", "API Gateway knows no callbacks")
	b.stripIf(o.Servers != nil, place, "servers", "an API answers under the domains that Terraform gives it")
	out := object{"responses": b.responses(place, o), "security": b.security(method+" "+path, o)}
	if o.OperationID != "" {
		out["operationId"] = o.OperationID
	}
	if list := b.parameters(place, item, o); len(list) > 0 {
		out["parameters"] = list
	}
	if body := b.requestBody(place, o); body != nil {
		out["requestBody"] = body
	}
	if f := b.function(o.OperationID, method, path); f != nil {
		out[apigateway.IntegrationExtension] = b.integration(f)
	}
	return out
}

// headOf is a GET without the content of its answer (RFC 9110, section 9.3.2),
// served by the same function. API Gateway does not derive it.
func headOf(get object) object {
	out := maps.Clone(get)
	delete(out, "operationId") // which is one route's
	return out
}

// scopesExtension holds an operation's scopes: OpenAPI 3.0 has no place for
// those of a bearer token.
const scopesExtension = "x-scopes"

// everybody is the security of an operation that anyone may call.
var everybody = []object{}

// security says who may call: everybody, or the holder of an ID token (no
// scopes), or of an access token with one of the scopes. It is written on each
// operation, because scopes are each operation's own, and because the developer
// guide does not promise what an import does with security at the root.
func (b *builder) security(route string, o *openapi3.Operation) []object {
	requirements := b.doc.Security
	if o.Security != nil {
		requirements = *o.Security
	} else if len(requirements) == 0 {
		b.problem("%s: it does not say who may call it: write its security, [] for everybody", route)
		return nil
	}
	if len(requirements) == 0 || len(requirements) == 1 && len(requirements[0]) == 0 {
		return everybody
	}
	if len(requirements) > 1 || len(requirements[0]) > 1 {
		b.problem("%s: it has several security requirements, and API Gateway asks one authorizer", route)
		return nil
	}
	scopes := []string{}
	for _, named := range requirements[0] {
		scopes = append(scopes, named...)
	}
	if extension, ok := o.Extensions[scopesExtension]; ok {
		var err error
		if scopes, err = stringList(extension); err != nil {
			b.problem("%s: %s: %v", route, scopesExtension, err)
		}
	}
	return []object{{schemeName: scopes}}
}

func stringList(value any) ([]string, error) {
	if list, ok := value.([]string); ok {
		return list, nil
	}
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("it is a %T, not a list of strings", value)
	}
	out := make([]string, len(list))
	for i, v := range list {
		if out[i], ok = v.(string); !ok {
			return nil, fmt.Errorf("it holds a %T, not only strings", v)
		}
	}
	return out, nil
}

// parameters writes the operation's parameters and the path's, inline: those
// of a path are not known to be imported.
func (b *builder) parameters(place string, item *openapi3.PathItem, o *openapi3.Operation) []object {
	var list []object
	places := map[string]string{} // where a name is taken
	add := func(at string, p *openapi3.ParameterRef, inherited bool) {
		if p == nil || p.Value == nil {
			b.problem("%s: the parameter is not resolved", at)
			return
		}
		v := p.Value
		other, taken := places[v.Name]
		switch {
		case taken && inherited && other == v.In:
			return // the operation replaces it
		case taken:
			b.problem("%s: %q is a %s parameter and a %s parameter: API Gateway wants names unique across places", at, v.Name, other, v.In)
			return
		case !apigateway.IsParameterLocation(v.In):
			b.problem("%s: %q is in %s: API Gateway reads path, query and header only", at, v.Name, v.In)
			return
		}
		places[v.Name] = v.In
		list = append(list, b.parameter(at, v))
	}
	for i, p := range o.Parameters {
		add(below(place, "parameters", index(i)), p, false)
	}
	for i, p := range item.Parameters {
		add(below(parent(place), "parameters", index(i)), p, true)
	}
	return list
}

func parent(place string) string { return place[:strings.LastIndexByte(place, '/')] }

// parameter keeps what API Gateway keeps. Of the constraints it would check
// none but presence; the function checks them all.
func (b *builder) parameter(place string, p *openapi3.Parameter) object {
	out := object{"name": p.Name, "in": p.In, "schema": object{"type": "string"}}
	if p.Required {
		out["required"] = true
	}
	if p.Description != "" {
		out["description"] = p.Description
	}
	if s := p.Schema; s != nil && s.Value != nil && s.Value.Type != nil && len(*s.Value.Type) == 1 {
		out["schema"] = parameterType(s.Value)
	}
	const why = "API Gateway keeps a parameter's name, place, presence, type and description only"
	b.stripIf(p.Example != nil, place, "example", why)
	b.stripIf(p.Examples != nil, place, "examples", why)
	b.stripIf(p.AllowEmptyValue, place, "allowEmptyValue", why)
	b.stripIf(p.AllowReserved, place, "allowReserved", why)
	b.stripIf(p.Style != "", place, "style", why)
	b.stripIf(p.Explode != nil, place, "explode", why)
	b.stripIf(p.Deprecated, place, "deprecated", why)
	b.stripIf(p.Content != nil, place, "content", why)
	b.stripIf(p.Schema != nil && constrained(p.Schema.Value), place, "schema", why)
	return out
}

func parameterType(s *openapi3.Schema) object {
	out := object{"type": (*s.Type)[0]}
	if s.Type.Is("array") {
		items := object{"type": "string"}
		if s.Items != nil && s.Items.Value != nil && s.Items.Value.Type != nil && len(*s.Items.Value.Type) == 1 {
			items["type"] = (*s.Items.Value.Type)[0]
		}
		out["items"] = items
	}
	return out
}

// constrained reports whether a schema says more than its type and its items'.
func constrained(s *openapi3.Schema) bool {
	if s == nil {
		return false
	}
	more := *s
	more.Type, more.Items, more.Extensions, more.Origin = nil, nil, nil, nil
	return !reflect.DeepEqual(more, openapi3.Schema{}) || s.Items != nil && constrained(s.Items.Value)
}

// requestBody names the model that the gateway validates the body by.
//
// An optional body has none: API Gateway takes an absent body for an empty
// object, and would refuse it for the properties that it lacks.
func (b *builder) requestBody(place string, o *openapi3.Operation) object {
	if o.RequestBody == nil || o.RequestBody.Value == nil {
		return nil
	}
	body := o.RequestBody.Value
	place = below(place, "requestBody")
	b.stripIf(body.Description != "", place, "description", documentation)
	if !body.Required {
		b.strip(place, "content", "API Gateway would validate an absent body as an empty object")
		return nil
	}
	content := object{}
	for _, media := range slices.Sorted(maps.Keys(body.Content)) {
		m := body.Content[media]
		at := below(place, "content", media)
		if m == nil || m.Schema == nil {
			continue
		}
		b.stripExamples(at, m)
		name := componentName(m.Schema.Ref)
		if name == "" {
			// Inline schemas would get random names, and an allOf inline is refused.
			name = b.inlineModel(at, o.OperationID, m.Schema)
		}
		content[media] = object{"schema": b.reference(name)}
	}
	if len(content) == 0 {
		return nil
	}
	return object{"required": true, "content": content}
}

func (b *builder) stripExamples(place string, m *openapi3.MediaType) {
	b.stripIf(m.Example != nil, place, "example", documentation)
	b.stripIf(m.Examples != nil, place, "examples", documentation)
	b.stripIf(m.Encoding != nil, place, "encoding", "API Gateway knows no encodings")
}
