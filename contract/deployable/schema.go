package deployable

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// schema writes a schema in draft 4 of JSON Schema as API Gateway takes it. It
// takes every value that the schema takes, and maybe more.
func (b *builder) schema(ref *openapi3.SchemaRef, place string) object {
	if ref == nil || ref.Value == nil {
		b.problem("%s: the schema is not resolved", place)
		return object{}
	}
	if ref.Ref != "" {
		name := componentName(ref.Ref)
		if name == "" {
			b.problem("%s: %s does not name a schema component", place, ref.Ref)
			return object{}
		}
		return b.reference(name)
	}
	s := ref.Value
	if s.Nullable {
		// Draft 4 would say ["string","null"], which OpenAPI 3.0 cannot, and an
		// allOf beside it would refuse null all the same.
		b.strip(place, "nullable", "API Gateway does not know it, and any type would refuse null: the schema is open")
		return annotations(s)
	}
	if name := componentName(soleReference(ref)); name != "" {
		b.strip(place, "allOf", "a reference stands by itself in API Gateway's schemas")
		return b.reference(name)
	}
	out := b.keywords(s, place)
	for i, member := range s.AllOf {
		if i == 0 {
			b.strip(place, "allOf", "API Gateway refuses references in it: its members are united")
		}
		b.unite(out, b.member(member, below(place, "allOf", index(i))), place)
	}
	return out
}

// annotations keeps what does not constrain.
func annotations(s *openapi3.Schema) object {
	out := object{}
	if s.Title != "" {
		out["title"] = s.Title
	}
	if s.Description != "" {
		out["description"] = s.Description
	}
	return out
}

// keywords writes a schema's own keywords, without its allOf.
func (b *builder) keywords(s *openapi3.Schema, place string) object {
	out := annotations(s)
	if s.Type != nil && len(*s.Type) == 1 {
		out["type"] = (*s.Type)[0]
	}
	b.numbers(out, s, place)
	b.strings(out, s, place)
	if s.UniqueItems {
		out["uniqueItems"] = true
	}
	count(out, "minItems", s.MinItems, s.MaxItems, "maxItems")
	count(out, "minProperties", s.MinProps, s.MaxProps, "maxProperties")
	if s.Items != nil {
		out["items"] = b.schema(s.Items, below(place, "items"))
	}
	b.members(out, s, place)
	b.unsupported(s, place)
	return out
}

func (b *builder) numbers(out object, s *openapi3.Schema, place string) {
	for name, limit := range map[string]*float64{"minimum": s.Min, "maximum": s.Max, "multipleOf": s.MultipleOf} {
		if limit != nil {
			out[name] = *limit
		}
	}
	b.stripIf(s.ExclusiveMin.IsSet(), place, "exclusiveMinimum", "API Gateway does not know it: the bound itself passes")
	b.stripIf(s.ExclusiveMax.IsSet(), place, "exclusiveMaximum", "API Gateway does not know it: the bound itself passes")
}

func (b *builder) strings(out object, s *openapi3.Schema, place string) {
	count(out, "minLength", s.MinLength, s.MaxLength, "maxLength")
	switch {
	case s.Pattern == "":
	case portable(s.Pattern):
		out["pattern"] = s.Pattern
	default:
		b.strip(place, "pattern", "ECMA 262, which API Gateway matches by, reads it differently from Go")
	}
	if len(s.Enum) > 0 {
		out["enum"] = b.distinct(s.Enum, place)
	}
	b.stripIf(s.Format != "", place, "format", "API Gateway does not say which formats it checks, nor how: the function does")
}

// count writes a pair of limits; a lower limit of 0 says nothing.
func count(out object, lower string, least uint64, most *uint64, upper string) {
	if least > 0 {
		out[lower] = least
	}
	if most != nil {
		out[upper] = *most
	}
}

// distinct leaves out the enum's repetitions, which API Gateway refuses.
func (b *builder) distinct(values []any, place string) []any {
	var kept []any
	for _, v := range values {
		if slices.ContainsFunc(kept, func(k any) bool { return reflect.DeepEqual(k, v) }) {
			b.strip(place, "enum", fmt.Sprintf("API Gateway refuses a value that comes twice: %v", v))
			continue
		}
		kept = append(kept, v)
	}
	return kept
}

func (b *builder) members(out object, s *openapi3.Schema, place string) {
	required := slices.Clone(s.Required)
	if len(s.Properties) > 0 {
		properties := object{}
		for name, p := range s.Properties {
			at := below(place, "properties", name)
			properties[name] = b.schema(p, at)
			if p != nil && p.Value != nil && p.Value.ReadOnly && slices.Contains(required, name) {
				b.strip(at, "required", "the client does not send what is readOnly")
				required = slices.DeleteFunc(required, func(r string) bool { return r == name })
			}
		}
		out["properties"] = properties
	}
	if len(required) > 0 { // draft 4 wants at least one
		slices.Sort(required)
		out["required"] = slices.Compact(required)
	}
	switch more := s.AdditionalProperties; {
	case more.Has != nil && !*more.Has:
		out["additionalProperties"] = false
	case more.Schema != nil:
		if values := b.schema(more.Schema, below(place, "additionalProperties")); len(values) > 0 {
			out["additionalProperties"] = values
		}
	}
}

// unsupported records the keywords that are left out without a trace.
func (b *builder) unsupported(s *openapi3.Schema, place string) {
	const unknown = "API Gateway does not know it"
	b.stripIf(s.Default != nil, place, "default", unknown)
	b.stripIf(s.Example != nil, place, "example", unknown)
	b.stripIf(s.Examples != nil, place, "examples", unknown)
	b.stripIf(s.Discriminator != nil, place, "discriminator", unknown)
	b.stripIf(s.ReadOnly, place, "readOnly", unknown)
	b.stripIf(s.WriteOnly, place, "writeOnly", unknown)
	b.stripIf(s.Deprecated, place, "deprecated", unknown)
	b.stripIf(s.XML != nil, place, "xml", unknown)
	b.stripIf(s.ExternalDocs != nil, place, "externalDocs", unknown)
	// With members made wider, a value could match two of oneOf, or fall under not.
	const wider = "its members may be wider here than in the contract: the function checks"
	b.stripIf(len(s.OneOf) > 0, place, "oneOf", wider)
	b.stripIf(len(s.AnyOf) > 0, place, "anyOf", wider)
	b.stripIf(s.Not != nil, place, "not", wider)
}
