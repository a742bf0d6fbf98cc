package compat

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// hiddenChanges finds changes without a rule in operations for which a rule has
// already reported another change. The report does not say which part of the
// difference a rule covers, so each part is applied to the release on its own
// and compared again. If one of the known changes is breaking, the verdict does
// not depend on hidden changes, and the search is skipped.
func hiddenChanges(before, after document, known []Change) ([]Change, error) {
	if slices.ContainsFunc(known, func(c Change) bool { return c.Level == Breaking }) {
		return nil, nil
	}
	var changes []Change
	parts := isolate(addNewComponents(before.tree, after.tree), after.tree, nil)
	for _, tree := range parts {
		data, err := json.Marshal(tree)
		if err != nil {
			return nil, err
		}
		part, err := read(after.source, data)
		if err != nil {
			continue // invalid without the other parts, with which it was judged
		}
		takeOpenVariants(before, part)
		takeRequiredHeaders(before, part)
		report, sources, err := difference(before, part)
		if err != nil {
			return nil, err
		}
		if report == nil {
			continue
		}
		for _, c := range uncoveredChanges(after, report, coveredChanges(before, part, report, sources)) {
			if !slices.Contains(changes, c) {
				changes = append(changes, c)
			}
		}
	}
	return changes, nil
}

// addNewComponents returns before with the components that only after has, so
// that the references in an isolated change resolve.
func addNewComponents(before, after any) any {
	sections := maps.Clone(child(before, "components"))
	if sections == nil {
		sections = map[string]any{}
	}
	for name := range child(after, "components") {
		all := maps.Clone(child(child(after, "components"), name))
		maps.Copy(all, child(sections, name))
		sections[name] = all
	}
	return with(before.(map[string]any), "components", sections)
}

// isolate returns copies of before, each with one of the changes that lead to
// after. Documentation is not a change.
func isolate(before, after any, path []string) []any {
	if reflect.DeepEqual(before, after) {
		return nil
	}
	oldObject, isObject := before.(map[string]any)
	object, staysObject := after.(map[string]any)
	if isObject && staysObject && reflect.DeepEqual(object["$ref"], oldObject["$ref"]) {
		return isolateMembers(oldObject, object, path)
	}
	oldList, isList := before.([]any)
	list, staysList := after.([]any)
	if isList && staysList && path[len(path)-1] == "parameters" && !hasUserDefinedNames(path[:len(path)-1]) {
		return isolateParameters(oldList, list, path)
	}
	return []any{after}
}

func isolateMembers(before, after map[string]any, path []string) []any {
	var all []any
	names := sortedKeys(union(after, before))
	if child(before, "properties") != nil && child(after, "properties") != nil && !hasUserDefinedNames(path) {
		all = isolateProperties(before, after, path)
		names = slices.DeleteFunc(names, func(name string) bool { return name == "properties" || name == "required" })
	}
	for _, name := range names {
		old, existed := before[name]
		current, exists := after[name]
		switch {
		case isDocumentation(path, name), len(path) == 0 && name != "paths" && name != "components":
		case existed && exists:
			for _, v := range isolate(old, current, join(path, name)) {
				all = append(all, with(before, name, v))
			}
		case len(path) == 2 && path[0] == "components":
			// A component that is added or removed has no effect on its own.
		case exists:
			all = append(all, with(before, name, current))
		default:
			all = append(all, with(before, name, nil))
		}
	}
	return all
}

// isolateProperties isolates the changes inside each property of a schema. All
// properties that are added or removed form one change together with the list of
// required properties, because neither is valid without the other.
func isolateProperties(before, after map[string]any, path []string) []any {
	var all []any
	old, current := child(before, "properties"), child(after, "properties")
	unchangedInside := maps.Clone(current)
	for _, name := range sortedKeys(current) {
		property, existed := old[name]
		if !existed {
			continue
		}
		unchangedInside[name] = property
		for _, v := range isolate(property, current[name], join(path, "properties", name)) {
			all = append(all, with(before, "properties", with(old, name, v)))
		}
	}
	changed := with(with(before, "properties", unchangedInside), "required", after["required"])
	if !reflect.DeepEqual(changed, before) {
		all = append(all, changed)
	}
	return all
}

func isolateParameters(before, after []any, path []string) []any {
	var all []any
	for i, parameter := range before {
		j := matchingIndex(after, i, parameter)
		if j < 0 {
			all = append(all, slices.Delete(slices.Clone(before), i, i+1))
			continue
		}
		for _, v := range isolate(parameter, after[j], join(path, elementName(parameter))) {
			changed := slices.Clone(before)
			changed[i] = v
			all = append(all, changed)
		}
	}
	for i, parameter := range after {
		if matchingIndex(before, i, parameter) < 0 {
			all = append(all, append(slices.Clone(before), parameter))
		}
	}
	return all
}
