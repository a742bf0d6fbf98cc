package deployable

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/ecma"
	"github.com/meridian-api/meridian/platform/schema"
)

// schema converts a schema to JSON Schema draft 4 as API Gateway supports it. The
// result accepts every value that the schema accepts, and maybe more.
func (b *builder) schema(ref *openapi3.SchemaRef, at string) object {
	if ref == nil || ref.Value == nil {
		b.problem("%s: the schema is not resolved", at)
		return object{}
	}
	if ref.Ref != "" {
		name := componentName(ref.Ref)
		if name == "" {
			b.problem("%s: %s does not name a schema component", at, ref.Ref)
			return object{}
		}
		return b.reference(name)
	}
	s := ref.Value
	if s.Nullable {
		// Draft 4 would have the type ["string","null"], which OpenAPI 3.0 cannot
		// express. An allOf beside it would refuse null anyway.
		b.strip(at, "nullable", "API Gateway does not support it, and any type would refuse null: the schema is open")
		return annotations(s)
	}
	if name := componentName(soleReference(ref)); name != "" {
		b.strip(at, "allOf", "a reference has no siblings in API Gateway's schemas")
		return b.reference(name)
	}
	out := b.keywords(s, at)
	for i, member := range s.AllOf {
		if i == 0 {
			b.strip(at, "allOf", "API Gateway refuses references in it: its members are merged")
		}
		b.merge(out, b.member(member, below(at, "allOf", index(i))), at)
	}
	return out
}

// annotations returns the keywords that do not constrain values.
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

// keywords converts a schema's own keywords, without its allOf.
func (b *builder) keywords(s *openapi3.Schema, at string) object {
	out := annotations(s)
	if s.Type != nil && len(*s.Type) == 1 {
		out["type"] = (*s.Type)[0]
	}
	b.numbers(out, s, at)
	b.strings(out, s, at)
	if s.UniqueItems {
		out["uniqueItems"] = true
	}
	count(out, "minItems", s.MinItems, s.MaxItems, "maxItems")
	count(out, "minProperties", s.MinProps, s.MaxProps, "maxProperties")
	if s.Items != nil {
		out["items"] = b.schema(s.Items, below(at, "items"))
	}
	b.members(out, s, at)
	b.union(out, s, at)
	b.unsupported(s, at)
	return out
}

func (b *builder) numbers(out object, s *openapi3.Schema, at string) {
	for name, limit := range map[string]*float64{"minimum": s.Min, "maximum": s.Max, "multipleOf": s.MultipleOf} {
		if limit != nil {
			out[name] = *limit
		}
	}
	b.stripIf(s.ExclusiveMin.IsSet(), at, "exclusiveMinimum", "API Gateway does not support it: the bound itself passes")
	b.stripIf(s.ExclusiveMax.IsSet(), at, "exclusiveMaximum", "API Gateway does not support it: the bound itself passes")
}

func (b *builder) strings(out object, s *openapi3.Schema, at string) {
	count(out, "minLength", s.MinLength, s.MaxLength, "maxLength")
	switch {
	case s.Pattern == "":
	case s.Pattern == schema.FormatPattern(s.Format):
		b.strip(at, "pattern", "the function checks the format, and its response names the property")
	case ecma.Check(s.Pattern) == nil:
		out["pattern"] = s.Pattern
	default:
		b.strip(at, "pattern", "ECMA 262, which API Gateway matches by, reads it differently from Go")
	}
	if len(s.Enum) > 0 {
		out["enum"] = b.distinct(s.Enum, at)
	}
	b.stripIf(s.Format != "", at, "format", "API Gateway does not document which formats it checks: the function does")
}

// count adds a pair of limits. A lower limit of 0 is left out.
func count(out object, lower string, least uint64, most *uint64, upper string) {
	if least > 0 {
		out[lower] = least
	}
	if most != nil {
		out[upper] = *most
	}
}

// distinct returns an enum's values without duplicates, which API Gateway refuses.
func (b *builder) distinct(values []any, at string) []any {
	var kept []any
	for _, v := range values {
		if slices.ContainsFunc(kept, func(k any) bool { return reflect.DeepEqual(k, v) }) {
			b.strip(at, "enum", fmt.Sprintf("API Gateway refuses duplicate values: %v", v))
			continue
		}
		kept = append(kept, v)
	}
	return kept
}

func (b *builder) members(out object, s *openapi3.Schema, at string) {
	required := slices.Clone(s.Required)
	if len(s.Properties) > 0 {
		properties := object{}
		for name, p := range s.Properties {
			at := below(at, "properties", name)
			properties[name] = b.schema(p, at)
			if p != nil && p.Value != nil && p.Value.ReadOnly && slices.Contains(required, name) {
				b.strip(at, "required", "the client does not send what is readOnly")
				required = slices.DeleteFunc(required, func(r string) bool { return r == name })
			}
		}
		out["properties"] = properties
	}
	if len(required) > 0 { // draft 4 requires at least one
		slices.Sort(required)
		out["required"] = slices.Compact(required)
	}
	switch more := s.AdditionalProperties; {
	case more.Has != nil && !*more.Has:
		out["additionalProperties"] = false
	case more.Schema != nil:
		if values := b.schema(more.Schema, below(at, "additionalProperties")); len(values) > 0 {
			out["additionalProperties"] = values
		}
	}
}

// unsupported records the keywords that are left out without a replacement.
func (b *builder) unsupported(s *openapi3.Schema, at string) {
	const unknown = "API Gateway does not support it"
	b.stripIf(s.Default != nil, at, "default", unknown)
	b.stripIf(s.Example != nil, at, "example", unknown)
	b.stripIf(s.Examples != nil, at, "examples", unknown)
	b.stripIf(s.Discriminator != nil, at, "discriminator", "API Gateway does not support it: the function checks")
	b.stripIf(s.ReadOnly, at, "readOnly", unknown)
	b.stripIf(s.WriteOnly, at, "writeOnly", unknown)
	b.stripIf(s.Deprecated, at, "deprecated", unknown)
	b.stripIf(s.XML != nil, at, "xml", unknown)
	b.stripIf(s.ExternalDocs != nil, at, "externalDocs", unknown)
	b.stripIf(len(s.OneOf) > 0 && !isUnion(s), at, "oneOf", wider)
	b.stripIf(len(s.AnyOf) > 0, at, "anyOf", wider)
	b.stripIf(s.Not != nil, at, "not", wider)
}
