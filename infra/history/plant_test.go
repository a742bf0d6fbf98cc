package history

import (
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
)

// TestPlantsFitTheSources checks that every fault can be planted: its texts are in the sources.
func TestPlantsFitTheSources(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, p := range plants {
		t.Run(p.name, func(t *testing.T) {
			if _, err := p.sources(ws.Root); err != nil {
				t.Error(err)
			}
			if names[p.name] || p.promise == "" || len(p.edits) == 0 {
				t.Errorf("%+v needs a name of its own, a promise and edits", p)
			}
			names[p.name] = true
		})
	}
}

// TestAPlantNeedsItsText checks that a fault whose text is not in the sources is an error.
func TestAPlantNeedsItsText(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	p := plant{name: "missing", edits: []edit{{file: "go.work", from: "no such text", to: ""}}}
	if _, err := p.sources(ws.Root); err == nil {
		t.Error("no error")
	}
}
