package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
)

// contexts is the number of bounded contexts of the operations.
const contexts = 50

// Generate measures the generator on synthetic contexts: up to 3,000 operations in 50
// contexts (10 operations in 10), each with its own types and comments. It builds a
// generator once for each size, as the go command's cache does, and runs it once for
// each context.
func Generate(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	temporary, err := os.MkdirTemp("", "meridian-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "operations\tcontexts\tgenerate ms\tper operation ms\t")
	for _, operations := range []int{10, 100, 1000, 3000} {
		n := min(contexts, operations)
		context := filepath.Join(temporary, fmt.Sprint(operations))
		if err := writeContext(context, ws.Root, operations/n); err != nil {
			return err
		}
		generator := filepath.Join(context, "generator")
		build := command.Go(context, "build", "-mod=mod", "-o", generator, "./api/gen")
		build.Env = []string{"GOWORK=off"}
		if err := build.Run(ctx); err != nil {
			return err
		}
		start := time.Now()
		for range n {
			if err := (command.Command{Name: generator, Args: []string{"-dir", context}}).Run(ctx); err != nil {
				return err
			}
		}
		took := float64(time.Since(start).Microseconds()) / 1e3
		fmt.Fprintf(w, "%d\t%d\t%.0f\t%.2f\t\n", operations, n, took, took/float64(operations))
	}
	return w.Flush()
}

// writeContext writes a bounded context with a number of operations into dir. root is
// the monorepo's.
func writeContext(dir, root string, operations int) error {
	const module = "github.com/meridian-api/meridian/"
	sums, err := os.ReadFile(filepath.Join(root, "accounts", "go.sum"))
	if err != nil {
		return err
	}
	modules, err := os.ReadFile(filepath.Join(root, "accounts", "go.mod"))
	if err != nil {
		return err
	}
	_, requirements, _ := strings.Cut(string(modules), "\n")
	for _, sibling := range []string{"contract", "platform"} {
		requirements += "\nreplace " + module + sibling + " => " + filepath.Join(root, sibling) + "\n"
	}
	for name, content := range map[string]string{
		"go.mod":          "module " + module + "things\n" + requirements,
		"go.sum":          string(sums),
		"api/service.go":  source(operations),
		"api/gen/main.go": "package main\n\nimport (\n\t\"" + module + "contract/generate\"\n\t\"" + module + "things/api\"\n)\n\nfunc main() { generate.Main(api.Service()) }\n",
	} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// source returns the package api of a context with a number of operations and a
// health check.
func source(operations int) string {
	var b, list strings.Builder
	b.WriteString(`// Package api is things.
package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// Things contains the things.
var Things = resource.Table{Name: "things", HashKey: resource.Key{Name: "id", Type: resource.String}}

// Check reports whether the context serves.
var Check = rest.Operation[rest.HealthInput, rest.HealthOutput]{
	ID: "checkThings", Method: http.MethodGet, Path: "/things/health", Public: true, Health: true, Uses: rest.Uses{Things.Get()},
}
`)
	for i := range operations {
		fmt.Fprintf(&list, ", &Put%d", i)
		fmt.Fprintf(&b, `
// Thing%[1]d is a thing.
type Thing%[1]d struct {
	// Name of the thing.
	Name string `+"`json:\"name\" minLength:\"1\" maxLength:\"80\" example:\"Ada\"`"+`
	// Kind of the thing.
	Kind string `+"`json:\"kind\" enum:\"a,b,c\" example:\"a\"`"+`
	// Parts of the thing.
	Parts []string `+"`json:\"parts,omitempty\" maxItems:\"10\"`"+`
}

// Put%[1]d writes a thing.
//
// Calls DynamoDB once.
var Put%[1]d = rest.Operation[Put%[1]dInput, Put%[1]dOutput]{
	ID: "putThing%[1]d", Method: http.MethodPut, Path: "/things/of%[1]d/{id}",
	Scopes: []string{"things/write"}, Problems: []problem.Kind{problem.Conflict}, Uses: rest.Uses{Things.Put()},
}

// Put%[1]dInput is the input of putThing%[1]d.
type Put%[1]dInput struct {
	Caller claims.Caller
	// Identifier of the thing.
	ID string `+"`path:\"id\" format:\"uuid\" example:\"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01\"`"+`
	Body Thing%[1]d
}

// Put%[1]dOutput is the output of putThing%[1]d.
type Put%[1]dOutput struct {
	// Version of the thing.
	ETag string `+"`header:\"ETag\" example:\"\\\"1\\\"\"`"+`
	Body Thing%[1]d
}
`, i)
	}
	fmt.Fprintf(&b, `
// Service is the context.
func Service() rest.Service {
	return rest.Service{
		Name: "things", Title: "Things", Owner: "team-things", Version: "0.1.0",
		Operations: []rest.Described{&Check%s},
		Tables:     []resource.Table{Things},
		Scopes:     map[string]string{"things/write": "Write things."},
	}
}
`, list.String())
	return b.String()
}
