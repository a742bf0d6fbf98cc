package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/manifest"
)

// The rules for scopes. In OpenAPI 3.0 only OAuth flows have scopes, so the
// contract stores them in an extension, which oasdiff does not compare.
const (
	scopeAdded        = "scope-added"
	scopeRemoved      = "scope-removed"
	tokenKindsChanged = "token-kind-changed"
)

// scopeChanges compares the scopes of the operations that both documents have.
// An operation without scopes requires an ID token; an operation with scopes
// requires an access token with any of them. oasdiff compares whether a token is
// required at all.
func scopeChanges(before, after document) []Change {
	var changes []Change
	eachCommonOperation(before, after, func(path, method string, old, current *openapi3.Operation) {
		if !secured(before.doc, old) || !secured(after.doc, current) {
			return
		}
		for _, c := range compareScopes(scopes(old), scopes(current)) {
			c.Operation = operation(method, path)
			c.Location = pointer(after, "paths", path, strings.ToLower(method), manifest.ScopesExtension)
			changes = append(changes, c)
		}
	})
	return changes
}

// compareScopes returns the changes between two lists of scopes, without
// operation and location.
func compareScopes(before, after []string) []Change {
	switch {
	case len(before) == 0 && len(after) > 0:
		return []Change{{
			ID: tokenKindsChanged, Level: Breaking,
			Text: "requires an access token with a scope (" + quoted(after) + ") instead of an ID token",
		}}
	case len(before) > 0 && len(after) == 0:
		return []Change{{
			ID: tokenKindsChanged, Level: Breaking, Text: "requires an ID token instead of an access token",
		}}
	}
	var changes []Change
	for _, s := range before {
		if !slices.Contains(after, s) {
			changes = append(changes, Change{
				ID: scopeRemoved, Level: Breaking,
				Text: fmt.Sprintf("no longer accepts a token that only has the scope `%s`", s),
			})
		}
	}
	for _, s := range after {
		if !slices.Contains(before, s) {
			changes = append(changes, Change{
				ID: scopeAdded, Level: Compatible, Text: fmt.Sprintf("also accepts a token with the scope `%s`", s),
			})
		}
	}
	return changes
}

// secured reports whether an operation requires a token. The security of an
// operation overrides the security of the document.
func secured(doc *openapi3.T, o *openapi3.Operation) bool {
	if o.Security != nil {
		return len(*o.Security) > 0
	}
	return len(doc.Security) > 0
}

// scopes returns the sorted scopes of an operation. A caller needs any one of them.
func scopes(o *openapi3.Operation) []string {
	names, _ := manifest.Scopes(o.Extensions) // the lint reports a value that is not a list
	return slices.Compact(slices.Sorted(slices.Values(names)))
}
