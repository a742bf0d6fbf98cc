package compat

import (
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/manifest"
)

// openUnionExtended is the rule for another variant of a union that is declared open.
// oasdiff has the rules for other unions: another variant in a response breaks clients,
// and one that is removed from a request.
const openUnionExtended = "open-union-extended"

// takeOpenVariants removes the variants from after's unions that before declared open
// and did not have, and returns a change for each. oasdiff would take them for changes
// that break the clients of responses.
func takeOpenVariants(before, after document) []Change {
	if before.doc.Components == nil || after.doc.Components == nil {
		return nil
	}
	var changes []Change
	for _, name := range sortedKeys(before.doc.Components.Schemas) {
		old, current := before.doc.Components.Schemas[name], after.doc.Components.Schemas[name]
		if current == nil || current.Value == nil || old.Value == nil || old.Value.Extensions[manifest.OpenExtension] != true {
			continue
		}
		union := current.Value
		union.OneOf = slices.DeleteFunc(union.OneOf, func(variant *openapi3.SchemaRef) bool {
			known := slices.ContainsFunc(old.Value.OneOf, func(o *openapi3.SchemaRef) bool { return o.Ref == variant.Ref })
			if known || variant.Ref == "" {
				return false
			}
			changes = append(changes, Change{
				ID: openUnionExtended, Level: Compatible, Location: pointer(after, "components", "schemas", name),
				Text: oneLine(fmt.Sprintf("the open union `%s` also has the variant `%s`", name, variant.Ref)),
			})
			removeMapping(union.Discriminator, variant.Ref)
			return true
		})
	}
	return changes
}

// removeMapping removes the values of a discriminator that name the schema.
func removeMapping(d *openapi3.Discriminator, ref string) {
	if d == nil {
		return
	}
	for value, target := range d.Mapping {
		if target.Ref == ref {
			delete(d.Mapping, value)
		}
	}
}
