package generate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/meridian-api/meridian/contract/generate"
	broken "github.com/meridian-api/meridian/contract/generate/internal/broken/api"
	misfit "github.com/meridian-api/meridian/contract/generate/internal/misfit/api"
	"github.com/meridian-api/meridian/platform/rest"
)

// TestErrors compares the errors about contracts in which everything is wrong with
// the lists in their errors.txt.
func TestErrors(t *testing.T) {
	t.Run("broken", func(t *testing.T) { checkErrors(t, broken.Service(), "internal/broken") })
	t.Run("misfit", func(t *testing.T) { checkErrors(t, misfit.Service(), "internal/misfit") })
}

func checkErrors(t *testing.T, svc rest.Service, dir string) {
	t.Helper()
	golden := filepath.Join(dir, "errors.txt")
	doc, m, err := generate.Generate(svc, dir)
	if err == nil || doc != nil || m != nil {
		t.Fatalf("Generate accepts a broken contract: %v", err)
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
	diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n"))
	if diff != "" {
		t.Errorf("errors differ from %s: if that is intended, run 'go test ./contract/generate -update' (-want +got):\n%s",
			golden, diff)
	}
}
