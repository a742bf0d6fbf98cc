package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/internal/specimen"
	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/contract/pipeline"
)

// monorepo has two contexts of six operations each.
func monorepo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := specimen.WriteMonorepo(dir, specimen.Contexts(2, 12)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// change replaces text in a file.
func change(t *testing.T, dir, name, old, new string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte(old)) {
		t.Fatalf("%s has no %s", name, old)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(data, []byte(old), []byte(new)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestBuild(t *testing.T) {
	dir := monorepo(t)
	built, err := pipeline.Build(filepath.Join(dir, "context01", "api"))
	if err != nil {
		t.Fatal(err)
	}
	if built.SpecPath != filepath.Join(dir, "dist", "openapi.json") || built.DeployablePath != filepath.Join(dir, "dist", "deployable.json") {
		t.Errorf("paths %s, %s", built.SpecPath, built.DeployablePath)
	}
	if len(built.Contexts) != 2 || len(built.Services) != 2 || built.Services[1].Name != "context01" || len(built.Deployable.Stripped) == 0 {
		t.Errorf("built %+v", built)
	}
	for path, want := range map[string][]byte{built.SpecPath: built.Document, built.DeployablePath: built.Deployable.Document} {
		data, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(data, want) {
			t.Errorf("%s: other content than built: %v", path, err)
		}
		doc, err := openapi3.NewLoader().LoadFromData(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := doc.Validate(context.Background()); err != nil {
			t.Errorf("%s: not valid: %v", path, err)
		}
	}
	again, err := pipeline.Build(dir)
	if err != nil || !bytes.Equal(again.Document, built.Document) || !bytes.Equal(again.Deployable.Document, built.Deployable.Document) {
		t.Errorf("a second run differs: %v", err)
	}
}

func TestBuildRefuses(t *testing.T) {
	tests := map[string]struct {
		change func(*testing.T, string)
		is     func(error) bool
		want   []string
	}{
		"a finding": {
			func(t *testing.T, dir string) {
				change(t, dir, "context00/openapi.json", `"example":"Ada","maxLength":80,`, `"example":"Ada","maxlength":80,`)
			},
			func(err error) bool { var e *pipeline.FindingsError; return errors.As(err, &e) },
			[]string{"context00/openapi.json:1:", `error: "maxlength" is not a member of Schema Object in OpenAPI 3.0 [unknown-keyword]`, "from Thing000.Name (github.com/meridian-api/meridian/context00/api.Thing000)"},
		},
		"one path in two contexts": {
			func(t *testing.T, dir string) {
				change(t, dir, "context00/openapi.json", `"/context00/`, `"/context01/`)
			},
			func(err error) bool { var e *merge.Error; return errors.As(err, &e) },
			[]string{"operation GET /context01/things0 in context00/openapi.json and context01/openapi.json: defined twice: remove one"},
		},
		"another route in the manifest": {
			func(t *testing.T, dir string) {
				change(t, dir, "context00/service.json", `"method":"PUT"`, `"method":"POST"`)
			},
			nil,
			[]string{"the function replace-thing-0 of context00 serves POST /context00/things0/{thingId}: run 'go tool mage generate'"},
		},
		"nothing generated": {
			func(t *testing.T, dir string) {
				if err := os.Remove(filepath.Join(dir, "context01", "openapi.json")); err != nil {
					t.Fatal(err)
				}
			},
			nil, []string{"context context01 has no context01/openapi.json: run 'go tool mage generate'"},
		},
		"no contexts": {
			func(t *testing.T, dir string) { change(t, dir, "go.work", "use ./context0", "use ./other") },
			nil, []string{"go.work has no module with a folder api/gen"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := monorepo(t)
			test.change(t, dir)
			_, err := pipeline.Build(dir)
			if err == nil || test.is != nil && !test.is(err) {
				t.Fatalf("error %v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %v\nwant: %s", err, want)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, "dist")); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// The documents of the monorepo that this file is in must be clean.
func TestOurDocumentsAreClean(t *testing.T) {
	findings, err := pipeline.Lint(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) > 0 {
		t.Error(&pipeline.FindingsError{Findings: findings})
	}
	if err := pipeline.Check("."); err != nil {
		t.Error(err)
	}
}

// So must be what is made of the specification that the generator is tested
// with, which has every kind of schema that can come out of a contract.
func TestDocumentsOfTheGeneratorsFixtureAreClean(t *testing.T) {
	fixture := filepath.Join("..", "generate", "fixture")
	service, err := manifest.Read(fixture)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := os.ReadFile(filepath.Join(fixture, "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := specimen.WriteMonorepo(dir, []specimen.Context{{Name: service.Name, Spec: spec, Service: service}}); err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.Build(dir); err != nil {
		t.Error(err)
	}
}

func TestLintTellsOfContextsFirst(t *testing.T) {
	dir := monorepo(t)
	change(t, dir, "context01/openapi.json", `"/context01/things0/{thingId}"`, `"/context01/things0/{thingId}/"`)
	change(t, dir, "context01/service.json", `"/context01/things0/{thingId}"`, `"/context01/things0/{thingId}/"`)
	findings, err := pipeline.Lint(dir)
	if err != nil || len(findings) != 1 || findings[0].File != "context01/openapi.json" || findings[0].Rule != "path-trailing-slash" {
		t.Errorf("findings %+v, error %v", findings, err)
	}
	if clean, err := pipeline.Lint(monorepo(t)); err != nil || len(clean) > 0 {
		t.Errorf("findings %+v, error %v", clean, err)
	}
	broken := monorepo(t)
	change(t, broken, "context00/openapi.json", `"3.0.3"`, "3.0.3")
	var unreadable *lint.ReadError
	if _, err := pipeline.Lint(broken); !errors.As(err, &unreadable) || unreadable.File != "context00/openapi.json" || unreadable.Line != 1 {
		t.Errorf("error %v", err)
	}
}
