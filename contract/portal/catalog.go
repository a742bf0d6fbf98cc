package portal

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/compat"
)

// catalog is the content of the overview.
type catalog struct {
	Title, Version, Description string
	Contexts                    []*boundedContext
	Operations                  int
	// BearerSchemes are the names of the security schemes that take a bearer token.
	BearerSchemes []string
	// ServerOrigins are the origins of the document's servers as sources of a
	// Content-Security-Policy.
	ServerOrigins []string

	document     *openapi3.T
	deprecations []Deprecation // by the releases
	servers      []byte        // of the document, in JSON
	byTitle      map[string]*boundedContext
}

// boundedContext is a group of operations with the same tag.
type boundedContext struct {
	// Title is the name of the tag, Name the first segment of the paths. Slug is unique: it
	// identifies the context in URLs.
	Title, Name, Slug, Owner, Version string
	// Description is the first paragraph of Text, in one line.
	Description, Text string
	Scopes            []scope
	Operations        []operation
	// Report contains the changes since the last release. It is nil if they are unknown.
	Report *compat.Report
}

type scope struct{ Name, Description string }

// operation is one row of the overview.
type operation struct {
	ID, Method, Path, Summary string
	Tag                       string
	Scopes                    []string
	// Access says what a caller needs if the operation has no scopes.
	Access string
	// Requests and Responses are the names of the schemas of the bodies. Of the
	// responses only those on success count.
	Requests, Responses []string
	Deprecated          bool
	// Deprecation is when a release deprecated the operation. It is nil if that is unknown.
	Deprecation *Deprecation
	// Problems are the URIs of the problems that it returns.
	Problems []string
	// Search is the text that the search of the overview looks at, in lower case.
	Search string
}

// untagged is the name under which Swagger UI lists operations without a tag.
const untagged = "default"

// newCatalog returns the catalog of the merged document.
func newCatalog(document []byte, reports []compat.Report, deprecations []Deprecation) (*catalog, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("portal: load the document: %w", err)
	}
	if doc.Info == nil || doc.Paths == nil {
		return nil, fmt.Errorf("portal: the document is not an OpenAPI document: info or paths are missing")
	}
	c := &catalog{
		Title: doc.Info.Title, Version: doc.Info.Version, Description: firstParagraph(doc.Info.Description),
		document: doc, deprecations: deprecations, BearerSchemes: bearerSchemes(doc), ServerOrigins: serverOrigins(doc.Servers), byTitle: map[string]*boundedContext{},
	}
	if c.servers, err = json.Marshal(doc.Servers); err != nil {
		return nil, fmt.Errorf("portal: encode the servers: %w", err)
	}
	for _, tag := range doc.Tags {
		if tag != nil {
			c.context(tag.Name).describe(tag)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		operations := doc.Paths.Value(path).Operations()
		for _, method := range slices.SortedFunc(maps.Keys(operations), compareMethods) {
			o := newOperation(doc, path, method, operations[method])
			o.Deprecation = deprecationOf(deprecations, o)
			c.add(o)
		}
	}
	slugs := map[string]bool{}
	for i, context := range c.Contexts {
		context.Report = reportOn(reports, context.Name)
		context.Slug = context.Name
		if !slug.MatchString(context.Slug) || slugs[context.Slug] {
			context.Slug = fmt.Sprintf("context.%d", i)
		}
		slugs[context.Slug] = true
	}
	return c, nil
}

var slug = regexp.MustCompile(`^[a-z0-9-]+$`)

// context returns the context with a title. It adds the context if necessary.
func (c *catalog) context(title string) *boundedContext {
	if c.byTitle[title] == nil {
		c.byTitle[title] = &boundedContext{Title: title}
		c.Contexts = append(c.Contexts, c.byTitle[title])
	}
	return c.byTitle[title]
}

func (c *catalog) add(o operation) {
	b := c.context(o.Tag)
	b.Operations = append(b.Operations, o)
	b.Name, _, _ = strings.Cut(strings.TrimPrefix(o.Path, "/"), "/")
	c.Operations++
}

func (b *boundedContext) describe(tag *openapi3.Tag) {
	b.Description, b.Text = firstParagraph(tag.Description), tag.Description
	b.Owner, _ = tag.Extensions["x-owner"].(string)
	b.Version, _ = tag.Extensions["x-version"].(string)
	scopes, _ := tag.Extensions["x-scopes"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(scopes)) {
		description, _ := scopes[name].(string)
		b.Scopes = append(b.Scopes, scope{name, description})
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
		ID: from.OperationID, Method: method, Path: path, Summary: from.Summary,
		Tag: untagged, Deprecated: from.Deprecated,
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
	o.Problems = problemsOf(from)
	var schemas []string
	o.Requests, o.Responses, schemas = schemasOf(from)
	searched := slices.Concat([]string{method, path, o.Summary, o.ID, o.Tag, o.Access}, o.Scopes, schemas)
	if o.Deprecated {
		searched = append(searched, "deprecated")
	}
	o.Search = strings.ToLower(strings.Join(searched, " "))
	return o
}

// methods are the methods in the order of the overview; others follow.
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}

func compareMethods(a, b string) int {
	rank := func(method string) uint { return uint(slices.Index(methods, method)) } // -1 becomes the maximum
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
}

// bearerSchemes returns the names of the security schemes that take a bearer token.
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

// firstParagraph returns the first paragraph of a description as one line.
func firstParagraph(s string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(s), "\n\n")
	return strings.Join(strings.Fields(first), " ")
}
