package generate

import (
	"reflect"

	"github.com/meridian-api/meridian/platform/schema"
)

// checkCount checks the number of properties that a struct must have; see checkBlank.
// The JSON of a variant of a union has the discriminator in addition.
func (g *generation) checkCount(t reflect.Type, isVariant bool) {
	list := blanks(t)
	if len(list) == 0 {
		return
	}
	doc, _ := g.source.Type(t.PkgPath(), t.Name())
	at := g.field(t, list[0], doc.At)
	if len(list) > 1 {
		at.refuse("%s has another blank field, in a struct that it embeds: declare one", typeName(t))
		return
	}
	limits, err := schema.Of(list[0].Tag)
	if err != nil {
		return // checkBlank refuses it
	}
	properties := properties(t)
	most, required := len(properties), 0
	for _, p := range properties {
		if !p.Optional {
			required++
		}
	}
	if isVariant {
		most, required = most+1, required+1
	}
	if limits.MinProperties != nil && *limits.MinProperties > most {
		at.refuse("no value satisfies minProperties %d: there are %d properties", *limits.MinProperties, most)
	}
	if limits.MaxProperties != nil && *limits.MaxProperties < required {
		at.refuse("no value satisfies maxProperties %d: %d properties are required", *limits.MaxProperties, required)
	}
	if limits.MinProperties == nil || *limits.MinProperties <= required {
		return
	}
	for _, p := range properties {
		if p.Optional && !isUnion(p.Type) && !schema.NotNull(p.Tag) {
			g.field(p.Owner, p.StructField, doc.At).refuse("minProperties of %s counts the property, and encoding/json omits "+
				"some of its values: use a pointer with the tag nullable:\"false\"", typeName(t))
		}
	}
}

// blanks returns the blank fields of a struct and of the structs that it embeds.
func blanks(t reflect.Type) []reflect.StructField {
	var list []reflect.StructField
	for f := range t.Fields() {
		switch {
		case isFlattened(f):
			list = append(list, blanks(f.Type)...)
		case f.Name == "_":
			list = append(list, f)
		}
	}
	return list
}
