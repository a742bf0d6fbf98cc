package deployable

import (
	"maps"
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// member writes a member of an allOf in full: references are followed.
func (b *builder) member(ref *openapi3.SchemaRef, place string) object {
	name := ""
	if ref != nil {
		name = componentName(ref.Ref)
	}
	if name == "" {
		return b.schema(ref, place)
	}
	if done, ok := b.expanded[name]; ok {
		return done // empty while under way: an allOf that leads to itself adds nothing
	}
	b.expanded[name] = object{}
	b.expanded[name] = b.schema(&openapi3.SchemaRef{Value: ref.Value}, pointer("components", "schemas", name))
	if target := b.expanded[name]["$ref"]; target != nil { // a component that is another's wrapper
		b.expanded[name] = b.member(ref.Value.AllOf[0], place)
	}
	return b.expanded[name]
}

// unite adds the keywords of one member to those of the others. A value must
// match all members, so where two limit the same keyword, either limit alone is
// true: the first is kept.
func (b *builder) unite(out, more object, place string) {
	for keyword, value := range more {
		held, both := out[keyword]
		switch {
		case !both:
			out[keyword] = value
		case keyword == "title" || keyword == "description" || reflect.DeepEqual(held, value):
		case keyword == "properties":
			out[keyword] = b.uniteProperties(held.(object), value.(object), place)
		case keyword == "required":
			all := slices.Concat(held.([]string), value.([]string))
			slices.Sort(all)
			out[keyword] = slices.Compact(all)
		default:
			b.strip(place, keyword, limitedTwice)
		}
	}
}

const limitedTwice = "the members of allOf limit it differently: the first stands here, and the function checks all"

func (b *builder) uniteProperties(held, more object, place string) object {
	out := maps.Clone(held)
	for name, p := range more {
		if other, both := out[name]; !both {
			out[name] = p
		} else if !reflect.DeepEqual(other, p) {
			b.strip(below(place, "properties", name), "schema", limitedTwice)
		}
	}
	return out
}
