package provision

import (
	"path/filepath"
	"testing"
)

func TestTerraformIsFormatted(t *testing.T) {
	terraform := offline(t)
	if err := terraform.Run(t.Context(), Format(newHouse(t).root)); err != nil {
		t.Error(err)
	}
}

// The modules with tests of their own are all roots, and the settings that they share.
func TestModules(t *testing.T) {
	t.Parallel()
	terraform := offline(t)
	h := newHouse(t)
	modules, err := filepath.Glob(filepath.Join(h.root, Sources, "*", "root.tf"))
	if err != nil || len(modules) != 6 {
		t.Fatalf("got %d roots, %v", len(modules), err)
	}
	modules = append(modules, filepath.Join(h.root, Sources, "modules", "settings", "main.tf"))
	for _, m := range modules {
		dir := filepath.Dir(m)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			for _, c := range []Command{InitOnly(dir), Validate(dir), Test(dir)} {
				if err := terraform.Run(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
