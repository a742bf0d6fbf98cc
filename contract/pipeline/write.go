package pipeline

import (
	"cmp"
	"fmt"
	"io"

	"github.com/meridian-api/meridian/contract/lint"
)

// WriteDocuments calls Build and prints the paths of the documents. With verbose it
// first prints what the deployable document leaves out, and why.
func WriteDocuments(dir string, verbose bool, out io.Writer) error {
	built, err := Build(dir)
	if err != nil {
		return err
	}
	if verbose {
		for _, s := range built.Deployable.Stripped {
			fmt.Fprintf(out, "%s: %s: %s\n", cmp.Or(s.Pointer, "(the document)"), s.Keyword, s.Why)
		}
	}
	_, err = fmt.Fprintf(out, "%s\n%s\n%s\n", built.SpecPath, built.Spec31Path, built.DeployablePath)
	return err
}

// WriteFindings calls Lint and prints the findings. It fails if there are any.
func WriteFindings(dir string, out io.Writer) error {
	findings, err := Lint(dir)
	if err != nil {
		return err
	}
	if err := lint.WriteText(out, findings); err != nil {
		return err
	}
	if len(findings) > 0 {
		return fmt.Errorf("lint: %d findings", len(findings))
	}
	return nil
}
