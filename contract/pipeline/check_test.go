package pipeline_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/pipeline"
)

func TestCheck(t *testing.T) {
	tests := map[string]struct {
		change func(t *testing.T, dir string)
		want   []string
	}{
		"nothing wrong": {func(*testing.T, string) {}, nil},
		"an operation without a Lambda": {
			func(t *testing.T, dir string) { removeAll(t, dir, "context00", "lambda", "get-thing-0") },
			[]string{"the operation getThing000 of context00 has no Lambda: write context00/lambda/get-thing-0/main.go"},
		},
		"a folder without code": {
			func(t *testing.T, dir string) {
				removeAll(t, dir, "context00", "lambda", "get-thing-0", "main.go")
			},
			[]string{"the operation getThing000 of context00 has no Lambda"},
		},
		"no Lambdas at all": {
			func(t *testing.T, dir string) { removeAll(t, dir, "context00", "lambda") },
			[]string{"changeThing000", "createThing000", "getThing000", "listThing000", "removeThing000", "replaceThing000"},
		},
		"a Lambda without an operation": {
			func(t *testing.T, dir string) { addLambda(t, dir, "context01", "count-all-things") },
			[]string{"the Lambda context01/lambda/count-all-things has no operation: declare countAllThings in context01/api and add it to its Service, or remove the folder"},
		},
		"a renamed Lambda": {
			func(t *testing.T, dir string) {
				removeAll(t, dir, "context01", "lambda", "get-thing-0")
				addLambda(t, dir, "context01", "read-thing")
			},
			[]string{"the Lambda context01/lambda/read-thing has no operation: declare readThing", "the operation getThing010 of context01 has no Lambda"},
		},
		"an operation without a function": {
			func(t *testing.T, dir string) {
				change(t, dir, "context00/openapi.json", `"getThing000"`, `"readThing000"`)
			},
			[]string{
				"context00/openapi.json has the operation readThing000 (GET /context00/things0/{thingId}), and context00/service.json no function for it: run 'go tool mage generate'",
				"context00/service.json has the function get-thing-0, and context00/openapi.json no operation getThing000: run 'go tool mage generate'",
			},
		},
		"another method": {
			func(t *testing.T, dir string) { change(t, dir, "context00/service.json", `"PATCH"`, `"POST"`) },
			[]string{"context00/openapi.json has the operation changeThing000 at PATCH /context00/things0/{thingId}, and context00/service.json its function at POST /context00/things0/{thingId}"},
		},
		"another name": {
			func(t *testing.T, dir string) {
				change(t, dir, "context00/service.json", `"name":"context00"`, `"name":"other"`)
			},
			[]string{`context00/service.json is called "other", and the context's folder "context00"`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := monorepo(t)
			test.change(t, dir)
			err := pipeline.Check(dir)
			if test.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var drift *pipeline.DriftError
			if !errors.As(err, &drift) || len(drift.Problems) != len(test.want) {
				t.Fatalf("error %v, want %d problems", err, len(test.want))
			}
			for i, want := range test.want {
				if !strings.Contains(drift.Problems[i], want) {
					t.Errorf("problem %q, want %q", drift.Problems[i], want)
				}
			}
		})
	}
}

func removeAll(t *testing.T, path ...string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(path...)); err != nil {
		t.Fatal(err)
	}
}

func addLambda(t *testing.T, dir, context, name string) {
	t.Helper()
	folder := filepath.Join(dir, context, "lambda", name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte("package main\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
