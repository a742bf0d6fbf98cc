package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// mayImport maps a module to the other modules of the workspace that it may
// import. A module that is missing here is a bounded context; it may import
// platform.
var mayImport = map[string][]string{
	"platform": {},
	"contract": {"platform"},
	"infra":    {"contract", "platform"},
}

// isContext reports whether the module is a bounded context.
func isContext(m Module) bool {
	_, other := mayImport[m.Name()]
	return !other
}

// notInLambda maps packages that cost a Lambda its cold start to what it should
// use instead.
var notInLambda = map[string]string{
	"github.com/aws/aws-sdk-go-v2/config": "platform/lambdaenv",
	"google.golang.org/grpc":              "nothing: no function speaks gRPC",
	"github.com/getkin/kin-openapi":       "platform/schema",
}

// Imports checks which modules import each other, which layers of a context
// import each other, and what Lambdas link.
func Imports(ctx context.Context, modules []Module) error {
	var errs []error
	for _, m := range modules {
		list, err := packages(ctx, m, "./...")
		if err != nil {
			return err
		}
		for _, p := range list {
			for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
				errs = append(errs, checkModule(modules, m, p, imported))
			}
			errs = append(errs, checkLayer(modules, m, p))
			if strings.HasPrefix(p.ImportPath, m.Path+"/lambda/") {
				errs = append(errs, checkLean(p))
			}
		}
	}
	return errors.Join(errs...)
}

// checkModule checks an import against mayImport.
func checkModule(modules []Module, m Module, p pkg, imported string) error {
	target, ok := owner(modules, imported)
	if !ok || target == m {
		return nil
	}
	may := mayImport[m.Name()]
	if isContext(m) {
		may = []string{"platform"}
		if p.ImportPath == m.Path+"/"+generator {
			may = append(may, "contract")
		}
	}
	if slices.Contains(may, target.Name()) {
		return nil
	}
	return fmt.Errorf("%s imports %s: %s may import of this workspace only %s", p.ImportPath, imported, m.Name(), only(may))
}

// owner returns the module of the workspace that has the package.
func owner(modules []Module, importPath string) (Module, bool) {
	for _, m := range modules {
		if within(importPath, m.Path) {
			return m, true
		}
	}
	return Module{}, false
}

// within reports whether the package is parent or below it.
func within(importPath, parent string) bool {
	return importPath == parent || strings.HasPrefix(importPath, parent+"/")
}

// checkLean checks a Lambda's dependencies against notInLambda.
func checkLean(p pkg) error {
	var errs []error
	for _, dep := range p.Deps {
		for heavy, instead := range notInLambda {
			if within(dep, heavy) {
				errs = append(errs, fmt.Errorf("%s links %s, which costs cold start: use %s", p.ImportPath, dep, instead))
			}
		}
	}
	return errors.Join(errs...)
}
