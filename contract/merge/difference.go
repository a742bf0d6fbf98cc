package merge

import (
	"encoding/json"
	"reflect"
	"strings"
)

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// firstDifference returns a JSON Pointer to the first difference between two JSON
// texts, in the order of member names. It is empty if the texts differ at the
// root or are not JSON.
func firstDifference(a, b []byte) string {
	var left, right any
	if json.Unmarshal(a, &left) != nil || json.Unmarshal(b, &right) != nil {
		return ""
	}
	var pointer strings.Builder
	for {
		leftObject, ok := left.(map[string]any)
		rightObject, both := right.(map[string]any)
		if !ok || !both {
			break
		}
		name, found := firstDifferentMember(leftObject, rightObject)
		if !found {
			break
		}
		pointer.WriteString("/" + pointerEscapes.Replace(name))
		left, right = leftObject[name], rightObject[name]
	}
	return pointer.String()
}

// firstDifferentMember returns the first name, in order, for which two objects
// have different values.
func firstDifferentMember(a, b map[string]any) (string, bool) {
	first, found := "", false
	for _, object := range []map[string]any{a, b} {
		for name := range object {
			if (!found || name < first) && !reflect.DeepEqual(a[name], b[name]) {
				first, found = name, true
			}
		}
	}
	return first, found
}
