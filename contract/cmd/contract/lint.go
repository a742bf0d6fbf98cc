package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/pipeline"
)

var modes = map[string]lint.Mode{"import": lint.Import, "contract": lint.Contract}

func runLint(args []string, dir string, stdout, stderr io.Writer) int {
	var mode, format string
	var strict, template bool
	files, parsed := parseFlags("lint", args, stderr, func(set *flag.FlagSet) {
		set.StringVar(&mode, "mode", "import", "")
		set.StringVar(&format, "format", "text", "")
		set.BoolVar(&strict, "strict", false, "")
		set.BoolVar(&template, "template", false, "")
	})
	chosen, known := modes[mode]
	write := lint.Formats[format]
	switch {
	case !parsed:
		return unreadable
	case !known:
		fmt.Fprintf(stderr, "contract lint: unknown mode %q\n%s", mode, usage)
		return unreadable
	case write == nil:
		fmt.Fprintf(stderr, "contract lint: unknown format %q\n%s", format, usage)
		return unreadable
	}
	findings, readable := lintFiles(files, dir, lint.Options{Mode: chosen, Template: template}, stderr)
	if err := write(stdout, findings); err != nil {
		fmt.Fprintln(stderr, err)
		return unreadable
	}
	switch {
	case !readable:
		return unreadable
	case fails(findings, strict || len(files) == 0): // the monorepo's own documents have no findings at all
		return checkFailed
	}
	return ok
}

// fails reports whether findings fail the check: errors, and with strict all.
func fails(findings []lint.Finding, strict bool) bool {
	return slices.ContainsFunc(findings, func(f lint.Finding) bool { return strict || f.Severity == lint.Error })
}

// lintFiles lints the files, or the documents of the monorepo if there are no
// files. A file that cannot be read does not prevent the others from being linted.
func lintFiles(
	files []string, dir string, opts lint.Options, stderr io.Writer,
) (findings []lint.Finding, readable bool) {
	if len(files) == 0 {
		findings, err := pipeline.Lint(dir)
		if err != nil {
			fmt.Fprintln(stderr, err)
		}
		return findings, err == nil
	}
	readable = true
	for _, name := range files {
		data, err := os.ReadFile(name)
		var doc *lint.Document
		if err == nil {
			doc, err = lint.Read(name, data, opts)
		}
		if err != nil {
			fmt.Fprintln(stderr, err)
			readable = false
			continue
		}
		findings = append(findings, lint.Run(doc, opts)...)
	}
	return findings, readable
}
