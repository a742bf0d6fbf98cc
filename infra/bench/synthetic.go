package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// modulePrefix begins the path of every module of the monorepo.
const modulePrefix = "github.com/meridian-api/meridian/"

// synthetic is a bounded context that is generated for a benchmark.
type synthetic struct {
	// name is the context's name: lower-case letters.
	name string
	// operations is their number, without the health check.
	operations int
}

// write writes the context into the folder dir. requirements follow the module line of
// its go.mod, and sums is its go.sum.
func (s synthetic) write(dir, requirements, sums string) error {
	return writeFiles(dir, map[string]string{
		"go.mod":          "module " + modulePrefix + s.name + "\n" + requirements,
		"go.sum":          sums,
		"api/service.go":  s.api(),
		"api/gen/main.go": s.expand(generatorSource),
	})
}

// writeLambdas writes the context's functions, which respond without a table.
func (s synthetic) writeLambdas(dir string) error {
	files := map[string]string{"lambda/check-" + s.name + "/main.go": s.expand(healthSource)}
	for i := range s.operations {
		files[fmt.Sprintf("lambda/call-%s-%s/main.go", s.name, letters(i))] = s.expand(handlerSource, "NUMBER", title(letters(i)))
	}
	return writeFiles(dir, files)
}

// api returns the source of the context's operations.
func (s synthetic) api() string {
	var b, list strings.Builder
	b.WriteString(s.expand(serviceSource))
	for i := range s.operations {
		n, method := title(letters(i)), methods[i%len(methods)]
		fmt.Fprintf(&list, ", &Call%s", n)
		path, body := "/"+s.name+"/{id}", ""
		if group := i / len(methods); group > 0 {
			path += "/" + letters(group)
		}
		if method != "Get" && method != "Delete" {
			body = "\tBody TITLENUMBER\n"
		}
		b.WriteString(s.expand(s.expand(operationSource, "METHOD", method, "PATH", path, "BODY\n", body), "NUMBER", n))
	}
	b.WriteString(s.expand(declarationSource, "OPERATIONS", list.String()))
	return b.String()
}

// expand replaces the placeholders of a source: NAME and TITLE are the context's.
func (s synthetic) expand(source string, pairs ...string) string {
	pairs = append(pairs, "MODULES/", modulePrefix, "NAME", s.name, "TITLE", title(s.name), "QUOTE", "`")
	return strings.NewReplacer(pairs...).Replace(source)
}

// methods are the methods of a path: API Gateway limits the paths of an API, and not the
// methods.
var methods = []string{"Get", "Put", "Post", "Patch", "Delete"}

// letters returns a number from 0 to 675 as two letters.
func letters(n int) string { return string([]byte{byte('a' + n/26), byte('a' + n%26)}) }

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func writeFiles(dir string, files map[string]string) error {
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

const generatorSource = `// Command gen writes the generated files of a synthetic context.
package main

import (
	"MODULES/contract/generate"
	"MODULES/NAME/api"
)

func main() { generate.Main(api.Service()) }
`

const healthSource = `// Command check-NAME serves checkTITLE.
package main

import (
	"context"

	"MODULES/platform/adapter"
	"MODULES/NAME/api"
)

func main() {
	adapter.Start(api.Check, adapter.Health(func(context.Context) error { return nil }))
}
`

const handlerSource = `// Command call serves callTITLENUMBER.
package main

import (
	"context"

	"MODULES/platform/adapter"
	"MODULES/NAME/api"
)

func main() { adapter.Start(api.CallNUMBER, call) }

func call(context.Context, api.CallNUMBERInput) (api.CallNUMBEROutput, error) {
	return api.CallNUMBEROutput{ETag: "\"1\"", Body: api.TITLENUMBER{Name: "Ada", Kind: "a"}}, nil
}
`

const serviceSource = `// Package api is a synthetic contract.
package api

import (
	"net/http"

	"MODULES/platform/claims"
	"MODULES/platform/problem"
	"MODULES/platform/resource"
	"MODULES/platform/rest"
)

// Table contains the things.
var Table = resource.Table{Name: "NAME", HashKey: resource.Key{Name: "id", Type: resource.String}}

// Check reports whether the context serves.
var Check = rest.Operation[rest.HealthInput, rest.HealthOutput]{
	ID: "checkTITLE", Method: http.MethodGet, Path: "/NAME/health", Public: true, Health: true, Uses: rest.Uses{Table.Get()},
}
`

const operationSource = `
// TITLENUMBER is a thing.
type TITLENUMBER struct {
	// Name of the thing.
	Name string QUOTEjson:"name" minLength:"1" maxLength:"80" example:"Ada"QUOTE
	// Kind of the thing.
	Kind string QUOTEjson:"kind" enum:"a,b,c" example:"a"QUOTE
	// Parts of the thing.
	Parts []string QUOTEjson:"parts,omitempty" maxItems:"10"QUOTE
}

// CallNUMBER returns a thing.
//
// Calls DynamoDB once.
var CallNUMBER = rest.Operation[CallNUMBERInput, CallNUMBEROutput]{
	ID: "callTITLENUMBER", Method: http.MethodMETHOD, Path: "PATH",
	Scopes: []string{"NAME/write"}, Problems: []problem.Kind{problem.Conflict}, Uses: rest.Uses{Table.Put()},
}

// CallNUMBERInput is the input of callTITLENUMBER.
type CallNUMBERInput struct {
	Caller claims.Caller
	// Identifier of the thing.
	ID string QUOTEpath:"id" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"QUOTE
BODY
}

// CallNUMBEROutput is the output of callTITLENUMBER.
type CallNUMBEROutput struct {
	// Version of the thing.
	ETag string QUOTEheader:"ETag" example:"\"1\""QUOTE
	Body TITLENUMBER
}
`

const declarationSource = `
// Service is the context.
func Service() rest.Service {
	return rest.Service{
		Name: "NAME", Title: "TITLE", Owner: "team-NAME", Version: "0.1.0",
		Operations: []rest.Described{&CheckOPERATIONS},
		Tables:     []resource.Table{Table},
		Scopes:     map[string]string{"NAME/write": "Write things."},
	}
}
`
