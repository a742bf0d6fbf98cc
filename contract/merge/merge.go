// Package merge merges the specifications of the bounded contexts into the public
// specification. It never guesses: if two sources disagree, it returns an error
// that names both.
package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/manifest"
)

// Title is the title of the merged document.
const Title = "Meridian API"

// version is the OpenAPI version of the merged document: the latest that API
// Gateway imports.
const version = "3.0.3"

// Source is one specification.
type Source struct {
	// Name is the path of the file. It identifies the source in errors and must
	// be unique.
	Name string
	// Context is the name of the bounded context, used in the merged version.
	Context string
	// Doc is the specification. It is not modified.
	Doc *openapi3.T
}

// Errors lists all reasons why sources cannot be merged, sorted.
type Errors []*Error

// Error is a reason why sources cannot be merged.
type Error struct {
	// Subject is the object concerned, such as "schema Account".
	Subject string
	// Owners are the names of the sources that define it, sorted.
	Owners []string
	// Reason says what is wrong and how to fix it.
	Reason string
}

// Error returns one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%s in %s: %s", e.Subject, strings.Join(e.Owners, " and "), e.Reason)
}

// Error returns one line for each error.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, err := range e {
		errs[i] = err
	}
	return errs
}

// Merge merges specifications of OpenAPI 3.0. The result does not depend on the
// order of the sources, and its references are resolved. It must not be modified,
// because it shares objects without references with the sources.
//
// Components with equal names and contents become one component. The security of
// a document and the parameters of a path move to the operations, so that they do
// not affect other sources. The generator's hints on Go types (x-go-*) are
// removed, because the result is public.
//
// Merge returns a *manifest.FormatError for a source in an unknown format. It returns Errors if components, tags, servers or extensions have equal
// names but different contents, if links to external documentation differ, if a
// route or an operationId, regardless of case, occurs twice, or if API Gateway
// cannot represent two paths in one API. The time is linear in the size of the
// sources.
func Merge(sources []Source) (*openapi3.T, error) {
	sorted := slices.Clone(sources)
	slices.SortFunc(sorted, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	m := newMerger()
	for i, s := range sorted {
		if i > 0 && s.Name == sorted[i-1].Name {
			return nil, fmt.Errorf("two sources have the name %s: names must be unique", s.Name)
		}
		if s.Doc == nil {
			return nil, fmt.Errorf("%s: the source has no document", s.Name)
		}
		if err := manifest.CheckSpecFormat(s.Name, s.Doc.Extensions); err != nil {
			return nil, err
		}
		m.add(s)
	}
	m.checkRoutes()
	if len(m.errs) > 0 {
		slices.SortFunc(m.errs, func(a, b *Error) int { return strings.Compare(a.Error(), b.Error()) })
		return nil, m.errs
	}
	doc := m.document(sorted)
	if err := openapi3.NewLoader().ResolveRefsIn(doc, nil); err != nil {
		return nil, fmt.Errorf("resolve the references of the merged document: %w", err)
	}
	return doc, nil
}

// merger collects the contents of the merged document.
type merger struct {
	errs         Errors
	definitions  map[string]*definition // by kind and name
	paths        map[string]*pathItem
	operations   map[string]origin // by operationId in lower case
	components   openapi3.Components
	tags         map[string]*openapi3.Tag
	servers      map[string]*openapi3.Server
	externalDocs *openapi3.ExternalDocs
	extensions   map[string]any
}

func newMerger() *merger {
	return &merger{
		definitions: map[string]*definition{}, paths: map[string]*pathItem{}, operations: map[string]origin{},
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
		reason := fmt.Sprintf("%q is not supported: API Gateway imports only 3.0", s.Doc.OpenAPI)
		m.fail("OpenAPI version", reason, s.Name)
		return
	}
	m.addComponents(s)
	m.addPaths(s)
	for _, tag := range s.Doc.Tags {
		if tag != nil {
			addNamed(m, s.Name, "tag", tag.Name, m.tags, &openapi3.Tag{
				Name: tag.Name, Description: tag.Description,
				ExternalDocs: tag.ExternalDocs, Extensions: public(tag.Extensions),
			})
		}
	}
	for _, server := range s.Doc.Servers {
		if server != nil {
			addNamed(m, s.Name, "server", server.URL, m.servers, server)
		}
	}
	if docs := s.Doc.ExternalDocs; docs != nil && m.define(s.Name, "externalDocs", docs) {
		m.externalDocs = docs
	}
	for name, value := range public(s.Doc.Extensions) {
		addNamed(m, s.Name, "extension", name, m.extensions, value)
	}
}

func (m *merger) fail(subject, reason string, owners ...string) {
	slices.Sort(owners)
	m.errs = append(m.errs, &Error{Subject: subject, Owners: slices.Compact(owners), Reason: reason})
}

// checkRoutes adds an error for each path that API Gateway cannot represent beside
// the others.
func (m *merger) checkRoutes() {
	var tree apigateway.Tree
	for _, path := range sortedKeys(m.paths) {
		if clash, ok := tree.Add(path, m.paths[path].owner); ok {
			reason := fmt.Sprintf("beside %s, %s", clash.Other, clash.Reason)
			m.fail("path "+clash.Path, reason, clash.Owner, clash.OtherOwner)
		}
	}
}
