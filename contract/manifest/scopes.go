package manifest

import "fmt"

// ScopesExtension, on an operation of a specification, lists OAuth scopes, of which the
// caller's access token needs one: OpenAPI 3.0 does not support scopes for bearer tokens.
// On a tag, it maps all scopes of the context to their descriptions.
const ScopesExtension = "x-scopes"

// Scopes returns the scopes of an operation from its extensions, or nil if it has no list.
// It fails if the value is not a list of strings.
func Scopes(extensions map[string]any) ([]string, error) {
	switch list := extensions[ScopesExtension].(type) {
	case nil:
		return nil, nil
	case []string:
		return list, nil
	case []any:
		names := make([]string, len(list))
		for i, v := range list {
			name, ok := v.(string)
			if !ok {
				return nil, fmt.Errorf("the list contains a %T, not only strings", v)
			}
			names[i] = name
		}
		return names, nil
	default:
		return nil, fmt.Errorf("the value is a %T, not a list of strings", list)
	}
}
