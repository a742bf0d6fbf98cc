package deploy

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/provision"
)

// A rehearsal of a shared environment has states and files of its own, and its
// Terraform has no other provider than the stand-in.
func TestARehearsalDoesNotTouchTheDeployment(t *testing.T) {
	settings := map[string]string{provision.EnvironmentVariable: "prod", provision.RehearseVariable: "1"}
	var out bytes.Buffer
	s, err := openSession(t.Context(), ".", func(name string) string { return settings[name] }, &out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "This is a rehearsal of prod.") {
		t.Errorf("it does not say that it is a rehearsal: %s", &out)
	}
	if s.environment.State.Backend != "local" {
		t.Errorf("the states are in %s", s.environment.State.Backend)
	}
	folder := filepath.Join(s.root, "dist", "rehearsal", "prod")
	for name, path := range map[string]string{"states": s.localStates, "work": s.work,
		"stack": s.stackFolder(provision.Stack{Root: "global"})} {
		if relative, err := filepath.Rel(folder, path); err != nil || strings.HasPrefix(relative, "..") {
			t.Errorf("%s is in %s, want it in %s", name, path, folder)
		}
	}
	last := map[string]string{} // a program sees the last value of a variable
	for _, v := range s.variables() {
		name, value, _ := strings.Cut(v, "=")
		last[name] = value
	}
	if want := filepath.Join(s.root, "dist", "rehearsal", ".provider"); !strings.HasPrefix(last["TF_CLI_CONFIG_FILE"],
		want) {
		t.Errorf("Terraform's configuration is %q, want it in %s", last["TF_CLI_CONFIG_FILE"], want)
	}
	if cache := last["TF_PLUGIN_CACHE_DIR"]; cache != "" {
		t.Errorf("the stand-in would get into the plugin cache %s", cache)
	}
}

func TestADeploymentUsesThePluginCache(t *testing.T) {
	s := &session{root: "root"}
	for _, want := range []string{"TF_PLUGIN_CACHE_DIR=" + s.plugins(),
		"TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE=1"} {
		if !slices.Contains(s.variables(), want) {
			t.Errorf("Terraform's environment lacks %s", want)
		}
	}
}
