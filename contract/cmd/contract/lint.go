package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/pipeline"
)

var modes = map[string]lint.Mode{"import": lint.Import, "contract": lint.Contract}

func runLint(args []string, dir string, out, errors io.Writer) int {
	var mode, format string
	files, parsed := flags("lint", args, errors, func(set *flag.FlagSet) {
		set.StringVar(&mode, "mode", "import", "")
		set.StringVar(&format, "format", "text", "")
	})
	chosen, known := modes[mode]
	write := lint.Formats[format]
	if !parsed || !known || write == nil {
		if parsed {
			fmt.Fprint(errors, usage)
		}
		return unreadable
	}
	findings, readable := lintFiles(files, dir, lint.Options{Mode: chosen}, errors)
	if err := write(out, findings); err != nil {
		fmt.Fprintln(errors, err)
		return unreadable
	}
	switch {
	case !readable:
		return unreadable
	case len(findings) > 0:
		return found
	}
	return ok
}

// lintFiles lints each file that can be read; one that cannot does not keep the
// others from being linted.
func lintFiles(files []string, dir string, opts lint.Options, errors io.Writer) (findings []lint.Finding, readable bool) {
	if len(files) == 0 {
		findings, err := pipeline.Lint(dir)
		if err != nil {
			fmt.Fprintln(errors, err)
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
			fmt.Fprintln(errors, err)
			readable = false
			continue
		}
		findings = append(findings, lint.Run(doc, opts)...)
	}
	return findings, readable
}
