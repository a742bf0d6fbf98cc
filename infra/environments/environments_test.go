package environments

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
)

// The settings of a new project name no operation of this repository's contexts.
func TestStarterNamesNoOperation(t *testing.T) {
	files, err := Starter(workspace.System{})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		var settings struct {
			Functions struct{ ReservedConcurrencyOf map[string]int }
			Traffic   struct{ RequestsPerMonth map[string]int }
			SLO       struct{ Operation string }
		}
		if err := json.Unmarshal(data, &settings); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(settings.Functions.ReservedConcurrencyOf) != 0 || settings.SLO.Operation != "" {
			t.Errorf("%s names operations: %+v", name, settings)
		}
		var operations []string
		for id := range settings.Traffic.RequestsPerMonth {
			operations = append(operations, id)
		}
		if diff := cmp.Diff([]string{"default"}, operations); diff != "" {
			t.Errorf("%s: operations with traffic (-want +got):\n%s", name, diff)
		}
	}
}
