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
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/internal/specimen"
	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/contract/openapi31"
	"github.com/meridian-api/meridian/contract/pipeline"
)

// newMonorepo writes a monorepo of two contexts with six operations each.
func newMonorepo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := specimen.WriteMonorepo(dir, specimen.Contexts(2, 12)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// replace replaces text in a file. It fails if the file does not contain it.
func replace(t *testing.T, dir, name, old, replacement string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte(old)) {
		t.Fatalf("%s has no %s", name, old)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(data, []byte(old), []byte(replacement)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestBuild(t *testing.T) {
	dir := newMonorepo(t)
	built, err := pipeline.Build(filepath.Join(dir, "context01", "api"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := built.SpecPath, filepath.Join(dir, "dist", "openapi.json"); got != want {
		t.Errorf("SpecPath %s, want %s", got, want)
	}
	if got, want := built.Spec31Path, filepath.Join(dir, "dist", "openapi-3.1.json"); got != want {
		t.Errorf("Spec31Path %s, want %s", got, want)
	}
	converted, err := openapi31.Convert(built.Document)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := built.DeployablePath, filepath.Join(dir, "dist", "deployable.json"); got != want {
		t.Errorf("DeployablePath %s, want %s", got, want)
	}
	var names []string
	for i, c := range built.Contexts {
		names = append(names, c.Name, built.Services[i].Name)
	}
	if diff := cmp.Diff([]string{"context00", "context00", "context01", "context01"}, names); diff != "" {
		t.Errorf("contexts and their services (-want +got):\n%s", diff)
	}
	if len(built.Deployable.Stripped) == 0 {
		t.Error("the deployable document leaves nothing out")
	}
	for path, want := range map[string][]byte{
		built.SpecPath: built.Document, built.Spec31Path: converted, built.DeployablePath: built.Deployable.Document,
	} {
		t.Run(filepath.Base(path), func(t *testing.T) { expectDocument(t, path, want) })
	}
	t.Run("again", func(t *testing.T) {
		again, err := pipeline.Build(dir)
		if err != nil {
			t.Fatal(err)
		}
		same := bytes.Equal(again.Document, built.Document)
		if !same || !bytes.Equal(again.Deployable.Document, built.Deployable.Document) {
			t.Error("a second build gives other documents")
		}
	})
}

// expectDocument checks that a file has the content, and that it is a valid OpenAPI
// document.
func expectDocument(t *testing.T, path string, want []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, want) {
		t.Errorf("%s differs from the document in the result", path)
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

func TestBuildErrors(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*testing.T, string)
		is     func(error) bool // nil accepts every error
		want   []string
	}{
		{
			name: "finding",
			change: func(t *testing.T, dir string) {
				replace(t, dir, "context00/openapi.json", `"example":"Ada","maxLength":80,`, `"example":"Ada","maxlength":80,`)
			},
			is: func(err error) bool { var e *pipeline.FindingsError; return errors.As(err, &e) },
			want: []string{
				"context00/openapi.json:1:",
				`error: "maxlength" is not a member of Schema Object in OpenAPI 3.0 [unknown-keyword]`,
				"from Thing000.Name (github.com/meridian-api/meridian/context00/api.Thing000)",
			},
		},
		{
			name: "one path in two contexts",
			change: func(t *testing.T, dir string) {
				replace(t, dir, "context00/openapi.json", `"/context00/`, `"/context01/`)
			},
			is: func(err error) bool { var e *merge.Error; return errors.As(err, &e) },
			want: []string{
				"operation GET /context01/things0 in context00/openapi.json and context01/openapi.json: defined twice: remove one",
			},
		},
		{
			name: "another route in the manifest",
			change: func(t *testing.T, dir string) {
				replace(t, dir, "context00/service.json", `"method":"PUT"`, `"method":"POST"`)
			},
			want: []string{
				"the function replace-thing-0 of context00 serves POST /context00/things0/{thingId}: run 'go tool mage generate'",
			},
		},
		{
			name: "nothing generated",
			change: func(t *testing.T, dir string) {
				if err := os.Remove(filepath.Join(dir, "context01", "openapi.json")); err != nil {
					t.Fatal(err)
				}
			},
			want: []string{"context context01 has no context01/openapi.json: run 'go tool mage generate'"},
		},
		{
			name: "no contexts",
			change: func(t *testing.T, dir string) {
				replace(t, dir, "go.work", "use ./context0", "use ./other")
				for _, context := range []string{"context00", "context01"} {
					if err := os.RemoveAll(filepath.Join(dir, context)); err != nil {
						t.Fatal(err)
					}
				}
			},
			want: []string{"go.work has no module with a folder api/gen"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := newMonorepo(t)
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
				t.Error("Build wrote dist, although it failed")
			}
		})
	}
}

// TestDocumentsOfThisRepository lints the documents of the monorepo that this file is in.
func TestDocumentsOfThisRepository(t *testing.T) {
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

// TestDocumentsOfTheFixture builds the documents of the generator's fixture, which has
// every kind of schema that a contract can have.
func TestDocumentsOfTheFixture(t *testing.T) {
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
	contexts := []specimen.Context{{Name: service.Name, Spec: spec, Service: service}}
	if err := specimen.WriteMonorepo(dir, contexts); err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.Build(dir); err != nil {
		t.Error(err)
	}
}

func TestLint(t *testing.T) {
	t.Run("clean", func(t *testing.T) {
		if findings, err := pipeline.Lint(newMonorepo(t)); err != nil || len(findings) > 0 {
			t.Errorf("findings %+v, error %v", findings, err)
		}
	})
	t.Run("finding in a context is not repeated for the merged document", func(t *testing.T) {
		dir := newMonorepo(t)
		replace(t, dir, "context01/openapi.json", `"/context01/things0/{thingId}"`, `"/context01/things0/{thingId}/"`)
		replace(t, dir, "context01/service.json", `"/context01/things0/{thingId}"`, `"/context01/things0/{thingId}/"`)
		findings, err := pipeline.Lint(dir)
		if err != nil || len(findings) != 1 {
			t.Fatalf("findings %+v, error %v; want one finding", findings, err)
		}
		if f := findings[0]; f.File != "context01/openapi.json" || f.Rule != "path-trailing-slash" {
			t.Errorf("finding %+v, want path-trailing-slash in context01/openapi.json", f)
		}
	})
	t.Run("not JSON", func(t *testing.T) {
		dir := newMonorepo(t)
		replace(t, dir, "context00/openapi.json", `"3.0.3"`, "3.0.3")
		_, err := pipeline.Lint(dir)
		var unreadable *lint.ReadError
		if !errors.As(err, &unreadable) || unreadable.File != "context00/openapi.json" || unreadable.Line != 1 {
			t.Errorf("error %v, want a ReadError in line 1 of context00/openapi.json", err)
		}
	})
}

func TestWriteDocuments(t *testing.T) {
	dir := newMonorepo(t)
	var paths string
	for _, file := range []string{"openapi.json", "openapi-3.1.json", "deployable.json"} {
		paths += filepath.Join(dir, "dist", file) + "\n"
	}
	for _, test := range []struct {
		name    string
		verbose bool
		first   string
	}{
		{name: "paths only", first: paths},
		{
			name: "verbose", verbose: true,
			first: "/info: description: documentation is served from the public specification\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			if err := pipeline.WriteDocuments(dir, test.verbose, &out); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), test.first) || !strings.HasSuffix(out.String(), paths) {
				t.Errorf("printed %q, want %q and at the end %q", &out, test.first, paths)
			}
		})
	}
}

func TestWriteFindings(t *testing.T) {
	dir := newMonorepo(t)
	var out strings.Builder
	if err := pipeline.WriteFindings(dir, &out); err != nil || out.Len() > 0 {
		t.Errorf("clean documents: printed %q, error %v", &out, err)
	}
	replace(t, dir, "context01/openapi.json", `"/context01/things0/{thingId}"`, `"/context01/things0/{thingId}/"`)
	err := pipeline.WriteFindings(dir, &out)
	if err == nil || err.Error() != "lint: 1 findings" || !strings.Contains(out.String(), "[path-trailing-slash]") {
		t.Errorf("one finding: printed %q, error %v", &out, err)
	}
}
