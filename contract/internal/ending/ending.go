// Package ending selects variants of unions that contain themselves, so that values of
// them end.
package ending

import (
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/platform/schema"
)

// Variant returns the first variant of a union that has a value without a value of the
// union, or the first variant if every value needs another.
func Variant(u *schema.UnionType) schema.VariantType {
	for _, v := range u.Variants {
		if ends(v.Type, []reflect.Type{u.Interface}) {
			return v
		}
	}
	return u.Variants[0]
}

// ends reports whether a type has a value without pointers, slices and maps that needs
// no value of the unions around it.
func ends(t reflect.Type, around []reflect.Type) bool {
	if u, ok := schema.UnionOf(t); ok {
		return !slices.Contains(around, u.Interface) && slices.ContainsFunc(u.Variants, func(v schema.VariantType) bool {
			return ends(v.Type, append(slices.Clip(around), u.Interface))
		})
	}
	if t.Kind() == reflect.Struct {
		for f := range t.Fields() {
			if !ends(f.Type, around) {
				return false
			}
		}
	}
	return true
}

// Schema returns the schema of the variant that Variant returns.
func Schema(union *openapi3.Schema) *openapi3.SchemaRef {
	for _, ref := range union.OneOf {
		if schemaEnds(ref.Value, []*openapi3.Schema{union}) {
			return ref
		}
	}
	return union.OneOf[0]
}

// schemaEnds reports whether a schema has a value without optional properties that needs
// no value of the schemas around it.
func schemaEnds(s *openapi3.Schema, around []*openapi3.Schema) bool {
	if s.Nullable || s.Type.Is(openapi3.TypeArray) && s.MinItems == 0 {
		return true
	}
	if slices.Contains(around, s) {
		return false
	}
	around = append(slices.Clip(around), s)
	ends := func(ref *openapi3.SchemaRef) bool { return schemaEnds(ref.Value, around) }
	if s.OneOf != nil {
		return slices.ContainsFunc(s.OneOf, ends)
	}
	for _, ref := range s.AllOf {
		if !ends(ref) {
			return false
		}
	}
	for _, name := range s.Required {
		if ref := s.Properties[name]; ref != nil && !ends(ref) {
			return false
		}
	}
	return s.Items == nil || ends(s.Items)
}
