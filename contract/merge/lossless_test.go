package merge

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/internal/specimen"
)

// TestMergeKeepsEverything merges one source with every kind of object. The result
// must equal the source without its hints.
func TestMergeKeepsEverything(t *testing.T) {
	source := load(t, "things", specimen.Everything)
	if err := source.Doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := decode(t, source.Doc)
	doc, err := Merge(about, []Source{source})
	if err != nil {
		t.Fatal(err)
	}
	want := withoutHints(before).(map[string]any)
	got := decode(t, doc)
	delete(want, "info") // the merged document has its own
	delete(got, "info")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("merged document (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, decode(t, source.Doc)); diff != "" {
		t.Errorf("the merge changed its source (-before +after):\n%s", diff)
	}
}

func decode(t *testing.T, doc *openapi3.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(marshal(t, doc)), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func withoutHints(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, value := range v {
			if !isHint(name) {
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
