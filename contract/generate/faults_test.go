package generate_test

import (
	"os"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/generate"
	broken "github.com/meridian-api/meridian/contract/generate/internal/broken/api"
)

// TestFaults holds what the generator tells of a contract in which everything
// is wrong against the list in faults.txt, place by place.
func TestFaults(t *testing.T) {
	const golden = "internal/broken/faults.txt"
	doc, m, err := generate.Generate(broken.Service(), "internal/broken")
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
