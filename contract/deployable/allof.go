package deployable

import (
	"maps"
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// member converts a member of an allOf. References are replaced with their target.
func (b *builder) member(ref *openapi3.SchemaRef, at string) object {
	name := ""
	if ref != nil {
		name = componentName(ref.Ref)
	}
	if name == "" {
		return b.schema(ref, at)
	}
	if done, ok := b.expanded[name]; ok {
		return done // empty during the conversion: an allOf that contains itself adds nothing
	}
	b.expanded[name] = object{}
	b.expanded[name] = b.schema(&openapi3.SchemaRef{Value: ref.Value}, pointer("components", "schemas", name))
	if target := b.expanded[name]["$ref"]; target != nil { // a component that only wraps a reference
		b.expanded[name] = b.member(ref.Value.AllOf[0], at)
	}
	return b.expanded[name]
}

// merge adds the keywords of one member to the keywords of the others. A value must
// match all members. If two members have different values for a keyword, the first
// is kept, which accepts more than both.
func (b *builder) merge(out, more object, at string) {
	for keyword, value := range more {
		present, both := out[keyword]
		switch {
		case !both:
			out[keyword] = value
		case keyword == "title" || keyword == "description" || reflect.DeepEqual(present, value):
		case keyword == "properties":
			out[keyword] = b.mergeProperties(present.(object), value.(object), at)
		case keyword == "required":
			all := slices.Concat(present.([]string), value.([]string))
			slices.Sort(all)
			out[keyword] = slices.Compact(all)
		default:
			b.strip(at, keyword, limitedTwice)
		}
	}
}

const limitedTwice = "the members of allOf have different values for it: the first is kept, and the function checks all"

func (b *builder) mergeProperties(present, more object, at string) object {
	out := maps.Clone(present)
	for name, p := range more {
		other, both := out[name].(object)
		one, isSchema := p.(object)
		switch {
		case !both:
			out[name] = p
		case reflect.DeepEqual(other, one):
		case !isSchema || other["$ref"] != nil || one["$ref"] != nil:
			b.strip(below(at, "properties", name), "schema", limitedTwice)
		default: // each member has a part of the property's keywords
			merged := maps.Clone(other)
			b.merge(merged, one, below(at, "properties", name))
			out[name] = merged
		}
	}
	return out
}
