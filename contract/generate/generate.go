// Package generate generates a context's specification (openapi.json) and manifest
// (service.json) from its contract: from the operations, which are Go values, and
// from their doc comments, which become the descriptions.
//
//	func main() { generate.Main(api.Service()) }
//
// is the complete generator of a context. If the contract is wrong or lacks a
// comment, it writes no files and reports all errors, each with its position in the
// source.
package generate

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// contractFolder is the folder of a context's module with its contract.
const contractFolder = "api"

// Generate returns the specification and the manifest of a context. The folder dir
// contains its module, and dir's folder api the package of its contract. The error
// joins all errors in the order of the source.
func Generate(svc rest.Service, dir string) (*openapi3.T, *manifest.Service, error) {
	svc.Tables, svc.Secrets = svc.AllTables(), svc.AllSecrets()
	source, err := comments.Load(dir, contractFolder, documented(svc))
	if err != nil {
		return nil, nil, err
	}
	g := &generation{svc: svc, source: source}
	g.schemas = newSchemas(&g.errs, source)
	g.operations = g.match()

	g.checkService()
	g.checkResources()
	g.checkOperations()
	g.checkBodies()
	if g.fatal {
		return nil, nil, g.errs.err()
	}
	doc := g.document()
	g.schemas.checkNames()
	if err := openapi3.NewLoader().ResolveRefsIn(doc, nil); err != nil {
		return nil, nil, cmp.Or(g.errs.err(), fmt.Errorf("resolve the references of %s: %w", svc.Name, err))
	}
	g.schemas.checkExamples()
	if err := g.errs.err(); err != nil {
		return nil, nil, err
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		return nil, nil, fmt.Errorf("validate the specification of %s: %w", svc.Name, err)
	}
	return doc, g.manifest(), nil
}

// generation is one run.
type generation struct {
	svc        rest.Service
	source     *comments.Source
	schemas    *schemas
	operations []*operation
	errs       sourceErrors
	// fatal is set by errors with which no document can be built. With other errors,
	// the document is still built, to check examples and names.
	fatal bool
}

// operation is an operation with its comment and its position in the source.
type operation struct {
	rest.Description
	source comments.Variable
	// params are the parameters of the input, headers the headers of the output.
	params, headers []rest.Parameter
}

// documented returns the packages of all types that need comments, sorted.
func documented(svc rest.Service) []string {
	paths := []string{reflect.TypeFor[problem.Problem]().PkgPath()}
	for _, o := range svc.Operations {
		d := o.Describe()
		for _, t := range append(structs(d.Input, nil), structs(d.Output, nil)...) {
			paths = append(paths, t.PkgPath())
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	return slices.DeleteFunc(paths, func(p string) bool { return p == "" })
}

// match finds the variable of each operation in the source, by its ID.
func (g *generation) match() []*operation {
	byID := map[string][]comments.Variable{}
	for _, v := range g.source.Operations() {
		byID[v.ID] = append(byID[v.ID], v)
	}
	var list []*operation
	listed := map[string]bool{}
	for _, described := range g.svc.Operations {
		o := &operation{Description: described.Describe()}
		if found := byID[o.ID]; len(found) > 0 {
			o.source = found[0]
			if len(found) > 1 {
				byID[o.ID] = found[1:] // so that operations with one ID, an error, have their own positions
			}
		} else {
			o.source.At = g.source.Service()
			g.refuse(o, "package %s has no variable for it: declare var Name = rest.Operation[In, Out]{ID: %q, ...}",
				contractFolder, o.ID)
		}
		if listed[o.ID] {
			g.refuse(o, "another operation has the same ID")
		}
		listed[o.ID] = true
		list = append(list, o)
	}
	for _, v := range g.source.Operations() {
		if !listed[v.ID] {
			g.errs.add(v.At, "operation %s: is not in the Operations of Service()", cmp.Or(v.ID, v.Name))
		}
	}
	return list
}

// refuse adds an error about an operation.
func (g *generation) refuse(o *operation, format string, args ...any) {
	g.errs.add(o.source.At, "operation %s: "+format, append([]any{o.ID}, args...)...)
}
