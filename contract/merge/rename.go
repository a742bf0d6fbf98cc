package merge

import (
	"bytes"
	"maps"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
)

const componentRefs = "#/components/"

// componentName returns the name in the result of a component of the source.
func (c copier) componentName(member, name string) string {
	prefix := componentRefs + member + "/"
	if renamed, ok := c.renamed[prefix+name]; ok {
		return strings.TrimPrefix(renamed, prefix)
	}
	return name
}

// renaming returns a copier that gives another name to each component of a released
// source that differs from a definition of another source. A component that refers to a
// renamed one differs as well, so it looks again until nothing more differs.
//
// Security schemes keep their names, because an operation's security names them and the
// scheme is the same user pool in every version. Only their descriptions may differ: the
// first source's is kept.
func (m *merger) renaming(s Source) copier {
	c := copier{merger: m, owner: s.Name, renamed: map[string]string{}}
	if s.Doc.Components == nil {
		return c
	}
	errs := m.errs // what is wrong in the source is reported when it is added
	defer func() { m.errs = errs }()
	for {
		before := len(c.renamed)
		from := s.Doc.Components
		renameAll(c, s.Context, "schema", "schemas", from.Schemas, c.schema)
		renameAll(c, s.Context, "parameter", "parameters", from.Parameters, c.parameter)
		renameAll(c, s.Context, "header", "headers", from.Headers, c.header)
		renameAll(c, s.Context, "request body", "requestBodies", from.RequestBodies, c.requestBody)
		renameAll(c, s.Context, "response", "responses", from.Responses, c.response)
		renameAll(c, s.Context, "example", "examples", from.Examples, c.example)
		renameAll(c, s.Context, "link", "links", from.Links, c.link)
		renameAll(c, s.Context, "callback", "callbacks", from.Callbacks, c.callback)
		if len(c.renamed) == before {
			return c
		}
	}
}

// renameAll renames the components of a kind that differ from definitions with their names.
func renameAll[M ~map[string]V, V any](c copier, context, kind, member string, from M, clone func(V) V) {
	for _, name := range sortedKeys(from) {
		subject, ref := kind+" "+name, componentRefs+member+"/"+name
		known := c.definitions[subject]
		if known == nil || c.renamed[ref] != "" {
			continue
		}
		if known.text == nil {
			known.text = c.marshal(subject, known.owner, known.value)
		}
		if !bytes.Equal(known.text, c.marshal(subject, c.owner, clone(from[name]))) {
			c.renamed[ref] = componentRefs + member + "/" + prefixed(context, name)
		}
	}
}

// prefixed returns the name of a component with the context's name before it, such as
// "AccountsProblem". API Gateway's models have letters and digits only.
func prefixed(context, name string) string {
	var b strings.Builder
	upper := true
	for _, r := range context {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			upper = true
			continue
		}
		if upper {
			r = unicode.ToUpper(r)
		}
		upper = false
		b.WriteRune(r)
	}
	return b.String() + name
}

// knownSchemes returns the security schemes of a released source, with the definition of
// an earlier source in place of each one that differs from it in the description only.
func (c copier) knownSchemes(schemes openapi3.SecuritySchemes) openapi3.SecuritySchemes {
	schemes = maps.Clone(schemes)
	for name, scheme := range schemes {
		known := c.definitions["security scheme "+name]
		if known == nil || scheme == nil || scheme.Value == nil {
			continue
		}
		earlier, ok := known.value.(*openapi3.SecuritySchemeRef)
		if !ok || earlier.Value == nil {
			continue
		}
		described := *scheme.Value
		described.Description = earlier.Value.Description
		ref := &openapi3.SecuritySchemeRef{Value: &described}
		if bytes.Equal(c.marshal(name, c.owner, ref), c.marshal(name, known.owner, earlier)) {
			schemes[name] = earlier
		}
	}
	return schemes
}
