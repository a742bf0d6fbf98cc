package generate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
	"github.com/meridian-api/meridian/contract/manifest"
)

// SecurityScheme is the name of the only security scheme: tokens of the user pool.
const SecurityScheme = "cognito"

// Extensions of the specification.
const (
	// ExtensionOwner, on a tag, is the team that is responsible for the context.
	ExtensionOwner = "x-owner"
	// ExtensionVersion, on a tag, is the context's version.
	ExtensionVersion = "x-version"
)

// document builds the specification. What two contexts have in common is equal in
// both, so that merging them compares and never reconciles.
func (g *generation) document() *openapi3.T {
	description := g.description()
	doc := &openapi3.T{
		OpenAPI:    "3.0.3",
		Extensions: map[string]any{manifest.SpecFormat: manifest.Format},
		Info: &openapi3.Info{
			Title: g.svc.Title, Version: g.svc.Version, Description: description,
			Contact: &openapi3.Contact{Name: g.svc.Owner},
		},
		Tags: openapi3.Tags{{
			Name: g.svc.Title, Description: description + g.scopeList(),
			Extensions: map[string]any{
				ExtensionOwner: g.svc.Owner, ExtensionVersion: g.svc.Version, manifest.ScopesExtension: g.svc.Scopes,
			},
		}},
		Paths: openapi3.NewPaths(),
		Components: &openapi3.Components{
			SecuritySchemes: openapi3.SecuritySchemes{SecurityScheme: {Value: securityScheme()}},
			Headers:         standardHeaders(),
			Responses:       openapi3.ResponseBodies{},
		},
	}
	responses := g.newResponses(doc.Components.Responses)
	for _, o := range g.operations {
		doc.AddOperation(o.Path, o.Method, g.operation(o, responses))
	}
	doc.Components.Schemas = g.schemas.components
	return doc
}

// securityScheme returns a scheme with a bearer token. The URLs of OAuth flows would
// differ between environments, and a documentation page can send a pasted token.
func securityScheme() *openapi3.SecurityScheme {
	return openapi3.NewJWTSecurityScheme().WithDescription(
		"A token of the Cognito user pool, in the header Authorization. Operations that list scopes need an access token " +
			"with any one of them; other operations need an ID token.")
}

// description returns the contract's package comment without the beginning that
// only Go needs: "Package api is".
func (g *generation) description() string {
	return comments.WithoutName(g.source.Contract().Text, "Package "+contractFolder)
}

// scopeList returns the context's scopes as a Markdown list.
func (g *generation) scopeList() string {
	if len(g.svc.Scopes) == 0 {
		return ""
	}
	var list strings.Builder
	list.WriteString("\n\nScopes:\n")
	for _, name := range slices.Sorted(maps.Keys(g.svc.Scopes)) {
		fmt.Fprintf(&list, "\n- `%s`: %s", name, g.svc.Scopes[name])
	}
	return list.String()
}
