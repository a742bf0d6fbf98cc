package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// scopesExtension lists, on an operation, the scopes of which a caller needs one.
const scopesExtension = "x-scopes"

// The rules on scopes. OpenAPI 3.0 has scopes on OAuth flows only, so the
// contract carries them in an extension, of which oasdiff knows nothing.
const (
	scopeAdded        = "scope-added"
	scopeRemoved      = "scope-removed"
	tokenKindsChanged = "token-kind-changed"
)

// scopeChanges compares who may call the operations that both have. An
// operation without scopes takes an ID token, one with scopes an access token
// that has any of them; whether a token is needed at all is oasdiff's to judge.
func scopeChanges(before, after document) []Change {
	var changes []Change
	eachOperation(after.doc, func(path, method string, now *openapi3.Operation) {
		item := before.doc.Paths.Value(path)
		if item == nil {
			return
		}
		was := item.GetOperation(method)
		if was == nil || !secured(before.doc, was) || !secured(after.doc, now) {
			return
		}
		add := func(id string, level Level, format string, args ...any) {
			changes = append(changes, Change{
				ID: id, Level: level, Operation: operation(method, path), Text: fmt.Sprintf(format, args...),
				Place: pointer(after, "paths", path, strings.ToLower(method), scopesExtension),
			})
		}
		old, current := scopes(was), scopes(now)
		switch {
		case len(old) == 0 && len(current) > 0:
			add(tokenKindsChanged, Breaking, "it needs an access token with a scope (%s), no longer an ID token", quoted(current))
			return
		case len(old) > 0 && len(current) == 0:
			add(tokenKindsChanged, Breaking, "it needs an ID token, no longer an access token")
			return
		}
		for _, s := range old {
			if !slices.Contains(current, s) {
				add(scopeRemoved, Breaking, "a token with no other scope than `%s` is refused", s)
			}
		}
		for _, s := range current {
			if !slices.Contains(old, s) {
				add(scopeAdded, Compatible, "a token with the scope `%s` will do, too", s)
			}
		}
	})
	return changes
}

// secured tells whether an operation needs a token: its own word goes before the document's.
func secured(doc *openapi3.T, o *openapi3.Operation) bool {
	if o.Security != nil {
		return len(*o.Security) > 0
	}
	return len(doc.Security) > 0
}

func scopes(o *openapi3.Operation) []string {
	list, _ := o.Extensions[scopesExtension].([]any)
	var names []string
	for _, v := range list {
		if name, ok := v.(string); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func quoted(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }
