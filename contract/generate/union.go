package generate

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

// isUnion reports whether a type is a schema.OneOf.
func isUnion(t reflect.Type) bool {
	_, ok := schema.UnionOf(t)
	return ok
}

// unions returns the unions among the types and among the types of their properties.
func unions(types []reflect.Type) []*schema.UnionType {
	var list []*schema.UnionType
	add := func(t reflect.Type) {
		if u, ok := schema.UnionOf(element(t)); ok && !slices.ContainsFunc(list, func(o *schema.UnionType) bool { return o.Interface == u.Interface }) {
			list = append(list, u)
		}
	}
	for _, t := range types {
		add(t)
		if isObject(t) {
			for _, p := range properties(t) {
				add(p.Type)
			}
		}
	}
	return list
}

// union returns a reference to the component of a union. Its name is the interface's.
// The variants are components, too, each with the discriminator as an enum of its name:
// validators that ignore discriminators reach the same verdict.
func (s *schemas) union(u *schema.UnionType) *openapi3.SchemaRef {
	name := s.name(u.Interface, false)
	if s.components[name] == nil {
		into := &openapi3.Schema{}
		s.components[name] = into.NewRef() // before its variants, which may refer to it
		doc, _ := s.source.Type(u.Interface.PkgPath(), u.Interface.Name())
		into.Extensions = map[string]any{ExtensionType: goType(u.Interface)}
		tag := reflect.StructTag(fmt.Sprintf("deprecated:%q", u.Deprecated))
		into.Description, into.Deprecated = deprecated(tag, comments.WithoutSubject(doc.Text, u.Interface.Name()), into.Extensions)
		into.Discriminator = &openapi3.Discriminator{PropertyName: u.Discriminator, Mapping: map[string]openapi3.MappingRef{}}
		if u.Open {
			into.Extensions[manifest.OpenExtension] = true
			into.Description += "\n\nResponses can have more kinds in the future. Ignore the ones that you do not know."
		}
		for _, v := range u.Variants {
			ref := s.variant(u, v)
			into.OneOf = append(into.OneOf, ref)
			into.Discriminator.Mapping[v.Name] = openapi3.MappingRef{Ref: ref.Ref}
		}
	}
	return &openapi3.SchemaRef{Ref: componentPrefix + name, Value: s.components[name].Value}
}

// variant returns a reference to the component of a variant.
func (s *schemas) variant(u *schema.UnionType, v schema.VariantType) *openapi3.SchemaRef {
	ref := s.component(v.Type, false)
	kind := openapi3.NewStringSchema().WithEnum(v.Name)
	kind.Description = "Always `" + v.Name + "`, which distinguishes the variants of " + u.Interface.Name() + "."
	ref.Value.Properties[u.Discriminator] = kind.NewRef()
	ref.Value.Required = append([]string{u.Discriminator}, ref.Value.Required...)
	return ref
}

// checkUnions checks the unions among the types of all bodies. A variant has one schema,
// in which the discriminator is required: it cannot be used without its union or in two.
func (g *generation) checkUnions(bodies, seen []reflect.Type) {
	variants := map[reflect.Type]*schema.UnionType{}
	for _, u := range unions(slices.Concat(bodies, seen)) {
		doc, found := g.source.Type(u.Interface.PkgPath(), u.Interface.Name())
		refuse := func(format string, args ...any) {
			g.errs.add(doc.At, "type "+goType(u.Interface)+": "+format, args...)
		}
		if !found {
			doc.At = g.source.Service()
		}
		if doc.Text == "" {
			refuse(needsComment)
		}
		if doc.Deprecated {
			refuse(`the comment deprecates it without dates: add Deprecate("2026-12-01/2027-06-30: use Order") to its registration`)
		}
		if _, err := rest.ParseDeprecation(u.Deprecated); u.Deprecated != "" && err != nil {
			refuse("%s", err)
		}
		if !isClosed(u.Interface) {
			refuse("other packages can implement the interface: add an unexported method")
		}
		for _, v := range u.Variants {
			if other := variants[v.Type]; other != nil {
				refuse("the variant %s is also one of %s: declare a type for each", goType(v.Type), goType(other.Interface))
			}
			variants[v.Type] = u
		}
	}
	plain := func(t reflect.Type, at comments.Position, subject string) {
		if u := variants[element(t)]; u != nil {
			g.errs.add(at, "%s: %s is a variant of %s, where it has the property %s: use schema.OneOf[%s] or a type of its own",
				subject, goType(element(t)), goType(u.Interface), u.Discriminator, u.Interface.Name())
		}
	}
	for _, t := range seen {
		for _, p := range properties(t) {
			doc, _ := g.source.Field(p.Owner.PkgPath(), p.Owner.Name(), p.Name)
			plain(p.Type, doc.At, "field "+goField(p.Owner, p.Name))
		}
	}
	for _, t := range bodies {
		plain(t, g.source.Service(), "a body")
	}
}

// isClosed reports whether an interface has an unexported method.
func isClosed(t reflect.Type) bool {
	for m := range t.Methods() {
		if !m.IsExported() {
			return true
		}
	}
	return false
}
