package merge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// definition is the first definition of a kind and name, such as "schema Account".
type definition struct {
	owner string
	value any
	text  []byte // canonical JSON, set when a second definition is found
}

// addNamed adds a named value to the result unless an equal one is already there.
func addNamed[V any](m *merger, owner, kind, name string, into map[string]V, value V) {
	if m.define(owner, kind+" "+name, value) {
		into[name] = value
	}
}

// define reports whether subject has no definition yet. If it has one, the
// contents must be equal. Each definition is marshalled at most once, however
// many sources share it.
func (m *merger) define(owner, subject string, value any) bool {
	known := m.definitions[subject]
	if known == nil {
		m.definitions[subject] = &definition{owner: owner, value: value}
		return true
	}
	if known.text == nil {
		known.text = m.marshal(subject, known.owner, known.value)
	}
	text := m.marshal(subject, owner, value)
	if bytes.Equal(known.text, text) {
		return false
	}
	location := ""
	if pointer := firstDifference(known.text, text); pointer != "" {
		location = " at " + pointer
	}
	reason := fmt.Sprintf("the definitions differ%s: make them equal or rename one", location)
	m.fail(subject, reason, known.owner, owner)
	return false
}

// marshal returns the canonical JSON of a value. encoding/json sorts the keys of
// maps, and kin-openapi marshals its objects through maps.
func (m *merger) marshal(subject, owner string, value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		m.fail(subject, fmt.Sprintf("cannot be marshalled: %v", err), owner)
	}
	return data
}

func (m *merger) addComponents(c copier, s Source) {
	from := s.Doc.Components
	if from == nil {
		return
	}
	to, schemes := &m.components, from.SecuritySchemes
	if s.Released {
		schemes = c.knownSchemes(schemes)
	}
	addAll(c, "schema", "schemas", to.Schemas, from.Schemas, c.schema)
	addAll(c, "parameter", "parameters", to.Parameters, from.Parameters, c.parameter)
	addAll(c, "header", "headers", to.Headers, from.Headers, c.header)
	addAll(c, "request body", "requestBodies", to.RequestBodies, from.RequestBodies, c.requestBody)
	addAll(c, "response", "responses", to.Responses, from.Responses, c.response)
	addAll(c, "security scheme", "securitySchemes", to.SecuritySchemes, schemes, c.securityScheme)
	addAll(c, "example", "examples", to.Examples, from.Examples, c.example)
	addAll(c, "link", "links", to.Links, from.Links, c.link)
	addAll(c, "callback", "callbacks", to.Callbacks, from.Callbacks, c.callback)
}

// addAll adds the components of a kind, which are in the given member of the components.
func addAll[M ~map[string]V, V any](c copier, kind, member string, into, from M, clone func(V) V) {
	for _, name := range sortedKeys(from) {
		addNamed(c.merger, c.owner, kind, c.componentName(member, name), into, clone(from[name]))
	}
}

func sortedKeys[M ~map[string]V, V any](m M) []string { return slices.Sorted(maps.Keys(m)) }

// document returns the merged document. All sources must have been added without errors.
func (m *merger) document(about About, sources []Source) *openapi3.T {
	doc := &openapi3.T{
		OpenAPI: version, Info: info(about, sources), Paths: openapi3.NewPaths(), Components: &m.components,
		ExternalDocs: m.externalDocs, Extensions: m.extensions,
	}
	for _, path := range sortedKeys(m.paths) {
		doc.Paths.Set(path, m.paths[path].item)
	}
	for _, name := range sortedKeys(m.tags) {
		doc.Tags = append(doc.Tags, m.tags[name])
	}
	for _, url := range sortedKeys(m.servers) {
		doc.Servers = append(doc.Servers, m.servers[url])
	}
	return doc
}
