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
	for _, test := range []struct {
		name   string
		change func(t *testing.T, dir string)
		want   []string // a part of each difference
	}{
		{name: "no difference", change: func(*testing.T, string) {}},
		{
			name:   "operation without a Lambda",
			change: func(t *testing.T, dir string) { removeAll(t, dir, "context00", "lambda", "get-thing-0") },
			want:   []string{"the operation getThing000 of context00 has no Lambda: write context00/lambda/get-thing-0/main.go"},
		},
		{
			name: "folder without code",
			change: func(t *testing.T, dir string) {
				removeAll(t, dir, "context00", "lambda", "get-thing-0", "main.go")
			},
			want: []string{"the operation getThing000 of context00 has no Lambda"},
		},
		{
			name:   "no Lambdas",
			change: func(t *testing.T, dir string) { removeAll(t, dir, "context00", "lambda") },
			want: []string{
				"changeThing000", "createThing000", "getThing000", "listThing000", "removeThing000", "replaceThing000",
			},
		},
		{
			name:   "Lambda without an operation",
			change: func(t *testing.T, dir string) { addLambda(t, dir, "context01", "count-all-things") },
			want: []string{"the Lambda context01/lambda/count-all-things has no operation: " +
				"declare countAllThings in context01/api and add it to its Service, or remove the folder"},
		},
		{
			name: "renamed Lambda",
			change: func(t *testing.T, dir string) {
				removeAll(t, dir, "context01", "lambda", "get-thing-0")
				addLambda(t, dir, "context01", "read-thing")
			},
			want: []string{
				"the Lambda context01/lambda/read-thing has no operation: declare readThing",
				"the operation getThing010 of context01 has no Lambda",
			},
		},
		{
			name: "operation without a function",
			change: func(t *testing.T, dir string) {
				replace(t, dir, "context00/openapi.json", `"getThing000"`, `"readThing000"`)
			},
			want: []string{
				"context00/openapi.json declares the operation readThing000 (GET /context00/things0/{thingId}), " +
					"but context00/service.json has no function for it: run 'go tool mage generate'",
				"context00/service.json has the function get-thing-0, " +
					"but context00/openapi.json does not declare its operation getThing000: run 'go tool mage generate'",
			},
		},
		{
			name:   "another method",
			change: func(t *testing.T, dir string) { replace(t, dir, "context00/service.json", `"PATCH"`, `"POST"`) },
			want: []string{"context00/openapi.json declares the operation changeThing000 " +
				"at PATCH /context00/things0/{thingId}, " +
				"but context00/service.json has its function at POST /context00/things0/{thingId}"},
		},
		{
			name: "another name",
			change: func(t *testing.T, dir string) {
				replace(t, dir, "context00/service.json", `"name":"context00"`, `"name":"other"`)
			},
			want: []string{`context00/service.json has the name "other", but the context's folder is "context00"`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := newMonorepo(t)
			test.change(t, dir)
			err := pipeline.Check(dir)
			if test.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var drift *pipeline.DriftError
			if !errors.As(err, &drift) || len(drift.Differences) != len(test.want) {
				t.Fatalf("error %v, want %d differences", err, len(test.want))
			}
			for i, want := range test.want {
				if !strings.Contains(drift.Differences[i], want) {
					t.Errorf("difference %q, want %q", drift.Differences[i], want)
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
