package shell

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// TestEachFunctionHasASampleEvent checks the samples of this workspace's contexts.
func TestEachFunctionHasASampleEvent(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	contexts, err := ws.Contexts()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range contexts {
		var service manifest.Service
		if err := readJSON(filepath.Join(c.Dir, "service.json"), &service); err != nil {
			t.Fatal(err)
		}
		for name, f := range service.Functions {
			n++
			data, err := sampleEvent(".", service.Name+"-"+name)
			if err != nil {
				t.Error(err)
				continue
			}
			var event struct {
				HTTPMethod, Resource string
				Body                 *string
			}
			if err := json.Unmarshal(data, &event); err != nil || event.HTTPMethod != f.Method || event.Resource != f.Path {
				t.Errorf("%s: event %+v, error %v", name, event, err)
			}
			if event.Body != nil && (!json.Valid([]byte(*event.Body)) || *event.Body == "null") {
				t.Errorf("%s: the body is %s", name, *event.Body)
			}
		}
	}
	if n == 0 {
		t.Error("the workspace has no functions")
	}
}
