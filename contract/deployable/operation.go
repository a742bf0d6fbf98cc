package deployable

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/manifest"
)

// operation returns what API Gateway needs of an operation to match, authorize and
// validate a request, and to call the function.
func (b *builder) operation(path, method string, item *openapi3.PathItem, o *openapi3.Operation) object {
	at := pointer("paths", path, strings.ToLower(method))
	b.stripIf(o.Summary != "", at, "summary", documentation)
	b.stripIf(o.Description != "", at, "description", documentation)
	b.stripIf(len(o.Tags) > 0, at, "tags", documentation)
	b.stripIf(o.ExternalDocs != nil, at, "externalDocs", documentation)
	b.stripIf(o.Deprecated, at, "deprecated", "API Gateway does not support deprecation")
	b.stripIf(len(o.Callbacks) > 0, at, "callbacks", "API Gateway does not support callbacks")
	b.stripIf(o.Servers != nil, at, "servers", servedDomains)
	out := object{"responses": b.responses(at, o), "security": b.security(method+" "+path, o)}
	if o.OperationID != "" {
		out["operationId"] = o.OperationID
	}
	if list := b.parameters(at, item, o); len(list) > 0 {
		out["parameters"] = list
	}
	if body := b.requestBody(at, o); body != nil {
		out["requestBody"] = body
	}
	if f := b.function(o.OperationID, method, path); f != nil {
		out[apigateway.IntegrationExtension] = b.integration(f)
	}
	return out
}

// headOf returns the HEAD operation for a GET (RFC 9110, section 9.3.2). The same
// function serves it. API Gateway does not derive it by itself.
func headOf(get object) object {
	out := maps.Clone(get)
	delete(out, "operationId") // which must be unique
	return out
}

// public is the security of an operation that anyone may call.
var public = []object{}

// security returns the security of an operation: public, with an ID token (no
// scopes), or with an access token that has one of the scopes. Each operation has
// its own, because operations have different scopes, and because the developer
// guide does not say what an import does with security at the root.
func (b *builder) security(route string, o *openapi3.Operation) []object {
	requirements := b.doc.Security
	if o.Security != nil {
		requirements = *o.Security
	} else if len(requirements) == 0 {
		b.problem("%s: the operation has no security: write it, or [] if anyone may call", route)
		return nil
	}
	if len(requirements) == 0 || len(requirements) == 1 && len(requirements[0]) == 0 {
		return public
	}
	if len(requirements) > 1 || len(requirements[0]) > 1 {
		b.problem("%s: the operation has several security requirements, and API Gateway supports one authorizer", route)
		return nil
	}
	scopes := []string{}
	for _, named := range requirements[0] {
		scopes = append(scopes, named...)
	}
	if _, listed := o.Extensions[manifest.ScopesExtension]; listed {
		var err error
		if scopes, err = manifest.Scopes(o.Extensions); err != nil {
			b.problem("%s: %s: %v", route, manifest.ScopesExtension, err)
		}
	}
	return []object{{schemeName: scopes}}
}

// parameters returns the parameters of the operation and of its path, inline:
// parameters of a path are not known to be imported.
func (b *builder) parameters(at string, item *openapi3.PathItem, o *openapi3.Operation) []object {
	var list []object
	locations := map[string]string{} // by the parameter's name
	add := func(at string, p *openapi3.ParameterRef, inherited bool) {
		if p == nil || p.Value == nil {
			b.problem("%s: the parameter is not resolved", at)
			return
		}
		v := p.Value
		other, taken := locations[v.Name]
		switch {
		case taken && inherited && other == v.In:
			return // the operation replaces it
		case taken:
			b.problem("%s: %q is a %s parameter and a %s parameter: API Gateway requires unique names in all locations together", at, v.Name, other, v.In)
			return
		case !apigateway.IsParameterLocation(v.In):
			b.problem("%s: %q is in %s: API Gateway reads parameters in path, query and header only", at, v.Name, v.In)
			return
		}
		locations[v.Name] = v.In
		list = append(list, b.parameter(at, v))
	}
	for i, p := range o.Parameters {
		add(below(at, "parameters", index(i)), p, false)
	}
	for i, p := range item.Parameters {
		add(below(parent(at), "parameters", index(i)), p, true)
	}
	return list
}

func parent(at string) string { return at[:strings.LastIndexByte(at, '/')] }

// parameter returns the members of a parameter that API Gateway keeps. It checks
// presence only; the function checks all constraints.
func (b *builder) parameter(at string, p *openapi3.Parameter) object {
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
	const why = "API Gateway keeps a parameter's name, location, presence, type and description only"
	b.stripIf(p.Example != nil, at, "example", why)
	b.stripIf(p.Examples != nil, at, "examples", why)
	b.stripIf(p.AllowEmptyValue, at, "allowEmptyValue", why)
	b.stripIf(p.AllowReserved, at, "allowReserved", why)
	b.stripIf(p.Style != "", at, "style", why)
	b.stripIf(p.Explode != nil, at, "explode", why)
	b.stripIf(p.Deprecated, at, "deprecated", why)
	b.stripIf(p.Content != nil, at, "content", why)
	b.stripIf(p.Schema != nil && constrained(p.Schema.Value), at, "schema", why)
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

// constrained reports whether a schema, or the schema of its items, has other
// keywords than type.
func constrained(s *openapi3.Schema) bool {
	if s == nil {
		return false
	}
	more := *s
	more.Type, more.Items, more.Extensions, more.Origin = nil, nil, nil, nil
	return !reflect.DeepEqual(more, openapi3.Schema{}) || s.Items != nil && constrained(s.Items.Value)
}

// requestBody returns a body with the models that API Gateway validates it with.
//
// It returns nil for an optional body: API Gateway validates an absent body as an
// empty object, and would refuse it because required properties are missing.
func (b *builder) requestBody(at string, o *openapi3.Operation) object {
	if o.RequestBody == nil || o.RequestBody.Value == nil {
		return nil
	}
	body := o.RequestBody.Value
	at = below(at, "requestBody")
	b.stripIf(body.Description != "", at, "description", documentation)
	if !body.Required {
		b.strip(at, "content", "API Gateway would validate an absent body as an empty object")
		return nil
	}
	content := object{}
	for _, media := range slices.Sorted(maps.Keys(body.Content)) {
		m := body.Content[media]
		at := below(at, "content", media)
		if m == nil || m.Schema == nil {
			continue
		}
		b.stripExamples(at, m)
		name := componentName(m.Schema.Ref)
		if name == "" {
			// An import would name inline schemas at random, and refuses an inline allOf.
			name = b.inlineModel(at, o.OperationID, m.Schema)
		}
		content[media] = object{"schema": b.reference(name)}
	}
	if len(content) == 0 {
		return nil
	}
	return object{"required": true, "content": content}
}

func (b *builder) stripExamples(at string, m *openapi3.MediaType) {
	b.stripIf(m.Example != nil, at, "example", documentation)
	b.stripIf(m.Examples != nil, at, "examples", documentation)
	b.stripIf(m.Encoding != nil, at, "encoding", "API Gateway does not support encodings")
}
