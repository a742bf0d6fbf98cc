package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// Documents that API Gateway accepts, accepts in spite of OpenAPI, and refuses.
const (
	valid   = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"
	warned  = valid + "x-amazon-apigateway-cors: {}\n"
	invalid = valid + "x-amazon-apigateway-policy: 1\n"
	holes   = valid + "x-amazon-apigateway-policy: ${policy}\n"
)

func TestRun(t *testing.T) {
	dir := monorepo(t)
	broken := monorepo(t)
	if err := os.RemoveAll(filepath.Join(broken, "context00", "lambda", "get-thing-0")); err != nil {
		t.Fatal(err)
	}
	write(t, broken, "context00/openapi.json", "{")
	validFile, invalidFile := write(t, dir, "valid.yaml", valid), write(t, dir, "invalid.yaml", invalid)
	warnedFile, templateFile := write(t, dir, "warned.yaml", warned), write(t, dir, "template.yaml", holes)
	cutFile := write(t, dir, "cut.json", "{\n")
	const brokenError = "context00/openapi.json:1:2: "
	tests := map[string]struct {
		args           []string
		dir            string // default: the monorepo without errors
		code           int
		stdout, stderr string // contained in the output; if empty, there must be no output
	}{
		"no command":      {args: nil, code: 2, stderr: "Usage: contract COMMAND"},
		"unknown command": {args: []string{"mend"}, code: 2, stderr: "Usage:"},
		"unknown flag":    {args: []string{"lint", "-x"}, code: 2, stderr: "not defined: -x"},
		"unknown format":  {args: []string{"lint", "-format", "xml"}, code: 2, stderr: `unknown format "xml"`},
		"unknown mode":    {args: []string{"lint", "-mode", "x"}, code: 2, stderr: `unknown mode "x"`},
		"extra argument":  {args: []string{"merge", "x"}, code: 2, stderr: `unexpected argument "x"`},
		"merge": {
			args:   []string{"merge"},
			stdout: filepath.Join(dir, "dist", "openapi.json") + "\n" + filepath.Join(dir, "dist", "openapi-3.1.json") + "\n",
		},
		"merge with an error":      {args: []string{"merge"}, dir: broken, code: 1, stderr: brokenError},
		"deployable":               {args: []string{"deployable"}, stdout: "deployable.json\n"},
		"deployable -v":            {args: []string{"deployable", "-v"}, stdout: "/info: description: documentation"},
		"deployable with an error": {args: []string{"deployable"}, dir: broken, code: 1, stderr: brokenError},
		"check":                    {args: []string{"check"}},
		"check with an error":      {args: []string{"check"}, dir: broken, code: 1, stderr: brokenError},
		"lint the monorepo":        {args: []string{"lint"}},
		"lint with an error":       {args: []string{"lint"}, dir: broken, code: 2, stderr: brokenError},
		"lint a valid file":        {args: []string{"lint", validFile}},
		"lint an invalid file": {
			args: []string{"lint", validFile, invalidFile}, code: 1,
			stdout: "invalid.yaml:4:1: error: x-amazon-apigateway-policy is a number, not an object [extension-value]\n" +
				"    at /x-amazon-apigateway-policy\n    fix: write",
		},
		"lint for GitHub": {
			args: []string{"lint", "-format=github", invalidFile}, code: 1,
			stdout: ",line=4,col=1,title=extension-value::x-amazon-apigateway-policy is a number, not an object. Fix: write",
		},
		"lint a file with a warning": {
			args:   []string{"lint", warnedFile},
			stdout: "warned.yaml:4:1: warning: x-amazon-apigateway-cors is for HTTP APIs [extension-http-api]\n",
		},
		"lint a file with a warning strictly": {
			args: []string{"lint", "-strict", warnedFile}, code: 1, stdout: "warned.yaml:4:1: warning: ",
		},
		"lint a template":              {args: []string{"lint", "-strict", "-template", templateFile}},
		"lint a template as it stands": {args: []string{"lint", templateFile}, code: 1, stdout: "template.yaml:4:1: error: "},
		"a flag after a file": {
			args: []string{"lint", invalidFile, "-format=github", validFile}, code: 1, stdout: "::error file=",
		},
		"lint a contract": {
			args: []string{"lint", "-mode", "contract", filepath.Join(dir, "context00", "openapi.json")},
		},
		"lint an incomplete file": {
			args: []string{"lint", cutFile, invalidFile}, code: 2, stdout: "invalid.yaml:4:1", stderr: "cut.json:2:1: ",
		},
		"lint a missing file": {
			args: []string{"lint", filepath.Join(dir, "missing.json")}, code: 2, stderr: "missing.json",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			if test.dir == "" {
				test.dir = dir
			}
			if code := run(test.args, test.dir, &stdout, &stderr); code != test.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, test.code, &stdout, &stderr)
			}
			checkOutput(t, "stdout", stdout.String(), test.stdout)
			checkOutput(t, "stderr", stderr.String(), test.stderr)
		})
	}
}

// checkOutput checks that got contains want, or is empty if want is.
func checkOutput(t *testing.T, stream, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) || want == "" && got != "" {
		t.Errorf("%s is %q, want %q in it", stream, got, want)
	}
}

func TestLintWritesJSON(t *testing.T) {
	dir := t.TempDir()
	for name, test := range map[string]struct {
		file string
		want []string // line and location
	}{
		"a finding":   {file: write(t, dir, "invalid.yaml", invalid), want: []string{"4 /x-amazon-apigateway-policy"}},
		"no findings": {file: write(t, dir, "valid.yaml", valid), want: []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			run([]string{"lint", "-format", "json", test.file}, dir, &stdout, &stderr)
			var findings []lint.Finding
			if err := json.Unmarshal([]byte(stdout.String()), &findings); err != nil || findings == nil {
				t.Fatalf("error %v, want a list of findings: %s", err, &stdout)
			}
			got := []string{}
			for _, f := range findings {
				got = append(got, fmt.Sprint(f.Line, " ", f.Pointer))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
