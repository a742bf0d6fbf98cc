package compat

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// hidden are the changes without a rule in operations that have judged changes,
// too: which part of a difference a rule has seen cannot be told, so each part
// is made to the release alone. Known are the other changes; with a breaking
// one among them the verdict stands, and nothing is looked for.
func hidden(before, after document, known []Change) ([]Change, error) {
	if slices.ContainsFunc(known, func(c Change) bool { return c.Level == Breaking }) {
		return nil, nil
	}
	var changes []Change
	parts := alone(withNew(before.tree, after.tree), after.tree, nil)
	for _, tree := range parts {
		data, err := json.Marshal(tree)
		if err != nil {
			return nil, err
		}
		part, err := read(after.source, data)
		if err != nil {
			continue // a part that makes no sense without the others: they were judged together
		}
		report, sources, err := difference(before, part)
		if err != nil {
			return nil, err
		}
		if report == nil {
			continue
		}
		for _, c := range notJudged(after, report, judged(before, part, report, sources)) {
			if !slices.Contains(changes, c) {
				changes = append(changes, c)
			}
		}
	}
	return changes, nil
}

// withNew is the release with the components that only the working tree has,
// so that a part of it finds what it refers to.
func withNew(before, after any) any {
	sections := maps.Clone(member(before, "components"))
	if sections == nil {
		sections = map[string]any{}
	}
	for name := range member(after, "components") {
		all := maps.Clone(member(member(after, "components"), name))
		maps.Copy(all, member(sections, name))
		sections[name] = all
	}
	root := maps.Clone(before.(map[string]any))
	root["components"] = sections
	return root
}

func member(v any, name string) map[string]any {
	m, _ := v.(map[string]any)
	child, _ := m[name].(map[string]any)
	return child
}

// alone lists copies of before, each with one of the changes that lead to
// after. What is for people is no change.
func alone(before, after any, path []string) []any {
	if reflect.DeepEqual(before, after) {
		return nil
	}
	b, isMap := before.(map[string]any)
	a, stays := after.(map[string]any)
	if isMap && stays && reflect.DeepEqual(a["$ref"], b["$ref"]) {
		return membersAlone(b, a, path)
	}
	old, isList := before.([]any)
	list, stays := after.([]any)
	if isList && stays && path[len(path)-1] == "parameters" && !mapOfNames(path[:len(path)-1]) {
		return elementsAlone(old, list, path)
	}
	return []any{after}
}

func membersAlone(b, a map[string]any, path []string) []any {
	var all []any
	names := sortedKeys(union(a, b))
	if was, is := member(b, "properties"), member(a, "properties"); was != nil && is != nil && !mapOfNames(path) {
		// Properties come and go with their place among the required ones.
		renewed := maps.Clone(is)
		for _, name := range sortedKeys(is) {
			old, had := was[name]
			if !had {
				continue
			}
			renewed[name] = old
			for _, v := range alone(old, is[name], append(slices.Clone(path), "properties", name)) {
				all = append(all, with(b, "properties", with(was, name, v)))
			}
		}
		if changed := with(with(b, "properties", renewed), "required", a["required"]); !reflect.DeepEqual(changed, b) {
			all = append(all, changed)
		}
		names = slices.DeleteFunc(names, func(name string) bool { return name == "properties" || name == "required" })
	}
	for _, name := range names {
		was, had := b[name]
		is, has := a[name]
		switch {
		case forPeople(path, name), len(path) == 0 && name != "paths" && name != "components":
		case had && has:
			for _, v := range alone(was, is, append(slices.Clone(path), name)) {
				all = append(all, with(b, name, v))
			}
		case len(path) == 2 && path[0] == "components": // nothing by itself
		case has:
			all = append(all, with(b, name, is))
		default:
			all = append(all, with(b, name, nil))
		}
	}
	return all
}

func elementsAlone(old, list []any, path []string) []any {
	var all []any
	for i, e := range old {
		j := counterpart(list, i, e)
		if j < 0 {
			all = append(all, slices.Delete(slices.Clone(old), i, i+1))
			continue
		}
		for _, v := range alone(e, list[j], append(slices.Clone(path), nameOf(e))) {
			changed := slices.Clone(old)
			changed[i] = v
			all = append(all, changed)
		}
	}
	for i, e := range list {
		if counterpart(old, i, e) < 0 {
			all = append(all, append(slices.Clone(old), e))
		}
	}
	return all
}

// with is a copy of m with one member changed, or gone for nil.
func with(m map[string]any, name string, v any) map[string]any {
	changed := maps.Clone(m)
	if changed[name] = v; v == nil {
		delete(changed, name)
	}
	return changed
}
