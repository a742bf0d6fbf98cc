package portal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/compat"
)

// catalog is the document as the overview shows it.
type catalog struct {
	Title, Version, Description string
	Contexts                    []*boundedContext
	Operations                  int
	// BearerSchemes are the security schemes that take a token.
	BearerSchemes []string
	// HasServers says that the document itself names servers.
	HasServers bool
}

// boundedContext is one group of operations: a tag of the document.
type boundedContext struct {
	// Title is the tag's name; Name is the first segment of the paths.
	Title, Name, Owner, Version string
	Description                 string
	Scopes                      []scope
	Operations                  []operation
	// Report is what came since the last release, nil if nobody compared.
	Report *compat.Report
}

type scope struct{ Name, Description string }

// operation is one row of the overview.
type operation struct {
	ID, Method, Path, Summary string
	Tag                       string
	Scopes                    []string
	// Access says what takes the place of scopes.
	Access         string
	Takes, Answers []string
	Deprecated     bool
	Search         string
}

// untagged is where Swagger UI puts operations without a tag.
const untagged = "default"

// newCatalog reads the merged document.
func newCatalog(document []byte, reports []compat.Report) (*catalog, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("portal: the document: %w", err)
	}
	if doc.Info == nil || doc.Paths == nil {
		return nil, fmt.Errorf("portal: the document has no info or no paths")
	}
	c := &catalog{
		Title: doc.Info.Title, Version: doc.Info.Version, Description: firstParagraph(doc.Info.Description),
		BearerSchemes: bearerSchemes(doc), HasServers: len(doc.Servers) > 0,
	}
	groups := map[string]*boundedContext{}
	group := func(title string) *boundedContext {
		if groups[title] == nil {
			groups[title] = &boundedContext{Title: title}
			c.Contexts = append(c.Contexts, groups[title])
		}
		return groups[title]
	}
	for _, tag := range doc.Tags {
		if tag != nil {
			group(tag.Name).describe(tag)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		operations := doc.Paths.Value(path).Operations()
		for _, method := range slices.SortedFunc(maps.Keys(operations), byMethod) {
			o := newOperation(doc, path, method, operations[method])
			g := group(o.Tag)
			g.Operations = append(g.Operations, o)
			g.Name = strings.Split(strings.TrimPrefix(path, "/"), "/")[0]
			c.Operations++
		}
	}
	for _, g := range c.Contexts {
		g.Report = reportOn(reports, g.Name)
	}
	return c, nil
}

func (g *boundedContext) describe(tag *openapi3.Tag) {
	g.Description = firstParagraph(tag.Description)
	g.Owner, _ = tag.Extensions["x-owner"].(string)
	g.Version, _ = tag.Extensions["x-version"].(string)
	scopes, _ := tag.Extensions["x-scopes"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(scopes)) {
		description, _ := scopes[name].(string)
		g.Scopes = append(g.Scopes, scope{name, description})
	}
}

func reportOn(reports []compat.Report, context string) *compat.Report {
	i := slices.IndexFunc(reports, func(r compat.Report) bool { return r.Context == context })
	if i < 0 {
		return nil
	}
	return &reports[i]
}

func newOperation(doc *openapi3.T, path, method string, from *openapi3.Operation) operation {
	o := operation{
		ID: from.OperationID, Method: method, Path: path, Summary: from.Summary, Tag: untagged, Deprecated: from.Deprecated,
	}
	if len(from.Tags) > 0 {
		o.Tag = from.Tags[0]
	}
	list, _ := from.Extensions["x-scopes"].([]any)
	for _, v := range list {
		if name, ok := v.(string); ok {
			o.Scopes = append(o.Scopes, name)
		}
	}
	security := doc.Security
	if from.Security != nil {
		security = *from.Security
	}
	switch {
	case len(security) == 0:
		o.Access = "No token"
	case len(o.Scopes) == 0:
		o.Access = "ID token"
	}
	var all []string
	o.Takes, o.Answers, all = schemasOf(from)
	words := slices.Concat([]string{method, path, o.Summary, o.ID, o.Tag, o.Access}, o.Scopes, all)
	if o.Deprecated {
		words = append(words, "deprecated")
	}
	o.Search = strings.ToLower(strings.Join(words, " "))
	return o
}

// methods are in the order of how often they are looked for; others come after.
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}

func byMethod(a, b string) int {
	rank := func(method string) uint { return uint(slices.Index(methods, method)) } // -1 becomes the highest
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}

// bearerSchemes are those that a token can be filled in for.
func bearerSchemes(doc *openapi3.T) []string {
	if doc.Components == nil {
		return nil
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(doc.Components.SecuritySchemes)) {
		s := doc.Components.SecuritySchemes[name].Value
		if s != nil && s.Type == "http" && strings.EqualFold(s.Scheme, "bearer") {
			names = append(names, name)
		}
	}
	return names
}

// firstParagraph is what a description says at once.
func firstParagraph(s string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(s), "\n\n")
	return strings.Join(strings.Fields(first), " ")
}
