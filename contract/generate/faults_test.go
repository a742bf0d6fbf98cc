package generate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/generate"
	broken "github.com/meridian-api/meridian/contract/generate/internal/broken/api"
	misfit "github.com/meridian-api/meridian/contract/generate/internal/misfit/api"
	"github.com/meridian-api/meridian/platform/rest"
)

// TestFaults holds what the generator tells of contracts in which everything is
// wrong against their lists in faults.txt, place by place.
func TestFaults(t *testing.T) {
	t.Run("broken", func(t *testing.T) { testFaults(t, broken.Service(), "internal/broken") })
	t.Run("misfit", func(t *testing.T) { testFaults(t, misfit.Service(), "internal/misfit") })
}

func testFaults(t *testing.T, svc rest.Service, dir string) {
	golden := filepath.Join(dir, "faults.txt")
	doc, m, err := generate.Generate(svc, dir)
	if err == nil || doc != nil || m != nil {
		t.Fatalf("a broken contract was generated: %v", err)
	}
	got := err.Error() + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	for line := range strings.Lines(got) {
		if !strings.Contains(string(want), line) {
			t.Errorf("new: %s", line)
		}
	}
	for line := range strings.Lines(string(want)) {
		if !strings.Contains(got, line) {
			t.Errorf("gone: %s", line)
		}
	}
	t.Errorf("%s differs: if that is meant, run 'go test ./contract/generate -update' and review the change", golden)
}
