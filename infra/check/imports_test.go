package check

import (
	"path/filepath"
	"strings"
	"testing"
)

// source returns a Go file that imports the packages.
func source(name string, imports ...string) string {
	text := "package " + name + "\n"
	for _, i := range imports {
		text += "import _ \"example.com/" + i + "\"\n"
	}
	if name == "main" {
		text += "func main() {}\n"
	}
	return text
}

func TestImports(t *testing.T) {
	asDesigned := map[string]string{
		"platform/problem/p.go":    source("problem"),
		"platform/rest/r.go":       source("rest", "platform/problem"),
		"platform/adapter/a.go":    source("adapter", "platform/rest"),
		"contract/c.go":            source("contract", "platform/rest"),
		"orders/o.go":              source("orders", "platform/problem"),
		"orders/api/a.go":          source("api", "orders", "platform/rest"),
		"orders/api/gen/m.go":      source("main", "orders/api", "contract"),
		"orders/store/s.go":        source("store", "orders"),
		"orders/store/s_test.go":   source("store", "orders/api"),
		"orders/lambda/get/m.go":   source("main", "orders", "orders/api", "orders/store", "platform/adapter"),
		"invoices/i.go":            source("invoices"),
		"infra/i.go":               source("infra", "contract", "platform/adapter"),
		"invoices/lambda/put/m.go": source("main", "platform/adapter"),
	}
	for _, test := range []struct {
		name    string
		file    string
		content string
		want    string
	}{
		{name: "as designed"},
		{
			name: "context imports another", file: "orders/x.go", content: source("orders", "invoices"),
			want: "example.com/orders imports example.com/invoices: orders may import of this workspace only platform, itself",
		},
		{
			name: "test of a context imports another", file: "orders/x_test.go", content: source("orders", "invoices"),
			want: "example.com/orders imports example.com/invoices",
		},
		{
			name: "Lambda imports contract", file: "orders/lambda/get/x.go",
			content: "package main\nimport _ \"example.com/contract\"\n",
			want:    "example.com/orders/lambda/get imports example.com/contract",
		},
		{
			name: "infra imports a context", file: "infra/x.go", content: source("infra", "orders"),
			want: "example.com/infra imports example.com/orders: infra may import of this workspace only contract, platform",
		},
		{
			name: "platform imports contract", file: "platform/q/x.go", content: source("q", "contract"),
			want: "example.com/platform/q imports example.com/contract: platform may import of this workspace only itself",
		},
		{
			name: "store imports the operations", file: "orders/store/x.go", content: source("store", "orders/api"),
			want: "example.com/orders/store imports example.com/orders/api: the layer store may import of its context only",
		},
		{
			name: "test of contract imports the runtime", file: "contract/x_test.go",
			content: source("contract_test", "platform/adapter"),
			want:    "example.com/contract imports example.com/platform/adapter: the layer contract may import of platform only",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := writeWorkspace(t, asDesigned)
			if test.file != "" {
				write(t, filepath.Join(root, test.file), test.content)
			}
			modules, err := Modules(t.Context(), root)
			if err != nil {
				t.Fatal(err)
			}
			err = Imports(t.Context(), modules)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestCheckLayer(t *testing.T) {
	var modules []Module
	for _, name := range []string{"platform", "contract", "infra", "orders"} {
		modules = append(modules, Module{Path: "example.com/" + name, Dir: name})
	}
	for _, test := range []struct {
		pkg     string
		imports string // of the workspace
		depends string // anything
		want    string // after the package's path; empty if allowed
	}{
		{pkg: "orders", imports: "platform/problem"},
		{pkg: "orders", imports: "orders/calendar"},
		{
			pkg: "orders", imports: "orders/store",
			want: " imports example.com/orders/store: the layer domain may import of its context only itself",
		},
		{pkg: "orders", imports: "orders/api", want: " imports example.com/orders/api: the layer domain"},
		{
			pkg: "orders", imports: "platform/rest",
			want: " imports example.com/platform/rest: " +
				"the layer domain may import of platform only precondition, problem, itself",
		},
		{
			pkg: "orders", imports: "platform/idempotency",
			want: " imports example.com/platform/idempotency: the layer domain",
		},
		{pkg: "orders", imports: "platform/precondition"},
		{pkg: "orders", depends: "net/http", want: " depends on net/http: the domain knows no HTTP"},
		{pkg: "orders", depends: "net/url"},
		{pkg: "orders/calendar", imports: "orders"},
		{
			pkg: "orders/calendar", imports: "orders/store",
			want: " imports example.com/orders/store: the layer domain",
		},
		{
			pkg: "orders/calendar", depends: "net/http/httptest",
			want: " depends on net/http/httptest: the domain knows no HTTP",
		},

		{pkg: "orders/tables", imports: "platform/resource"},
		{
			pkg: "orders/tables", imports: "platform/dynamodb",
			want: " imports example.com/platform/dynamodb: the layer tables may import of platform only resource",
		},
		{
			pkg: "orders/tables", imports: "orders",
			want: " imports example.com/orders: the layer tables may import of its context only itself",
		},

		{pkg: "orders/store", imports: "orders"},
		{pkg: "orders/store", imports: "orders/tables"},
		{pkg: "orders/store", imports: "platform/precondition"},
		{
			pkg: "orders/store", imports: "orders/api",
			want: " imports example.com/orders/api: the layer store may import of its context only domain, tables, itself",
		},
		{
			pkg: "orders/store", imports: "orders/lambda/get",
			want: " imports example.com/orders/lambda/get: the layer store",
		},
		{pkg: "orders/store", depends: "net/http"},
		{
			pkg: "orders/store", depends: "example.com/platform/adapter",
			want: " depends on example.com/platform/adapter: a store knows no HTTP runtime",
		},
		{
			pkg: "orders/store/sql", depends: "example.com/platform/adapter",
			want: " depends on example.com/platform/adapter: a store",
		},

		{pkg: "orders/api", imports: "orders"},
		{pkg: "orders/api", imports: "platform/rest"},
		{pkg: "orders/api", imports: "orders/store", want: " imports example.com/orders/store: the layer api"},
		{
			pkg: "orders/api", imports: "platform/adapter",
			want: " imports example.com/platform/adapter: the layer api may import of platform only claims, problem, resource",
		},
		{
			pkg: "orders/api", depends: "github.com/aws/aws-lambda-go/lambda",
			want: " depends on github.com/aws/aws-lambda-go/lambda: a contract has no HTTP runtime",
		},
		{pkg: "orders/api/gen", imports: "contract/generate"},
		{pkg: "orders/api/gen", imports: "orders/api"},
		{
			pkg: "orders/api/gen", imports: "orders",
			want: " imports example.com/orders: the layer api/gen may import of its context only api, itself",
		},
		{
			pkg: "orders/api/gen", imports: "platform/rest",
			want: " imports example.com/platform/rest: the layer api/gen may import of platform only itself",
		},

		{pkg: "orders/lambda/get", imports: "orders/store"},
		{pkg: "orders/lambda/get", imports: "platform/adapter"},
		{pkg: "orders/lambda/get", depends: "example.com/platform/adapter"},
		{
			pkg: "orders/lambda/get", imports: "orders/api/gen",
			want: " imports example.com/orders/api/gen: the layer lambda",
		},

		{pkg: "orders/client", depends: "net/http"},
		{
			pkg: "orders/client", imports: "orders",
			want: " imports example.com/orders: the layer client may import of its context only itself",
		},
		{
			pkg: "orders/client", imports: "platform/problem",
			want: " imports example.com/platform/problem: the layer client may import of platform only itself",
		},
		{
			pkg: "orders/lambda/get", imports: "orders/client",
			want: " imports example.com/orders/client: the layer lambda",
		},
		{pkg: "orders", imports: "orders/client", want: " imports example.com/orders/client: the layer domain"},

		{pkg: "contract/lint", imports: "platform/schema"},
		{pkg: "contract/lint", imports: "contract/generate"},
		{
			pkg: "contract/lint", imports: "platform/adapter",
			want: " imports example.com/platform/adapter: the layer contract may import of platform only claims",
		},
		{
			pkg: "contract/lint", imports: "platform/dynamodb",
			want: " imports example.com/platform/dynamodb: the layer contract",
		},
		{
			pkg: "contract/lint", depends: "github.com/aws/aws-lambda-go/lambda",
			want: " depends on github.com/aws/aws-lambda-go/lambda: contract reads operations",
		},
		{
			pkg: "contract/lint", depends: "example.com/platform/adapter",
			want: " depends on example.com/platform/adapter: contract",
		},

		{pkg: "infra/bench", imports: "platform/adapter"},
		{pkg: "platform/adapter", imports: "platform/rest", depends: "github.com/aws/aws-lambda-go/lambda"},
	} {
		t.Run(test.pkg+" and "+test.imports+test.depends, func(t *testing.T) {
			p := pkg{ImportPath: "example.com/" + test.pkg, Imports: []string{"fmt"}, Deps: []string{"fmt", test.depends}}
			if test.imports != "" {
				p.Imports = append(p.Imports, "example.com/"+test.imports)
			}
			m, _ := owner(modules, p.ImportPath)
			err := checkLayer(modules, m, p)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got %v, want no error", err)
			case test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), p.ImportPath+test.want)):
				t.Errorf("got %v, want %s%s", err, p.ImportPath, test.want)
			}
		})
	}
}

func TestCheckLeanNamesWhatToUseInstead(t *testing.T) {
	err := checkLean(pkg{ImportPath: "x/lambda/get", Deps: []string{
		"fmt", "github.com/aws/aws-sdk-go-v2/config", "google.golang.org/grpc/codes",
		"github.com/aws/aws-sdk-go-v2/configuration",
	}})
	if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), "use platform/lambdaenv") {
		t.Errorf("got %v", err)
	}
}
