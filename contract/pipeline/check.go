package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// lambdas is the folder of a context's functions: one folder a route.
const lambdas = "lambda"

// DriftError lists where contract, manifest and code disagree, sorted.
type DriftError struct{ Problems []string }

// Error is one line for each problem.
func (e *DriftError) Error() string { return strings.Join(e.Problems, "\n") }

// Check compares what each context of the monorepo around dir declares with
// what it has: the operations of openapi.json with the functions of
// service.json, and those with the folders of the Lambdas. It fails with a
// *DriftError that lists every difference.
func Check(dir string) error {
	w, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	list, err := contexts(w)
	if err != nil {
		return err
	}
	var problems []string
	for _, c := range list {
		more, err := drift(c)
		if err != nil {
			return err
		}
		problems = append(problems, more...)
	}
	if len(problems) > 0 {
		slices.Sort(problems)
		return &DriftError{Problems: problems}
	}
	return nil
}

func drift(c workspace.Context) ([]string, error) {
	doc, err := c.Spec()
	if err != nil {
		return nil, err
	}
	service, err := c.Manifest()
	if err != nil {
		return nil, err
	}
	folders, err := lambdaFolders(c)
	if err != nil {
		return nil, err
	}
	d := differences{context: c, doc: doc, service: service}
	if service.Name != c.Name {
		d.add("%s is called %q, and the context's folder %q", c.ManifestPath(), service.Name, c.Name)
	}
	d.files()
	d.folders(folders)
	return d.problems, nil
}

// differences gathers those of one context.
type differences struct {
	context  workspace.Context
	doc      *openapi3.T
	service  *manifest.Service
	problems []string
}

func (d *differences) add(format string, args ...any) {
	d.problems = append(d.problems, fmt.Sprintf(format, args...))
}

// files compares the two generated files with each other.
func (d *differences) files() {
	spec, list := d.context.SpecPath(), d.context.ManifestPath()
	functions := map[string]manifest.Function{} // by operationId
	for _, f := range d.service.Functions {
		functions[f.OperationID] = f
	}
	declared := map[string]bool{}
	for _, route := range d.doc.Paths.Keys() {
		for method, o := range d.doc.Paths.Value(route).Operations() {
			declared[o.OperationID] = true
			f, ok := functions[o.OperationID]
			switch {
			case !ok:
				d.add("%s has the operation %s (%s %s), and %s no function for it: %s", spec, o.OperationID, method, route, list, manifest.Regenerate)
			case f.Method != method || f.Path != route:
				d.add("%s has the operation %s at %s %s, and %s its function at %s %s: %s", spec, o.OperationID, method, route, list, f.Method, f.Path, manifest.Regenerate)
			}
		}
	}
	for name, f := range d.service.Functions {
		if !declared[f.OperationID] {
			d.add("%s has the function %s, and %s no operation %s: %s", list, name, spec, f.OperationID, manifest.Regenerate)
		}
	}
}

// folders compares the functions with the code that is there.
func (d *differences) folders(found map[string]bool) {
	name := d.context.Name
	for _, f := range d.service.Functions {
		if !found[f.Source] {
			d.add("the operation %s of %s has no Lambda: write %s/%s/main.go", f.OperationID, name, name, f.Source)
		}
		delete(found, f.Source)
	}
	for folder := range found {
		d.add("the Lambda %s/%s has no operation: declare %s in %s/api and add it to its Service, or remove the folder",
			name, folder, operationOf(path.Base(folder)), name)
	}
}

// lambdaFolders are the folders with Go code below the context's lambda
// folder, by path from the context, with slashes.
func lambdaFolders(c workspace.Context) (map[string]bool, error) {
	folders := map[string]bool{}
	entries, err := os.ReadDir(filepath.Join(c.Dir, lambdas))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("context %s: %w", c.Name, err)
	}
	for _, e := range entries {
		code, err := filepath.Glob(filepath.Join(c.Dir, lambdas, e.Name(), "*.go"))
		if err != nil {
			return nil, fmt.Errorf("context %s: %w", c.Name, err)
		}
		if e.IsDir() && len(code) > 0 {
			folders[lambdas+"/"+e.Name()] = true
		}
	}
	return folders, nil
}

// operationOf is the operationId that a folder's name stands for.
func operationOf(folder string) string {
	words := strings.Split(folder, "-")
	for i, w := range words[1:] {
		if w != "" {
			words[i+1] = string(unicode.ToUpper(rune(w[0]))) + w[1:]
		}
	}
	return strings.Join(words, "")
}
