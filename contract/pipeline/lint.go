package pipeline

import (
	"strings"

	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/workspace"
)

// FindingsError is what the lint found.
type FindingsError struct{ Findings []lint.Finding }

// Error is the findings as text.
func (e *FindingsError) Error() string {
	var b strings.Builder
	if err := lint.WriteText(&b, e.Findings); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Lint lints the contexts' specifications of the monorepo around dir, and, once
// they are clean, the documents that are made of them. It writes nothing.
// Specifications that cannot be read, merged or deployed are an error.
func Lint(dir string) ([]lint.Finding, error) {
	_, findings, err := build(dir)
	return findings, err
}

func lintContexts(contexts []workspace.Context) ([]lint.Finding, error) {
	var findings []lint.Finding
	for _, c := range contexts {
		data, err := c.SpecData()
		if err != nil {
			return nil, err
		}
		more, err := run(c.SpecPath(), data, lint.Contract)
		if err != nil {
			return nil, err
		}
		findings = append(findings, more...)
	}
	return findings, nil
}

func run(name string, data []byte, mode lint.Mode) ([]lint.Finding, error) {
	opts := lint.Options{Mode: mode}
	doc, err := lint.Read(name, data, opts)
	if err != nil {
		return nil, err
	}
	return lint.Run(doc, opts), nil
}
