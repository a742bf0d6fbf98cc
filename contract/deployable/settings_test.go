package deployable

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/apigateway"
)

func TestWithSettings(t *testing.T) {
	latest, r := emit(t, parse(t, things))
	unchanged, err := WithSettings(r.Document)
	if err != nil || !bytes.Equal(unchanged, r.Document) {
		t.Fatalf("the document with its settings is changed: %v\n%s", err, unchanged)
	}
	earlier := object{}
	for name, value := range latest {
		if name != "servers" && name != apigateway.MinimumCompressionSizeExtension {
			earlier[name] = value
		}
	}
	earlier["info"] = object{"title": "Things", "version": "1"}
	data, err := json.Marshal(earlier)
	if err != nil {
		t.Fatal(err)
	}
	if data, err = WithSettings(data); err != nil {
		t.Fatal(err)
	}
	var got object
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(latest, got); diff != "" {
		t.Errorf("an earlier document (-latest +got):\n%s", diff)
	}
	if _, err := WithSettings([]byte("{")); err == nil {
		t.Error("WithSettings accepts a document that is not JSON")
	}
}
