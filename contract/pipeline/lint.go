package pipeline

import (
	"errors"
	"strings"

	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// FindingsError means that the lint has findings.
type FindingsError struct{ Findings []lint.Finding }

// Error returns the findings as text.
func (e *FindingsError) Error() string {
	var b strings.Builder
	if err := lint.WriteText(&b, e.Findings); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Lint lints the contexts' specifications of the monorepo around dir and, if they have
// no findings, the documents that are built from them. It writes nothing. It fails if
// a specification cannot be read, merged or deployed.
func Lint(dir string) ([]lint.Finding, error) {
	w, err := workspace.Find(dir)
	if err != nil {
		return nil, err
	}
	_, findings, err := build(w)
	return findings, err
}

func lintContexts(contexts []workspace.Context) ([]lint.Finding, error) {
	var findings []lint.Finding
	for _, c := range contexts {
		if c.Pin != nil {
			continue
		}
		data, err := c.SpecData()
		if err != nil {
			return nil, err
		}
		found, err := run(c.SpecPath(), data, lint.Contract)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 { // they would be about another form of the file
			if _, err := c.Spec(); errors.As(err, new(*manifest.FormatError)) {
				return nil, err
			}
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// run lints one document; name is its name in the findings.
func run(name string, data []byte, mode lint.Mode) ([]lint.Finding, error) {
	opts := lint.Options{Mode: mode}
	doc, err := lint.Read(name, data, opts)
	if err != nil {
		return nil, err
	}
	return lint.Run(doc, opts), nil
}
