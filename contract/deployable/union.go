package deployable

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// With wider members, a value could match two of oneOf, or match not.
const wider = "its members may accept more here than in the contract: the function checks"

// union converts the oneOf of a union. Its members are objects that differ in the enum of
// the discriminator, so that no value matches two, even of members that accept more here
// than in the contract. API Gateway refuses references in oneOf: they are replaced by
// their targets.
func (b *builder) union(out object, s *openapi3.Schema, at string) {
	if !isDiscriminated(s) {
		return
	}
	b.strip(at, "oneOf", "API Gateway refuses references in it: its members are inline")
	var members []any
	for i, member := range s.OneOf {
		members = append(members, b.member(member, below(at, "oneOf", index(i))))
	}
	out["type"], out["oneOf"] = openapi3.TypeObject, members
}

// isDiscriminated reports whether each member of a oneOf is an object that requires the
// discriminator, with an enum that has no value of another member's.
func isDiscriminated(s *openapi3.Schema) bool {
	if len(s.OneOf) == 0 || s.Discriminator == nil {
		return false
	}
	var seen []any
	for _, member := range s.OneOf {
		v := member.Value
		if v == nil || !v.Type.Is(openapi3.TypeObject) || v.Nullable || !slices.Contains(v.Required, s.Discriminator.PropertyName) {
			return false
		}
		kind := v.Properties[s.Discriminator.PropertyName]
		if kind == nil || kind.Ref != "" || kind.Value.ReadOnly || !kind.Value.Type.Is(openapi3.TypeString) || kind.Value.Nullable || len(kind.Value.Enum) == 0 {
			return false
		}
		for _, value := range kind.Value.Enum {
			if slices.Contains(seen, value) {
				return false
			}
		}
		seen = append(seen, kind.Value.Enum...)
	}
	return true
}
