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

// lambdas is the folder of a context's functions. It has a folder for each of them.
const lambdas = "lambda"

// DriftError means that contract, manifest and code of a context disagree.
type DriftError struct{ Differences []string }

// Error returns a line for each difference.
func (e *DriftError) Error() string { return strings.Join(e.Differences, "\n") }

// Check compares, in each context of the monorepo around dir, the operations of
// openapi.json with the functions of service.json, and the functions with the folders
// of the Lambdas. It returns a *DriftError with every difference, sorted.
func Check(dir string) error {
	w, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	return CheckWorkspace(w)
}

// CheckWorkspace does the same as Check for a workspace, in which contexts can be pinned.
func CheckWorkspace(w workspace.Workspace) error {
	list, err := contexts(w)
	if err != nil {
		return err
	}
	var differences []string
	for _, c := range list {
		found, err := compare(c)
		if err != nil {
			return err
		}
		differences = append(differences, found...)
	}
	if len(differences) > 0 {
		slices.Sort(differences)
		return &DriftError{Differences: differences}
	}
	return nil
}

// compare returns the differences in one context.
func compare(c workspace.Context) ([]string, error) {
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
	d := comparison{context: c, doc: doc, service: service}
	if service.Name != c.Name {
		d.report("%s has the name %q, but the context's folder is %q: use one name", c.ManifestPath(), service.Name, c.Name)
	}
	d.compareFiles()
	d.compareFolders(folders)
	return d.differences, nil
}

// comparison collects the differences in one context.
type comparison struct {
	context     workspace.Context
	doc         *openapi3.T
	service     *manifest.Service
	differences []string
}

func (d *comparison) report(format string, args ...any) {
	d.differences = append(d.differences, fmt.Sprintf(format, args...))
}

// compareFiles compares the two generated files with each other.
func (d *comparison) compareFiles() {
	spec, service := d.context.SpecPath(), d.context.ManifestPath()
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
				d.report("%s declares the operation %s (%s %s), but %s has no function for it: %s",
					spec, o.OperationID, method, route, service, manifest.Regenerate)
			case f.Method != method || f.Path != route:
				d.report("%s declares the operation %s at %s %s, but %s has its function at %s %s: %s",
					spec, o.OperationID, method, route, service, f.Method, f.Path, manifest.Regenerate)
			}
		}
	}
	for name, f := range d.service.Functions {
		if !declared[f.OperationID] {
			d.report("%s has the function %s, but %s does not declare its operation %s: %s",
				service, name, spec, f.OperationID, manifest.Regenerate)
		}
	}
}

// compareFolders compares the functions with the folders that have code.
func (d *comparison) compareFolders(found map[string]bool) {
	name := d.context.Name
	for _, f := range d.service.Functions {
		if !found[f.Source] {
			d.report("the operation %s of %s has no Lambda: write %s/%s/main.go", f.OperationID, name, name, f.Source)
		}
		delete(found, f.Source)
	}
	for folder := range found {
		d.report("the Lambda %s/%s has no operation: declare %s in %s/api and add it to its Service, or remove the folder",
			name, folder, operationOf(path.Base(folder)), name)
	}
}

// lambdaFolders returns the folders with Go code below the context's lambda folder, as
// a set of paths from the context with slashes.
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

// operationOf returns the operationId for a folder's name: getAccount for get-account.
func operationOf(folder string) string {
	parts := strings.Split(folder, "-")
	for i, part := range parts[1:] {
		if part != "" {
			parts[i+1] = string(unicode.ToUpper(rune(part[0]))) + part[1:]
		}
	}
	return strings.Join(parts, "")
}
