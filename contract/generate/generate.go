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
	"errors"
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
	g.checkTypes()
	if err := g.faults.err(); err != nil {
		return nil, nil, err // a schema of a wrong type would only add noise
	}
	doc := g.document()
	if err := g.faults.err(); err != nil {
		return nil, nil, err
	}
	if err := openapi3.NewLoader().ResolveRefsIn(doc, nil); err != nil {
		return nil, nil, fmt.Errorf("resolve the references of %s: %w", svc.Name, err)
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
}

// operation is an operation with its place and words in the source.
type operation struct {
	rest.Description
	comments.Variable
	// params are the input's parameters, headers the output's.
	params, headers []rest.Parameter
}

// ID is the operation's, whatever the source's literal says.
func (o *operation) id() string { return o.Description.ID }

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
		id := o.id()
		if found := byID[id]; len(found) > 0 {
			o.Variable = found[0]
			if len(found) > 1 {
				byID[id] = found[1:] // the next one of the same ID, which is refused, is the next variable
			}
		}
		switch {
		case o.Variable.Name == "":
			g.faults.add(o.At, "operation %s: no variable in package %s holds it: declare it as var Name = rest.Operation[In, Out]{ID: %q, ...}",
				id, contractFolder, id)
		case listed[id]:
			g.faults.add(o.At, "operation %s: the ID is taken: IDs are unique", id)
		}
		listed[id] = true
		list = append(list, o)
	}
	for _, v := range g.source.Operations() {
		if !listed[v.ID] {
			g.faults.add(v.At, "operation %s: not among the Operations of Service()", cmp.Or(v.ID, v.Name))
		}
	}
	return list
}

// refuse reports what is wrong with an operation.
func (g *generation) refuse(o *operation, format string, args ...any) {
	g.faults.add(o.At, "operation %s: %s", o.id(), fmt.Errorf(format, args...))
}

// errNoComment is the fault of a thing that clients would find without a word.
var errNoComment = errors.New("needs a doc comment: it is the description in the specification")
