package compat

import (
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/manifest"
)

// The rules for unions that are declared open, or no longer.
const (
	unionOpened = "union-opened"
	unionClosed = "union-closed"
)

// opennessChanges returns a change for each union that only one of the documents declares
// open. A union of a response that becomes open breaks clients that handle all its variants:
// the next release may add one without notice.
func opennessChanges(before, after document) []Change {
	if before.doc.Components == nil || after.doc.Components == nil {
		return nil
	}
	var changes []Change
	for _, name := range sortedKeys(before.doc.Components.Schemas) {
		old, current := before.doc.Components.Schemas[name], after.doc.Components.Schemas[name]
		if current == nil || current.Value == nil || old.Value == nil || old.Value.OneOf == nil || current.Value.OneOf == nil {
			continue
		}
		wasOpen, isOpen := old.Value.Extensions[manifest.OpenExtension] == true, current.Value.Extensions[manifest.OpenExtension] == true
		if wasOpen == isOpen {
			continue
		}
		c := Change{ID: unionClosed, Level: Compatible, Location: pointer(after, "components", "schemas", name)}
		c.Text = oneLine(fmt.Sprintf("the union `%s` is no longer open: its variants are final", name))
		if isOpen {
			c.ID, c.Text = unionOpened, oneLine(fmt.Sprintf("the union `%s` is open: releases may add variants without notice", name))
			if inResponses(after.doc, current.Value) {
				c.Level = Breaking
			}
		}
		changes = append(changes, c)
	}
	return changes
}

// inResponses reports whether the content of a response contains the schema.
func inResponses(doc *openapi3.T, schema *openapi3.Schema) bool {
	found, seen := false, map[*openapi3.Schema]bool{}
	eachOperation(doc, func(_, _ string, o *openapi3.Operation) {
		for _, response := range o.Responses.Map() {
			if response.Value == nil {
				continue
			}
			for _, media := range response.Value.Content {
				found = found || contains(media.Schema, schema, seen)
			}
		}
	})
	return found
}

// contains reports whether a schema is the wanted one or has it as a part. It skips the
// schemas in seen, and adds those that it visits.
func contains(ref *openapi3.SchemaRef, wanted *openapi3.Schema, seen map[*openapi3.Schema]bool) bool {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return false
	}
	s := ref.Value
	if s == wanted {
		return true
	}
	seen[s] = true
	parts := []*openapi3.SchemaRef{s.Items, s.AdditionalProperties.Schema, s.Not}
	for _, list := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		parts = append(parts, list...)
	}
	for _, p := range s.Properties {
		parts = append(parts, p)
	}
	for _, p := range parts {
		if contains(p, wanted, seen) {
			return true
		}
	}
	return false
}
