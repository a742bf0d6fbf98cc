package provision

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
)

// offlineVariable names the folder of a stand-in for the AWS provider: its
// script "install" prints a line that points Terraform to it. A relative path is
// one from the monorepo's root.
const offlineVariable = "TERRAFORM_OFFLINE"

// install installs the stand-in and answers Terraform's configuration file.
var install = sync.OnceValues(func() (string, error) {
	ws, err := workspace.Find(".")
	if err != nil {
		return "", err
	}
	dir := os.Getenv(offlineVariable)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(ws.Root, dir)
	}
	script := filepath.Join(dir, "install")
	cmd := exec.Command("bash", "-c", `set -e; line=$("$0"); eval "$line"; printf %s "$TF_CLI_CONFIG_FILE"`, script)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	return string(out), err
})

// slots bounds how many Terraforms are at work: each takes a core, and a
// provider beside it.
var slots = make(chan struct{}, 2)

// offline answers a Terraform, or the program that TERRAFORM names, that knows
// the stand-in's provider alone and nothing of the caller's settings. Without
// the stand-in the test is skipped: the real provider would want an account.
func offline(t *testing.T) Terraform {
	t.Helper()
	binary := cmp.Or(os.Getenv("TERRAFORM"), "terraform")
	if os.Getenv(offlineVariable) == "" {
		t.Skipf("%s is not set to the folder of a provider that needs no AWS account", offlineVariable)
	}
	config, err := install()
	if err != nil {
		t.Fatalf("install the provider: %v", err)
	}
	if out, err := exec.Command(binary, "version").Output(); err != nil {
		t.Fatalf("%s is set, and %s does not run: %v", offlineVariable, binary, err)
	} else if bytes.Contains(out, []byte("OpenTofu")) {
		config = forOpenTofu(t, config)
	}
	return Terraform{Binary: binary, Env: []string{
		"TF_CLI_CONFIG_FILE=" + config,
		"TF_WORKSPACE=", "TF_CLI_ARGS=", "TF_DATA_DIR=", "TF_PLUGIN_CACHE_DIR=",
		"AWS_REGION=", "AWS_DEFAULT_REGION=", "TERRAFORM_OFFLINE_ACCOUNT=",
	}}
}

// forOpenTofu offers the stand-in under the name of OpenTofu's registry, from
// where it takes a provider whose source names none.
func forOpenTofu(t *testing.T, config string) string {
	t.Helper()
	const registry = "registry.opentofu.org"
	platforms, err := filepath.Glob(filepath.Join(filepath.Dir(config), "mirror", "registry.terraform.io", "*", "*", "*", "*"))
	if err != nil || len(platforms) == 0 {
		t.Fatalf("no provider beside %s: %v", config, err)
	}
	mirror := t.TempDir()
	for _, platform := range platforms {
		version, name := filepath.Split(platform)
		provider, version := filepath.Split(filepath.Clean(version))
		dir := filepath.Join(mirror, registry, "hashicorp", filepath.Base(provider), version)
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.Symlink(platform, filepath.Join(dir, name))); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "tofu.rc")
	if err := os.WriteFile(file, fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// house is a copy of what Terraform reads of the monorepo, with a document and
// functions as the build would leave them.
type house struct {
	root     string
	services []*manifest.Service
}

func newHouse(t *testing.T) house {
	t.Helper()
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	merged, err := pipeline.Merge(ws.Root)
	if err != nil {
		t.Fatal(err)
	}
	result, err := deployable.From(merged.Doc, merged.Services, deployable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := house{root: t.TempDir(), services: merged.Services}
	for _, dir := range []string{Sources, Environments} {
		if err := os.CopyFS(filepath.Join(h.root, dir), os.DirFS(filepath.Join(ws.Root, dir))); err != nil {
			t.Fatal(err)
		}
	}
	h.write(t, "dist/deployable.json", result.Document)
	h.write(t, "dist/site/index.html", []byte("<!doctype html>"))
	h.write(t, "dist/functions/linux-arm64/platform/rotate-secret.zip", []byte("rotate-secret"))
	for i, s := range merged.Services {
		data, err := os.ReadFile(filepath.Join(merged.Contexts[i].Dir, manifest.File))
		if err != nil {
			t.Fatal(err)
		}
		h.write(t, filepath.Join(s.Name, manifest.File), data)
		for short := range s.Functions {
			h.write(t, filepath.Join("dist/functions/linux-arm64", s.Name, short+".zip"), []byte(short))
		}
	}
	return h
}

func (h house) write(t *testing.T, name string, data []byte) {
	t.Helper()
	path := filepath.Join(h.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// edit replaces text in a file, once.
func (h house) edit(t *testing.T, name, old, new string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(h.root, name))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(data, []byte(old)) != 1 {
		t.Fatalf("%s does not have %q once", name, old)
	}
	h.write(t, name, bytes.Replace(data, []byte(old), []byte(new), 1))
}

// contexts are the names of the bounded contexts.
func (h house) contexts() []string {
	var names []string
	for _, s := range h.services {
		names = append(names, s.Name)
	}
	return names
}

// stage copies the roots for an environment, as it stands now.
func (h house) stage(t *testing.T, environment string) Workspace {
	t.Helper()
	e, err := ReadEnvironment(h.root, environment)
	if err != nil {
		t.Fatal(err)
	}
	w, err := Stage(h.root, e)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
