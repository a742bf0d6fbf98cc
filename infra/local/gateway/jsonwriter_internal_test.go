package gateway

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestJSONWriter checks that encoding/json reads what the writer writes.
func TestJSONWriter(t *testing.T) {
	texts := map[string]string{"b": "plain", "a": "<&>\"\\\x00\x1f\x7f\u2028é\U0001f600", "": "", "\n": "not UTF-8: \xff"}
	var w jsonWriter
	w.open('{')
	w.object("texts", len(texts), func() { w.texts(texts) })
	w.object("none", 0, nil)
	w.list("list", []string{"1", "\t"})
	w.list("empty", nil)
	w.integer("integer", -1)
	w.boolean("boolean", true)
	w.close('}')
	var got any
	if err := json.Unmarshal(w, &got); err != nil {
		t.Fatalf("%v: %s", err, w)
	}
	want := map[string]any{
		"texts": map[string]any{"b": "plain", "a": texts["a"], "": "", "\n": "not UTF-8: \ufffd"},
		"none":  nil, "list": []any{"1", "\t"}, "empty": []any{}, "integer": -1.0, "boolean": true,
	}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("value (-want +got):\n%s", diff)
	}
}
