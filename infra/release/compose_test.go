package release

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestCompose(t *testing.T) {
	first, second, third := buildOf("1"), buildOf("2"), buildOf("3")
	r, err := Compose(first, second, "accounts")
	if err != nil {
		t.Fatal(err)
	}
	if r, err = Compose(r, third, "mail"); err != nil {
		t.Fatal(err)
	}
	want := &Release{
		Format: format, Commit: "commit 3", Toolchain: "go1.26.3", Target: "linux-arm64",
		Modules:        map[string]string{"accounts": "v2", "profiles": "v1", "mail": "v3"},
		Document:       File{SHA256: "document 1"},
		Specifications: map[string]File{"accounts": {SHA256: "specification 2"}, "profiles": {SHA256: "specification 1"}},
		Manifests:      map[string]File{"accounts": {SHA256: "manifest 2"}, "profiles": {SHA256: "manifest 1"}},
		Smoke:          map[string]File{"accounts": {SHA256: "smoke 2"}, "profiles": {SHA256: "smoke 1"}},
		Functions: map[string]map[string]File{
			"accounts": {"get": {SHA256: "zip 2"}}, "profiles": {"get": {SHA256: "zip 1"}},
		},
		Origins: map[string]Origin{
			"accounts": {Commit: "commit 2", Toolchain: "go1.26.2"},
			"profiles": {Commit: "commit 1", Toolchain: "go1.26.1"},
		},
	}
	if diff := cmp.Diff(want, r, cmpopts.EquateEmpty(), cmp.AllowUnexported(File{})); diff != "" {
		t.Errorf("release (-want +got):\n%s", diff)
	}
}

func TestComposeOfOneCommitHasNoOrigins(t *testing.T) {
	r, err := Compose(buildOf("1"), buildOf("1"), "accounts")
	if err != nil || len(r.Origins) != 0 {
		t.Errorf("origins %v, %v", r.Origins, err)
	}
}

func TestComposeKeepsTheOriginOfAPin(t *testing.T) {
	built := buildOf("2")
	pinned := Origin{Commit: "commit of v1.4.0", Toolchain: built.Toolchain}
	built.Origins = map[string]Origin{"accounts": pinned}
	r, err := Compose(buildOf("1"), built, "accounts")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Origin{"accounts": pinned, "profiles": {Commit: "commit 1", Toolchain: "go1.26.1"}}
	if diff := cmp.Diff(want, r.Origins); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
}

func TestComposeRefusesAnotherTarget(t *testing.T) {
	built := buildOf("2")
	built.Target = "linux-amd64"
	_, err := Compose(buildOf("1"), built, "accounts")
	if err == nil || !strings.Contains(err.Error(), "is for linux-arm64, and this build for linux-amd64") {
		t.Errorf("error %v", err)
	}
}

// buildOf returns a release of two contexts. The third build has a module more.
func buildOf(version string) *Release {
	r := &Release{
		Format: format, Commit: "commit " + version, Toolchain: "go1.26." + version, Target: "linux-arm64",
		Document: File{SHA256: "document " + version},
		Modules:  map[string]string{}, Specifications: map[string]File{}, Manifests: map[string]File{},
		Smoke: map[string]File{}, Functions: map[string]map[string]File{},
	}
	for _, name := range []string{"accounts", "profiles"} {
		r.Modules[name] = "v" + version
		r.Specifications[name] = File{SHA256: "specification " + version}
		r.Manifests[name] = File{SHA256: "manifest " + version}
		r.Smoke[name] = File{SHA256: "smoke " + version}
		r.Functions[name] = map[string]File{"get": {SHA256: "zip " + version}}
	}
	if version == "3" {
		r.Modules["mail"] = "v3"
	}
	return r
}
