package deploy

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/release"
)

// pinnedSite returns a site with the context one pinned, and the folder of its release.
func pinnedSite(t *testing.T) (*site, workspace.Workspace, string) {
	t.Helper()
	s := newSite(t)
	s.open(&bytes.Buffer{})
	ws, err := workspace.Find(s.root)
	if err != nil {
		t.Fatal(err)
	}
	released := filepath.Join(s.root, "dist", "pinned", "one@v1.4.0")
	s.write("dist/pinned/one@v1.4.0/go.mod", "module example.com/one\n")
	s.write("dist/pinned/one@v1.4.0/"+SmokeFile, "[]")
	ws.Pins = map[string]workspace.Pin{"one": {Version: "v1.4.0", Commit: strings.Repeat("a", 40), Dir: released}}
	return s, ws, released
}

func TestBuildTakesPinnedFilesFromTheRelease(t *testing.T) {
	s, ws, released := pinnedSite(t)
	b, err := builtBy(ws, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]map[string]string{"specifications": b.Specifications, "manifests": b.Manifests, "smoke": b.Smoke,
		"modules": b.Modules}
	want := map[string]map[string]string{
		"specifications": {"one": filepath.Join(released, "openapi.json"),
			"two": filepath.Join(s.root, "two", "openapi.json")},
		"manifests": {"one": filepath.Join(released, "service.json"),
			"two": filepath.Join(s.root, "two", "service.json")},
		"smoke":   {"one": filepath.Join(released, SmokeFile)},
		"modules": {"one": released, "two": filepath.Join(s.root, "two")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestBuildPrintsTheVersions(t *testing.T) {
	s := newSite(t)
	var out bytes.Buffer
	session := s.open(&out)
	session.environment.Modules = map[string]string{"one": "v1.4.0"}
	r, err := s.build(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	r.Modules["one"] = "v1.4.0"
	r.Origins = map[string]release.Origin{"one": {Commit: strings.Repeat("a", 40)}}
	session.printVersions(r)
	want := "one  v1.4.0  pinned, commit aaaaaaaaaaaa\ntwo  v0.0.1  working tree\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// TestAPinnedContextIsDeployedAfterItLeft pins a context that the working tree no longer has.
func TestAPinnedContextIsDeployedAfterItLeft(t *testing.T) {
	s := newSite(t)
	s.open(&bytes.Buffer{}) // writes the environment
	s.write("infra/environments/trial.json", `{"account": "111122223333", "regions": ["us-east-1"],
		"state": {"backend": "local"}, "modules": {"gone": "v1.0.0"}}`)
	session, err := openSession(t.Context(), s.root,
		func(name string) string { return map[string]string{"ENV": "trial"}[name] }, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"gone", "one", "two"}, session.contexts); diff != "" {
		t.Errorf("contexts (-want +got):\n%s", diff)
	}
}
