// Package generate makes a context's specification (openapi.json) and manifest
// (service.json) of its contract: the operations as Go values, and their doc
// comments as the words.
//
//	func main() { generate.Main(api.Service()) }
//
// is a context's whole generator. A contract that is wrong or lacks a comment
// gives no files but errors, all at once, each with its place in the source.
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

// contractFolder is the folder of a context's module that holds its contract.
const contractFolder = "api"

// Generate makes the specification and the manifest of the context whose
// module is in the folder dir; its contract is the package in dir's folder api.
// The error joins everything that is wrong, in the order of the source.
func Generate(svc rest.Service, dir string) (*openapi3.T, *manifest.Service, error) {
	source, err := comments.Load(dir, contractFolder, documented(svc))
	if err != nil {
		return nil, nil, err
	}
	g := &generation{svc: svc, source: source}
	g.schemas = newSchemas(&g.faults, source)
	g.operations = g.match()

	g.checkService()
	g.checkResources()
	g.checkOperations()
	g.checkBodies()
	if g.unfit {
		return nil, nil, g.faults.err()
	}
	doc := g.document()
	if err := openapi3.NewLoader().ResolveRefsIn(doc, nil); err != nil {
		return nil, nil, cmp.Or(g.faults.err(), fmt.Errorf("resolve the references of %s: %w", svc.Name, err))
	}
	g.schemas.checkExamples()
	if err := g.faults.err(); err != nil {
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
	faults     faults
	// unfit tells that there are faults of which no document can be made. Others
	// leave one that shows whether examples and names are right too.
	unfit bool
}

// operation is an operation with its place and words in the source.
type operation struct {
	rest.Description
	source comments.Variable
	// params are the input's parameters, headers the output's.
	params, headers []rest.Parameter
}

// documented lists the packages of all types that need comments, sorted.
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
				byID[o.ID] = found[1:] // of operations with the same ID, which are refused, each has its place
			}
		} else {
			o.source.At = g.source.Service()
			g.refuse(o, "no variable of package %s holds it: declare it as var Name = rest.Operation[In, Out]{ID: %q, ...}",
				contractFolder, o.ID)
		}
		if listed[o.ID] {
			g.refuse(o, "the ID is taken: IDs are unique")
		}
		listed[o.ID] = true
		list = append(list, o)
	}
	for _, v := range g.source.Operations() {
		if !listed[v.ID] {
			g.faults.add(v.At, "operation %s: is not among the Operations of Service()", cmp.Or(v.ID, v.Name))
		}
	}
	return list
}

// refuse reports what is wrong with an operation.
func (g *generation) refuse(o *operation, format string, args ...any) {
	g.faults.add(o.source.At, "operation %s: "+format, append([]any{o.ID}, args...)...)
}
