package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// pathItem is a path of the result with the first source that has it.
type pathItem struct {
	owner string
	item  *openapi3.PathItem
}

// origin is the source, the route and the operationId of an operation.
type origin struct{ owner, route, id string }

func (m *merger) addPaths(c copier, s Source) {
	for _, path := range s.Doc.Paths.Keys() {
		from := s.Doc.Paths.Value(path)
		if from == nil {
			continue
		}
		texts := c.itemTexts(from)
		merged := m.paths[path]
		if merged == nil {
			merged = &pathItem{owner: s.Name, item: c.itemTexts(from)}
			m.paths[path] = merged
		}
		// Sources that share a path must describe it in the same way.
		m.define(s.Name, "the description of path "+path, texts)
		for _, method := range sortedKeys(from.Operations()) {
			m.addOperation(c, s, path, method, merged.item)
		}
	}
}

func (m *merger) addOperation(c copier, s Source, path, method string, into *openapi3.PathItem) {
	item := s.Doc.Paths.Value(path)
	route := method + " " + path
	if other, ok := m.definitions[route]; ok {
		m.fail("operation "+route, "defined twice: remove one of the definitions", other.owner, s.Name)
		return
	}
	m.definitions[route] = &definition{owner: s.Name}
	from := item.Operations()[method]
	operation := c.operation(from)
	operation.Parameters = append(operation.Parameters, c.inheritedParameters(from.Parameters, item.Parameters)...)
	if operation.Security == nil && len(s.Doc.Security) > 0 {
		inherited := slices.Clone(s.Doc.Security)
		operation.Security = &inherited
	}
	m.checkID(s.Name, operation.OperationID, route)
	into.SetOperation(method, operation)
}

// checkID checks that an operationId is unique. OpenAPI distinguishes upper and
// lower case, but client generators derive names of types and files from the ID
// that do not.
func (m *merger) checkID(owner, id, route string) {
	if id == "" {
		return
	}
	key := strings.ToLower(id)
	other, ok := m.operations[key]
	switch {
	case !ok:
		m.operations[key] = origin{owner: owner, route: route, id: id}
	case other.id == id:
		reason := fmt.Sprintf("used by both %s and %s: rename one", other.route, route)
		m.fail("operationId "+id, reason, other.owner, owner)
	default:
		reason := fmt.Sprintf("the ID of %s differs only in case from %s of %s: rename one", route, other.id, other.route)
		m.fail("operationId "+id, reason, other.owner, owner)
	}
}

// inheritedParameters copies the parameters of a path that the operation does not
// override. A parameter overrides another one with the same name and location
// (OpenAPI 3.0.3, Path Item Object).
func (c copier) inheritedParameters(own, shared openapi3.Parameters) openapi3.Parameters {
	var list openapi3.Parameters
	for _, p := range shared {
		overridden := slices.ContainsFunc(own, func(o *openapi3.ParameterRef) bool {
			return o != nil && o.Value != nil && p.Value != nil &&
				o.Value.Name == p.Value.Name && o.Value.In == p.Value.In
		})
		if !overridden {
			list = append(list, c.parameter(p))
		}
	}
	return list
}
