package merge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// first is the first of the things that have a kind and a name in common.
type first struct {
	owner string
	value any
	text  []byte // canonical, made when a second one turns up
}

// unite puts a named thing into the result, unless it is there already.
func unite[V any](m *merger, owner, kind, name string, into map[string]V, value V) {
	if m.claim(owner, kind+" "+name, value) {
		into[name] = value
	}
}

// claim reports whether what is new; if not, its content must be the same as
// before. Each thing is written out once at most, however many sources share
// its name.
func (m *merger) claim(owner, what string, value any) bool {
	known := m.seen[what]
	if known == nil {
		m.seen[what] = &first{owner: owner, value: value}
		return true
	}
	if known.text == nil {
		known.text = m.text(what, known.owner, known.value)
	}
	if text := m.text(what, owner, value); !bytes.Equal(known.text, text) {
		m.conflict(what, fmt.Sprintf("its content differs%s: make it the same, or rename one", where(known.text, text)), known.owner, owner)
	}
	return false
}

// text is the canonical form of a value: encoding/json sorts the members, and
// kin-openapi writes its objects through maps.
func (m *merger) text(what, owner string, value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		m.conflict(what, fmt.Sprintf("it cannot be written: %v", err), owner)
	}
	return data
}

func (m *merger) addComponents(s Source) {
	from := s.Doc.Components
	if from == nil {
		return
	}
	c := copier{merger: m, owner: s.Name}
	to := &m.components
	uniteAll(c, "schema", to.Schemas, from.Schemas, c.schema)
	uniteAll(c, "parameter", to.Parameters, from.Parameters, c.parameter)
	uniteAll(c, "header", to.Headers, from.Headers, c.header)
	uniteAll(c, "request body", to.RequestBodies, from.RequestBodies, c.requestBody)
	uniteAll(c, "response", to.Responses, from.Responses, c.response)
	uniteAll(c, "security scheme", to.SecuritySchemes, from.SecuritySchemes, c.securityScheme)
	uniteAll(c, "example", to.Examples, from.Examples, c.example)
	uniteAll(c, "link", to.Links, from.Links, c.link)
	uniteAll(c, "callback", to.Callbacks, from.Callbacks, c.callback)
}

func uniteAll[M ~map[string]V, V any](c copier, kind string, into, from M, clone func(V) V) {
	for _, name := range sortedKeys(from) {
		unite(c.merger, c.owner, kind, name, into, clone(from[name]))
	}
}

func sortedKeys[M ~map[string]V, V any](m M) []string { return slices.Sorted(maps.Keys(m)) }

// document is the result, once everything is gathered without a conflict.
func (m *merger) document(sources []Source) *openapi3.T {
	doc := &openapi3.T{
		OpenAPI: version, Info: info(sources), Paths: openapi3.NewPaths(), Components: &m.components,
		ExternalDocs: m.more, Extensions: m.extensions,
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
