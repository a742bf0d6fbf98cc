package rehearsal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

func repository(t *testing.T) string {
	t.Helper()
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	return ws.Root
}

func TestInstallAtTheSameTimeBuildsOnce(t *testing.T) {
	root, cache := repository(t), t.TempDir()
	providers := make([]Provider, 2)
	errs := make([]error, len(providers))
	var installing sync.WaitGroup
	for i := range providers {
		installing.Go(func() { providers[i], errs[i] = install(t.Context(), root, cache) })
	}
	installing.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("install %d: %v", i, err)
		}
	}
	if providers[0] != providers[1] {
		t.Errorf("got two providers, %v and %v", providers[0], providers[1])
	}
	entries, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil || len(entries) != 2 { // the build and its lock
		t.Errorf("the cache has %q, %v", entries, err)
	}
}

func TestInstallServesTerraformAndOpenTofu(t *testing.T) {
	p, err := Install(t.Context(), repository(t))
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(p.Config)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(filepath.Dir(p.Config), mirror)
	if !strings.Contains(string(config), filepath.ToSlash(dir)) {
		t.Errorf("the configuration does not name the mirror %s:\n%s", dir, config)
	}
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		pattern := filepath.Join(dir, registry, "hashicorp", "aws", "6.25.0", "*_*", "terraform-provider-aws_v6.25.0")
		if found, err := filepath.Glob(pattern); err != nil || len(found) != 1 {
			t.Errorf("%s: got %q, %v", pattern, found, err)
		}
	}
}

func TestInstallFailsOutsideTheMonorepo(t *testing.T) {
	if _, err := Install(t.Context(), t.TempDir()); err == nil ||
		!strings.HasPrefix(err.Error(), "install the stand-in provider: ") {
		t.Errorf("got %v", err)
	}
}

// TestTheRootsAreRehearsedWithTheirVersion compares the version that the roots demand
// with the one whose schema the stand-in has.
func TestTheRootsAreRehearsedWithTheirVersion(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(repository(t), "infra", "terraform", "base.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("version = %q", schema.Version); !strings.Contains(string(source), want) {
		t.Errorf("base.tf lacks %s", want)
	}
}
