package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/internal/specimen"
	"github.com/meridian-api/meridian/contract/lint"
)

func monorepo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := specimen.WriteMonorepo(dir, specimen.Contexts(1, 6)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// clean and bad are documents that API Gateway takes and refuses.
const (
	clean = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"
	bad   = clean + "x-amazon-apigateway-cors: {}\n"
)

func TestRun(t *testing.T) {
	dir := monorepo(t)
	broken := monorepo(t)
	if err := os.RemoveAll(filepath.Join(broken, "context00", "lambda", "get-thing-0")); err != nil {
		t.Fatal(err)
	}
	write(t, broken, "context00/openapi.json", "{")
	good, wrong := write(t, dir, "clean.yaml", clean), write(t, dir, "bad.yaml", bad)
	cut := write(t, dir, "cut.json", "{\n")
	tests := map[string]struct {
		args        []string
		dir         string
		code        int
		out, errors string
	}{
		"nothing":                {args: nil, code: 2, errors: "Usage: contract COMMAND"},
		"an unknown command":     {args: []string{"mend"}, code: 2, errors: "Usage:"},
		"an unknown flag":        {args: []string{"lint", "-x"}, code: 2, errors: "flag provided but not defined: -x"},
		"an unknown format":      {args: []string{"lint", "-format", "xml"}, code: 2, errors: "Usage:"},
		"an unknown mode":        {args: []string{"lint", "-mode", "x"}, code: 2, errors: "Usage:"},
		"too much":               {args: []string{"merge", "x"}, code: 2},
		"merge":                  {args: []string{"merge"}, out: filepath.Join(dir, "dist", "openapi.json") + "\n"},
		"merge fails":            {args: []string{"merge"}, dir: broken, code: 1, errors: "context00/openapi.json:1:2: "},
		"deployable":             {args: []string{"deployable"}, out: "deployable.json\n"},
		"deployable -v":          {args: []string{"deployable", "-v"}, out: "/info: description: documentation is served from the public specification\n"},
		"deployable fails":       {args: []string{"deployable"}, dir: broken, code: 1, errors: "context00/openapi.json:1:2: "},
		"check":                  {args: []string{"check"}},
		"check fails":            {args: []string{"check"}, dir: broken, code: 1, errors: "context00/openapi.json:1:2: "},
		"lint of the monorepo":   {args: []string{"lint"}},
		"lint fails":             {args: []string{"lint"}, dir: broken, code: 2, errors: "context00/openapi.json:1:2: "},
		"lint of a clean file":   {args: []string{"lint", good}},
		"lint with a finding":    {args: []string{"lint", good, wrong}, code: 1, out: "bad.yaml:4:1: error: x-amazon-apigateway-cors is for HTTP APIs [extension-http-api]\n    at /x-amazon-apigateway-cors\n    fix: remove it"},
		"lint for GitHub":        {args: []string{"lint", "-format=github", wrong}, code: 1, out: ",line=4,col=1,title=extension-http-api::x-amazon-apigateway-cors is for HTTP APIs. Fix: remove it"},
		"a flag behind a file":   {args: []string{"lint", wrong, "-format=github", good}, code: 1, out: "::error file="},
		"lint of a contract":     {args: []string{"lint", "-mode", "contract", filepath.Join(dir, "context00", "openapi.json")}},
		"lint of a cut file":     {args: []string{"lint", cut, wrong}, code: 2, out: "bad.yaml:4:1", errors: "cut.json:2:1: "},
		"lint of what is absent": {args: []string{"lint", filepath.Join(dir, "none.json")}, code: 2, errors: "none.json"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var out, errors strings.Builder
			if test.dir == "" {
				test.dir = dir
			}
			if code := run(test.args, test.dir, &out, &errors); code != test.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, test.code, &out, &errors)
			}
			if !strings.Contains(out.String(), test.out) || test.out == "" && out.Len() > 0 {
				t.Errorf("output %q, want %q", &out, test.out)
			}
			if !strings.Contains(errors.String(), test.errors) || test.errors == "" && test.code != 2 && errors.Len() > 0 {
				t.Errorf("errors %q, want %q", &errors, test.errors)
			}
		})
	}
}

func TestLintAsJSON(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{write(t, dir, "bad.yaml", bad), write(t, dir, "clean.yaml", clean)} {
		var out, errors strings.Builder
		run([]string{"lint", "-format", "json", file}, dir, &out, &errors)
		var findings []lint.Finding
		if err := json.Unmarshal([]byte(out.String()), &findings); err != nil || findings == nil {
			t.Fatalf("%v: %s", err, &out)
		}
		if strings.HasSuffix(file, "bad.yaml") && (len(findings) != 1 || findings[0].Place != "/x-amazon-apigateway-cors" || findings[0].Line != 4) {
			t.Errorf("findings %+v", findings)
		}
	}
}
