package deployable

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	// With wider members, a value could match two of oneOf, or match not.
	wider = "its members may accept more here than in the contract: the function checks"
	// opaque is the reason for a union, which API Gateway could express with inline members.
	opaque = "API Gateway would say only that no member matches: the function says which value is wrong, and where"
)

// union converts the oneOf of a union: only the type of its members is left.
//
// API Gateway supports oneOf with inline members, and would refuse a wrong body before the
// function does. Its detail for any error in a union is "instance failed to match exactly
// one schema", from which a client learns nothing. The function's problem has the JSON
// pointer and the permitted values. What this gives up is that a wrong union costs an
// invocation.
func (b *builder) union(out object, s *openapi3.Schema, at string) {
	if !isUnion(s) {
		return
	}
	b.strip(at, "oneOf", opaque)
	out["type"] = openapi3.TypeObject
}

// isUnion reports whether a schema has a oneOf of objects.
func isUnion(s *openapi3.Schema) bool {
	return len(s.OneOf) > 0 && !slices.ContainsFunc(s.OneOf, func(member *openapi3.SchemaRef) bool {
		return member.Value == nil || !member.Value.Type.Is(openapi3.TypeObject) || member.Value.Nullable
	})
}
