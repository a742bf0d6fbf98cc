package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

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
	var problems []string
	if service.Name != c.Name {
		problems = append(problems, fmt.Sprintf("%s is called %q, and the context's folder %q", c.ManifestPath(), service.Name, c.Name))
	}
	functions := map[string]manifest.Function{} // by operationId
	for _, f := range service.Functions {
		functions[f.OperationID] = f
	}
	declared := map[string]bool{}
	for _, p := range doc.Paths.Keys() {
		for method, o := range doc.Paths.Value(p).Operations() {
			declared[o.OperationID] = true
			f, ok := functions[o.OperationID]
			switch {
			case !ok:
				problems = append(problems, fmt.Sprintf("%s has the operation %s (%s %s), and %s no function for it: run 'go tool mage generate'",
					c.SpecPath(), o.OperationID, method, p, c.ManifestPath()))
			case f.Method != method || f.Path != p:
				problems = append(problems, fmt.Sprintf("%s has the operation %s at %s %s, and %s its function at %s %s: run 'go tool mage generate'",
					c.SpecPath(), o.OperationID, method, p, c.ManifestPath(), f.Method, f.Path))
			}
		}
	}
	folders, err := lambdaFolders(c)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(service.Functions)) {
		f := service.Functions[name]
		if !declared[f.OperationID] {
			problems = append(problems, fmt.Sprintf("%s has the function %s, and %s no operation %s: run 'go tool mage generate'",
				c.ManifestPath(), name, c.SpecPath(), f.OperationID))
		}
		if !folders[f.Source] {
			problems = append(problems, fmt.Sprintf("the operation %s of %s has no Lambda: write %s/%s/main.go", f.OperationID, c.Name, c.Name, f.Source))
		}
		delete(folders, f.Source)
	}
	for folder := range folders {
		problems = append(problems, fmt.Sprintf("the Lambda %s/%s has no operation: declare %s in %s/api and add it to its Service, or remove the folder",
			c.Name, folder, operationOf(path.Base(folder)), c.Name))
	}
	return problems, nil
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
