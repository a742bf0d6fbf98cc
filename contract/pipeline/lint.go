package pipeline

import (
	"fmt"
	"strings"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/lint"
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

// Lint lints the contexts' specifications of the monorepo around dir, and the
// documents that are made of them. It writes nothing. Contexts that cannot be
// merged or deployed at all are an error, after their own findings are clean.
func Lint(dir string) ([]lint.Finding, error) {
	m, err := Merge(dir)
	if err != nil {
		return nil, err
	}
	b := Built{Merged: m}
	findings, err := b.lintContexts()
	if err != nil || len(findings) > 0 {
		return findings, err
	}
	if b.Deployable, err = deployable.From(m.Doc, m.Services, deployable.Options{}); err != nil {
		return nil, err
	}
	return b.lint()
}

// lintContexts lints each context's specification, which knows the Go types.
func (b Built) lintContexts() ([]lint.Finding, error) {
	var findings []lint.Finding
	for _, c := range b.Contexts {
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

// lint looks at the contexts first: what is wrong there need not be told again
// of the documents made of them.
func (b Built) lint() ([]lint.Finding, error) {
	findings, err := b.lintContexts()
	if err != nil || len(findings) > 0 {
		return findings, err
	}
	if findings, err = run(Dist+"/"+SpecFile, b.Document, lint.Contract); err != nil || len(findings) > 0 {
		return findings, err
	}
	return run(Dist+"/"+DeployableFile, b.Deployable.Document, lint.Import)
}

func run(name string, data []byte, mode lint.Mode) ([]lint.Finding, error) {
	opts := lint.Options{Mode: mode}
	doc, err := lint.Read(name, data, opts)
	if err != nil {
		return nil, fmt.Errorf("lint: %w", err)
	}
	return lint.Run(doc, opts), nil
}
