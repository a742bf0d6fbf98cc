package provision

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest/manifesttest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// withoutObjective removes the operation with an objective, which the fixtures do not have,
// from an environment's file.
func withoutObjective(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const operation = `"accounts-get-my-account"`
	if !strings.Contains(string(data), operation) {
		t.Fatalf("%s does not name the operation %s", name, operation)
	}
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(data), operation, `""`)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestSettingsReadEveryFormat lets the module settings read the manifests of releases,
// with a test of Terraform that has a run for each of them.
func TestSettingsReadEveryFormat(t *testing.T) {
	terraform := offline(t)
	h := newHouse(t)
	module := filepath.Join(h.root, Sources, "modules", "settings")
	if err := os.RemoveAll(filepath.Join(module, "tests")); err != nil { // TestModules runs them
		t.Fatal(err)
	}
	var runs strings.Builder
	run := func(f manifesttest.Fixture, condition string) {
		repository := t.TempDir()
		if err := os.CopyFS(filepath.Join(repository, Environments),
			os.DirFS(filepath.Join(h.root, Environments))); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(repository, filepath.FromSlash(workspace.SystemFile)), []byte(systemNames),
			0o644); err != nil {
			t.Fatal(err)
		}
		if err := f.Write(repository); err != nil {
			t.Fatal(err)
		}
		withoutObjective(t, filepath.Join(repository, Environments, "template.json"))
		fmt.Fprintf(&runs, `
run "format_%d" {
  command = plan

  variables {
    repository  = %q
    environment = "ada"
    root        = "test"
    context     = %q
  }

  assert {
    condition     = %s
    error_message = "Got ${jsonencode(output.problems)}"
  }
}
`, f.Format, repository, f.Name, condition)
	}
	for _, f := range manifesttest.Fixtures() {
		run(f, `length(output.problems) == 0 && length(output.functions) > 0 && length(output.context.tables) > 0`)
	}
	refused := fmt.Sprintf("orders/service.json has format %d, and infra reads the formats ", manifesttest.Newer().Format)
	run(manifesttest.Newer(), fmt.Sprintf("length(output.problems) == 1 && startswith(output.problems[0], %q)", refused))
	h.write(t, Sources+"/modules/settings/tests/format.tftest.hcl", []byte(runs.String()))
	for _, c := range []Command{InitOnly(module), Test(module)} {
		if err := terraform.Run(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
}
