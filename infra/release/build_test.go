package release

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
)

func TestDescribe(t *testing.T) {
	b := testBuild(t)
	first, err := Describe(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if first.Modified || len(first.Commit) != 40 || first.Modules["accounts"] != "v0.0.0-"+first.Commit[:12] {
		t.Errorf("commit %s, modified %v, modules %v", first.Commit, first.Modified, first.Modules)
	}
	zip := first.Functions["accounts"]["get-account"]
	if zip.Size != 3 || zip.SHA256 != "4a70fe9aa6436e02c2dea340fbd1e352e4ef2d8ce6ca52ad25d4b95471fc8bf2" {
		t.Errorf("the package is %+v", zip)
	}
	written, err := os.ReadFile(filepath.Join(b.Dist, "release.json"))
	if err != nil || !bytes.Equal(written, first.JSON()) {
		t.Errorf("release.json contains %s, %v", written, err)
	}
	second, err := Describe(t.Context(), b)
	if err != nil || second.ID() != first.ID() {
		t.Errorf("described again: %s, %v; want %s", second.ID(), err, first.ID())
	}
	writeFile(t, filepath.Join(b.Root, "accounts", "go.mod"), "module example.com/accounts\n\ngo 1.26.0\n// changed\n")
	if changed, err := Describe(t.Context(), b); err != nil || !changed.Modified {
		t.Errorf("with a change that is not committed: %+v, %v", changed, err)
	}
}

func TestDescribeRecordsPins(t *testing.T) {
	b := testBuild(t)
	b.Pins = map[string]workspace.Pin{"accounts": {Version: "v1.4.0", Commit: strings.Repeat("a", 40),
		Env: []string{"GOWORK=off"}}}
	r, err := Describe(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if r.Modules["accounts"] != "v1.4.0" {
		t.Errorf("version %s, want the pin's", r.Modules["accounts"])
	}
	want := map[string]Origin{"accounts": {Commit: strings.Repeat("a", 40), Toolchain: r.Toolchain}}
	if diff := cmp.Diff(want, r.Origins); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
}

func TestDescribeNamesTheMissingFile(t *testing.T) {
	b := testBuild(t)
	b.Document = filepath.Join(b.Root, "missing.json")
	if _, err := Describe(t.Context(), b); err == nil || !strings.Contains(err.Error(), "missing.json") {
		t.Errorf("error %v", err)
	}
}

// TestSBOM describes a module of this monorepo, which has dependencies.
func TestSBOM(t *testing.T) {
	path := filepath.Join(t.TempDir(), "platform.cdx.json")
	platform := filepath.Join("..", "..", "platform")
	if err := writeSBOM(t.Context(), path, platform, Build{OS: "linux", Arch: "arm64"}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var bom cdx.BOM
	if err := json.Unmarshal(data, &bom); err != nil {
		t.Fatal(err)
	}
	if name := bom.Metadata.Component.Name; name != "github.com/meridian-api/meridian/platform" {
		t.Errorf("it describes %s", name)
	}
	found := map[string]cdx.Component{}
	for _, c := range *bom.Components {
		found[c.Name] = c
	}
	lambda := found["github.com/aws/aws-lambda-go"]
	if !strings.HasPrefix(lambda.PackageURL, "pkg:golang/github.com/aws/aws-lambda-go@v1.") || lambda.Hashes == nil {
		t.Errorf("aws-lambda-go is %+v", lambda)
	}
	if _, ok := found["pgregory.net/rapid"]; ok {
		t.Error("it lists rapid, which only tests import")
	}
}

func testBuild(t *testing.T) Build {
	t.Helper()
	root := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(root, filepath.FromSlash(name))
		writeFile(t, path, content)
		return path
	}
	file("accounts/go.mod", "module example.com/accounts\n\ngo 1.26.0\n")
	file("accounts/account.go", "package accounts\n")
	b := Build{
		Root: root, Dist: filepath.Join(root, "dist"), OS: "linux", Arch: "arm64",
		Modules:       map[string]string{"accounts": filepath.Join(root, "accounts")},
		Document:      file("dist/deployable.json", "{}"),
		Specification: file("dist/openapi.json", "{}"),
		Manifests:     map[string]string{"accounts": file("accounts/service.json", "{}")},
		Functions:     map[string]map[string]string{"accounts": {"get-account": file("dist/get-account.zip", "zip")}},
	}
	file(".gitignore", "dist\n")
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "."},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-qm", "Add accounts"},
	} {
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	return b
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
