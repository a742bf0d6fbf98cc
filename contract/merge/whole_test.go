package merge

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/internal/specimen"
)

// TestNothingIsLost merges one source that has everything: what comes out is what went in, but for the hints.
func TestNothingIsLost(t *testing.T) {
	source := load(t, "things", specimen.Everything)
	if err := source.Doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := tree(t, source.Doc)
	doc, err := Merge([]Source{source})
	if err != nil {
		t.Fatal(err)
	}
	want := withoutHints(before).(map[string]any)
	got := tree(t, doc)
	delete(want, "info") // the merged document has its own
	delete(got.(map[string]any), "info")
	differences(t, "", got, want)
	if strings.Contains(write(t, doc), goHints) {
		t.Error("a hint is left")
	}
	if after := tree(t, source.Doc); !reflect.DeepEqual(after, before) {
		t.Error("the source was changed")
	}
}

func tree(t *testing.T, doc *openapi3.T) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(write(t, doc)), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func withoutHints(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, value := range v {
			if !strings.HasPrefix(name, goHints) {
				kept[name] = withoutHints(value)
			}
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i := range v {
			kept[i] = withoutHints(v[i])
		}
		return kept
	}
	return v
}

// differences tells each place where got and want differ.
func differences(t *testing.T, at string, got, want any) {
	t.Helper()
	g, ok := got.(map[string]any)
	w, ok2 := want.(map[string]any)
	if !ok || !ok2 {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", at, got, want)
		}
		return
	}
	for name := range w {
		differences(t, at+"/"+name, g[name], w[name])
	}
	for name := range g {
		if _, ok := w[name]; !ok {
			t.Errorf("%s/%s: got %v, want nothing", at, name, g[name])
		}
	}
}
