package mutate

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/meridian-api/meridian/infra/provision/evaluate"
	"github.com/meridian-api/meridian/infra/terraform"
)

// suites are the modules with tests, in the order in which they are tried.
var suites = []string{"modules/settings", "data", "portal", "bootstrap", "functions", "global", "api"}

// lists is the folder of the lists of values, below the monorepo's root.
const lists = "infra/provision/mutate/values"

// tests are the evaluated tests of all modules.
type tests struct {
	root  string
	files *evaluate.Files
	bases []*evaluate.Base
}

// newTests evaluates the tests of the Terraform below root without a mutant.
func newTests(root string) (*tests, error) {
	t := &tests{root: root, files: evaluate.NewFiles(), bases: make([]*evaluate.Base, len(suites))}
	errs := make([]error, len(suites))
	var working sync.WaitGroup
	for i, name := range suites {
		working.Go(func() {
			suite, err := evaluate.ParseSuite(filepath.Join(root, filepath.FromSlash(terraform.Folder), filepath.FromSlash(name)))
			if err == nil {
				t.bases[i], err = suite.Evaluate(t.files.Load)
			}
			errs[i] = err
		})
	}
	working.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("tests of %s without a mutant: %w", suites[i], err)
		}
	}
	return t, nil
}

// kill returns the error of the first test that a mutant breaks, or nil. With values, a
// value that is not the listed one counts too.
func (t *tests) kill(m Mutant, values bool) error {
	load := t.files.With(m.path, m.Text())
	for _, base := range t.bases {
		if err := base.Evaluate(load, m.path, m.Item, values); err != nil {
			return err
		}
	}
	return nil
}

// outcome is the result of a mutant's tests: the error that killed it, or nil.
type outcome struct {
	Mutant
	killer error
}

// killAll tries the mutants on all processors, and calls done with each outcome.
func (t *tests) killAll(ctx context.Context, mutants []Mutant, done func(outcome)) error {
	var working sync.WaitGroup
	var mu sync.Mutex
	next := make(chan Mutant)
	for range runtime.GOMAXPROCS(0) {
		working.Go(func() {
			for m := range next {
				err := t.kill(m, true)
				mu.Lock()
				done(outcome{m, err})
				mu.Unlock()
			}
		})
	}
	for _, m := range mutants {
		if ctx.Err() != nil {
			break
		}
		next <- m
	}
	close(next)
	working.Wait()
	return ctx.Err()
}

// list returns the path and the contents of the list of values of a suite.
func (t *tests) list(i int) (name, text string, err error) {
	lines, err := t.bases[i].Values()
	if err != nil {
		return "", "", err
	}
	name = filepath.Join(t.root, filepath.FromSlash(lists), path.Base(suites[i])+".txt")
	return name, "# Written by 'go tool mage infra:values' from infra/terraform/" + suites[i] + ": review every change.\n" + strings.Join(lines, "\n") + "\n", nil
}

// compareLists returns an error if a list of values is not the one that the tests lead to.
func (t *tests) compareLists() error {
	for i := range suites {
		name, text, err := t.list(i)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("list of values: %w: write it with 'go tool mage infra:values'", err)
		}
		if string(data) != text {
			return fmt.Errorf("%s is not what infra/terraform/%s sets%s: write it with 'go tool mage infra:values', and review the difference", name, suites[i], firstDifference(string(data), text))
		}
	}
	return nil
}

// firstDifference describes the first line that differs.
func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf(" (line %d is %q, and is now %q)", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf(" (%d lines, and now %d)", len(a), len(b))
}

// WriteValues writes the lists of values of the Terraform of the monorepo at root.
func WriteValues(root string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	t, err := newTests(root)
	if err != nil {
		return err
	}
	for i := range suites {
		name, text, err := t.list(i)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
