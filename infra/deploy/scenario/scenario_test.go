package scenario

import (
	"os"
	"os/exec"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/provision"
)

// TestSample runs the scenarios of CI, which sets NOSKIP. They take as long as all other
// tests together, so that a developer runs them with a target of their own. Without
// Terraform the test is skipped, unless TERRAFORM asks for one.
func TestSample(t *testing.T) {
	if os.Getenv("NOSKIP") == "" {
		t.Skip("the scenarios take minutes: run 'go tool mage deploy:test', or set NOSKIP=1")
	}
	terraform := os.Getenv(provision.TerraformVariable)
	if _, err := exec.LookPath("terraform"); err != nil && terraform == "" {
		t.Skipf("no Terraform: %v", err)
	}
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	s, err := open(t.Context(), ws.Root, t.TempDir(), terraform, true)
	if err != nil {
		t.Fatal(err)
	}
	var results []result
	for _, one := range sample() {
		t.Run(one.name, func(t *testing.T) {
			r := s.run(t.Context(), one)
			if r.err != nil {
				t.Error(r.err)
			}
			results = append(results, r)
		})
	}
	if err := printAll(t.Output(), results); err != nil {
		t.Error(err)
	}
}

// TestTheSampleIsSmall keeps the time of a change's checks.
func TestTheSampleIsSmall(t *testing.T) {
	if n := len(sample()); n == 0 || n > 6 {
		t.Errorf("CI runs %d scenarios with Terraform itself, want 1 to 6", n)
	}
}
