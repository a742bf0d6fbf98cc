package merge

import (
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// pathItem is a path of the result and the first source that has it.
type pathItem struct {
	owner string
	item  *openapi3.PathItem
}

// origin is where an operation comes from.
type origin struct{ owner, route string }

func (m *merger) addPaths(s Source) {
	c := copier{merger: m, owner: s.Name}
	for _, path := range s.Doc.Paths.Keys() {
		from := s.Doc.Paths.Value(path)
		if from == nil {
			continue
		}
		about := &openapi3.PathItem{Summary: from.Summary, Description: from.Description, Servers: from.Servers, Extensions: public(from.Extensions)}
		held := m.paths[path]
		if held == nil {
			held = &pathItem{owner: s.Name, item: &openapi3.PathItem{
				Summary: about.Summary, Description: about.Description, Servers: about.Servers, Extensions: about.Extensions}}
			m.paths[path] = held
		}
		// The texts of a path that two sources share must agree, as a component's.
		m.claim(s.Name, "the description of path "+path, about)
		for _, method := range sortedKeys(from.Operations()) {
			m.addOperation(c, s, path, method, held.item)
		}
	}
}

func (m *merger) addOperation(c copier, s Source, path, method string, into *openapi3.PathItem) {
	item := s.Doc.Paths.Value(path)
	route := method + " " + path
	if other, ok := m.seen[route]; ok {
		m.conflict("operation "+route, "an operation has one owner: remove one", other.owner, s.Name)
		return
	}
	m.seen[route] = &first{owner: s.Name}
	from := item.Operations()[method]
	operation := c.operation(from)
	operation.Parameters = append(operation.Parameters, c.inherited(from.Parameters, item.Parameters)...)
	if operation.Security == nil && len(s.Doc.Security) > 0 {
		inherited := slices.Clone(s.Doc.Security)
		operation.Security = &inherited
	}
	m.checkID(s.Name, operation.OperationID, route)
	into.SetOperation(method, operation)
}

func (m *merger) checkID(owner, id, route string) {
	if id == "" {
		return
	}
	if other, ok := m.operations[id]; ok {
		m.conflict("operationId "+id, fmt.Sprintf("both %s and %s have it: rename one", other.route, route), other.owner, owner)
		return
	}
	m.operations[id] = origin{owner: owner, route: route}
}

// inherited copies the parameters of a path that the operation does not
// replace: those of another name or place (OpenAPI 3.0.3, Path Item Object).
func (c copier) inherited(own, shared openapi3.Parameters) openapi3.Parameters {
	var list openapi3.Parameters
	for _, p := range shared {
		replaced := slices.ContainsFunc(own, func(o *openapi3.ParameterRef) bool {
			return o != nil && o.Value != nil && p.Value != nil && o.Value.Name == p.Value.Name && o.Value.In == p.Value.In
		})
		if !replaced {
			list = append(list, c.parameter(p))
		}
	}
	return list
}
