package merge

import (
	"encoding/json"
	"reflect"
	"strings"
)

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// where is the first place in which two texts of JSON differ, as " at" and a
// JSON Pointer; empty if that is all of them.
func where(a, b []byte) string {
	var one, two any
	if json.Unmarshal(a, &one) != nil || json.Unmarshal(b, &two) != nil {
		return ""
	}
	var pointer strings.Builder
	for {
		left, isObject := one.(map[string]any)
		right, both := two.(map[string]any)
		if !isObject || !both {
			break
		}
		name, found := differing(left, right)
		if !found {
			break
		}
		pointer.WriteString("/" + pointerEscapes.Replace(name))
		one, two = left[name], right[name]
	}
	if pointer.Len() == 0 {
		return ""
	}
	return " at " + pointer.String()
}

// differing is the first name, in order, of which two objects have other values.
func differing(a, b map[string]any) (string, bool) {
	first, found := "", false
	for _, names := range []map[string]any{a, b} {
		for name := range names {
			if (!found || name < first) && !reflect.DeepEqual(a[name], b[name]) {
				first, found = name, true
			}
		}
	}
	return first, found
}
