// Package merge makes one specification of many: the bounded contexts' into
// the public one. It never guesses: what two sources say differently is an
// error that names both.
package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// Title is the merged document's title.
const Title = "Meridian API"

// version of OpenAPI that the merged document is written in: the last that API
// Gateway imports.
const version = "3.0.3"

// Source is one specification.
type Source struct {
	// Name is the file's path; it tells the sources apart in errors and must be unique.
	Name string
	// Context is the bounded context's name, for the merged version.
	Context string
	// Doc is the specification. It is only read.
	Doc *openapi3.T
}

// Error lists everything that keeps sources from being merged, sorted.
type Error struct{ Conflicts []Conflict }

// Conflict is one thing that keeps sources from being merged.
type Conflict struct {
	// What is the thing in question, such as "schema Account".
	What string
	// Owners are the names of the sources that it comes from, sorted.
	Owners []string
	// Why says what is wrong and what would be right.
	Why string
}

// String is one line.
func (c Conflict) String() string {
	return fmt.Sprintf("%s in %s: %s", c.What, strings.Join(c.Owners, " and "), c.Why)
}

// Error is one line for each conflict.
func (e *Error) Error() string {
	lines := make([]string, len(e.Conflicts))
	for i, c := range e.Conflicts {
		lines[i] = c.String()
	}
	return strings.Join(lines, "\n")
}

// Merge unites specifications of OpenAPI 3.0. The result is the same whatever
// the order of the sources, and has its references resolved. It is to be read,
// like the sources: it shares with them what can hold no reference.
//
// Components of one name and content become one. What is written for a whole
// document or path (security, parameters) is moved to its operations, where it
// keeps its meaning beside other sources. The generator's hints on Go types
// (x-go-*) are left out: the result is for the public.
//
// It fails with an *Error that lists all conflicts: components, tags or servers
// of one name and different content, different links to further documentation,
// the same route or operationId twice, and paths that API Gateway cannot hold
// side by side. Its time is linear in the size of the sources.
func Merge(sources []Source) (*openapi3.T, error) {
	sorted := slices.Clone(sources)
	slices.SortFunc(sorted, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	m := newMerger()
	for i, s := range sorted {
		if i > 0 && s.Name == sorted[i-1].Name {
			return nil, fmt.Errorf("two sources are called %s: a source's name tells it apart", s.Name)
		}
		if s.Doc == nil {
			return nil, fmt.Errorf("%s: no document", s.Name)
		}
		m.add(s)
	}
	m.checkRoutes()
	if len(m.conflicts) > 0 {
		return nil, &Error{Conflicts: m.sorted()}
	}
	doc := m.document(sorted)
	if err := openapi3.NewLoader().ResolveRefsIn(doc, nil); err != nil {
		return nil, fmt.Errorf("resolve the merged references: %w", err)
	}
	return doc, nil
}

// merger gathers the merged document.
type merger struct {
	conflicts  []Conflict
	seen       map[string]*first
	paths      map[string]*pathItem
	operations map[string]origin // by operationId
	components openapi3.Components
	tags       map[string]*openapi3.Tag
	servers    map[string]*openapi3.Server
	more       *openapi3.ExternalDocs
	extensions map[string]any
}

func newMerger() *merger {
	return &merger{
		seen: map[string]*first{}, paths: map[string]*pathItem{}, operations: map[string]origin{},
		tags: map[string]*openapi3.Tag{}, servers: map[string]*openapi3.Server{}, extensions: map[string]any{},
		components: openapi3.Components{
			Schemas: openapi3.Schemas{}, Parameters: openapi3.ParametersMap{}, Headers: openapi3.Headers{},
			RequestBodies: openapi3.RequestBodies{}, Responses: openapi3.ResponseBodies{},
			SecuritySchemes: openapi3.SecuritySchemes{}, Examples: openapi3.Examples{},
			Links: openapi3.Links{}, Callbacks: openapi3.Callbacks{},
		},
	}
}

func (m *merger) add(s Source) {
	if !s.Doc.IsOpenAPI30() {
		m.conflict("the version of OpenAPI", fmt.Sprintf("it is %q, and API Gateway imports 3.0 only", s.Doc.OpenAPI), s.Name)
		return
	}
	m.addComponents(s)
	m.addPaths(s)
	for _, tag := range s.Doc.Tags {
		if tag != nil {
			t := &openapi3.Tag{Name: tag.Name, Description: tag.Description, ExternalDocs: tag.ExternalDocs, Extensions: public(tag.Extensions)}
			unite(m, s.Name, "tag", tag.Name, m.tags, t)
		}
	}
	for _, server := range s.Doc.Servers {
		if server != nil {
			unite(m, s.Name, "server", server.URL, m.servers, server)
		}
	}
	if more := s.Doc.ExternalDocs; more != nil && m.claim(s.Name, "externalDocs", more) {
		m.more = more
	}
	for name, value := range public(s.Doc.Extensions) {
		unite(m, s.Name, "extension", name, m.extensions, value)
	}
}

func (m *merger) conflict(what, why string, owners ...string) {
	slices.Sort(owners)
	m.conflicts = append(m.conflicts, Conflict{What: what, Owners: slices.Compact(owners), Why: why})
}

func (m *merger) sorted() []Conflict {
	slices.SortFunc(m.conflicts, func(a, b Conflict) int { return strings.Compare(a.String(), b.String()) })
	return m.conflicts
}

// checkRoutes finds the paths that API Gateway cannot hold side by side.
func (m *merger) checkRoutes() {
	var tree apigateway.Tree
	for _, path := range sortedKeys(m.paths) {
		if clash, ok := tree.Add(path, m.paths[path].owner); ok {
			m.conflict("path "+clash.Path, fmt.Sprintf("beside %s, %s", clash.Other, clash.Reason), clash.Owner, clash.OtherOwner)
		}
	}
}
