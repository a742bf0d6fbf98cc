package compat

import (
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// schemaRenamed is the rule for a component that has another name, although the bodies have
// it in the same place. Generated clients name their types after components, as they name
// their methods after operationIds. Failures are exempt: package generate names their
// components after all kinds of problem of a status, of which a release may add some.
const schemaRenamed = "schema-renamed"

// renameChanges returns a change for each component that only before has, and in whose place
// the bodies of after refer to another component.
func renameChanges(before, after document) []Change {
	if before.doc.Components == nil || after.doc.Components == nil {
		return nil
	}
	r := renames{after: after.doc.Components.Schemas, names: map[string]string{}, seen: map[*openapi3.Schema]bool{}}
	eachCommonOperation(before, after, func(_, _ string, old, current *openapi3.Operation) {
		if a, b := old.RequestBody, current.RequestBody; a != nil && b != nil && a.Value != nil && b.Value != nil {
			r.content(a.Value.Content, b.Value.Content)
		}
		for status, response := range old.Responses.Map() {
			now := current.Responses.Value(status)
			if strings.HasPrefix(status, "2") && now != nil && now.Value != nil && response.Value != nil {
				r.content(response.Value.Content, now.Value.Content)
			}
		}
	})
	var changes []Change
	for _, name := range sortedKeys(r.names) {
		changes = append(changes, Change{
			ID: schemaRenamed, Level: Breaking, Location: pointer(after, "components", "schemas", r.names[name]),
			Text: oneLine(fmt.Sprintf("the schema `%s` is called `%s` now: generated clients name their types after it",
				name, r.names[name])),
		})
	}
	return changes
}

// renames collects the new names of components by their old ones.
type renames struct {
	after openapi3.Schemas
	names map[string]string
	seen  map[*openapi3.Schema]bool // of before
}

func (r renames) content(before, after openapi3.Content) {
	for media, old := range before {
		if current := after[media]; current != nil && old != nil {
			r.compare(old.Schema, current.Schema)
		}
	}
}

// compare compares the references in two schemas at the same place.
func (r renames) compare(before, after *openapi3.SchemaRef) {
	if before == nil || after == nil || before.Value == nil || after.Value == nil {
		return
	}
	old, isOld := strings.CutPrefix(before.Ref, "#/components/schemas/")
	current, isCurrent := strings.CutPrefix(after.Ref, "#/components/schemas/")
	if isOld && isCurrent && old != current && r.after[old] == nil {
		r.names[old] = current
	}
	if r.seen[before.Value] {
		return
	}
	r.seen[before.Value] = true
	r.compare(before.Value.Items, after.Value.Items)
	r.compare(before.Value.AdditionalProperties.Schema, after.Value.AdditionalProperties.Schema)
	for name, property := range before.Value.Properties {
		r.compare(property, after.Value.Properties[name])
	}
	for i := range min(len(before.Value.AllOf), len(after.Value.AllOf)) {
		r.compare(before.Value.AllOf[i], after.Value.AllOf[i])
	}
}
