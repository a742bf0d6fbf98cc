package shell

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/up/running"
)

// clone returns the folder of a monorepo without modules.
func clone(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	mustWrite(t, filepath.Join(root, "go.work"), "go 1.26\n")
	return root
}

func mustWrite(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCommandsWithoutACloudNameTheRemedy(t *testing.T) {
	killed := clone(t)
	mustWrite(t, filepath.Join(killed, running.File), `{"edge": "http://127.0.0.1:1"}`)
	for name, root := range map[string]string{"never started": clone(t), "killed": killed} {
		shell := Find(root, os.Stdout)
		for command, do := range map[string]func(context.Context) error{
			"status": shell.Status,
			"down":   func(ctx context.Context) error { return shell.Down(ctx, "us-east-1") },
			"heal":   func(ctx context.Context) error { return shell.Heal(ctx, "a", "b") },
			"fault":  func(ctx context.Context) error { return shell.Fault(ctx, "f", nil, nil, nil) },
			"token":  func(ctx context.Context) error { return shell.Token(ctx, "ada", nil) },
		} {
			if err := do(t.Context()); !errors.Is(err, ErrNotRunning) {
				t.Errorf("%s, %s: error %v", name, command, err)
			}
		}
	}
}

const (
	cloudLog = `{"time":"2026-01-01T00:00:02Z","msg":"request","region":"us-east-1","requestId":"11111111-a",` +
		`"httpMethod":"GET","path":"/one","status":200,"traceId":"Root=1-a;Sampled=1","function":"local-one-get"}
{"time":"2026-01-01T00:00:04Z","msg":"request","region":"us-east-1","requestId":"22222222-b",` +
		`"httpMethod":"GET","path":"/two","status":200,"traceId":"Root=1-b;Sampled=1","function":"local-two-get"}
`
	functionLog = `{"time":"2026-01-01T00:00:01Z","function":"one-get","requestId":"11111111-a","text":"hello one"}
{"time":"2026-01-01T00:00:03Z","function":"two-get","requestId":"22222222-b","text":"hello two"}
`
	tracesLog = `{"name":"DynamoDB","trace_id":"1-a","start_time":1767225601.5,"end_time":1767225601.6,` +
		`"aws":{"operation":"GetItem"}}
`
)

func TestLogsOfARequest(t *testing.T) {
	root := clone(t)
	for name, text := range map[string]string{CloudLog: cloudLog, "us-east-1": functionLog, TracesLog: tracesLog} {
		mustWrite(t, filepath.Join(root, "dist", LogsFolder, name+".log"), text)
	}
	for name, test := range map[string]struct {
		filter Filter
		want   []string // parts of the lines
	}{
		"everything": {want: []string{"hello one", "DynamoDB GetItem: 100.0 ms", "GET /one", "hello two", "GET /two"}},
		"a request": {
			filter: Filter{Request: "11111111"}, want: []string{"hello one", "DynamoDB GetItem: 100.0 ms", "GET /one 200"},
		},
		"a function": {filter: Filter{Function: "two-get"}, want: []string{"hello two", "GET /two"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := Logs(t.Context(), root, test.filter, &out); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if len(lines) != len(test.want) {
				t.Fatalf("%d lines, want %d:\n%s", len(lines), len(test.want), out.String())
			}
			for i, want := range test.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("line %d lacks %q: %s", i, want, lines[i])
				}
			}
		})
	}
	if err := Logs(t.Context(), root, Filter{Request: "33333333"}, &strings.Builder{}); err == nil {
		t.Error("an unknown request has logs")
	}
	if err := Logs(t.Context(), clone(t), Filter{}, &strings.Builder{}); err == nil {
		t.Error("a clone without logs has logs")
	}
}
