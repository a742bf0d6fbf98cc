package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/gocmd"
)

// Module is a module of the workspace.
type Module struct {
	// Path is the module's import path, Dir its folder.
	Path, Dir string
}

// Name is the last part of the module's path.
func (m Module) Name() string { return path.Base(m.Path) }

// Modules lists the modules of the workspace that root is in.
func Modules(ctx context.Context, root string) ([]Module, error) {
	out, err := gocmd.Command{Dir: root, Args: []string{"list", "-m", "-json"}}.Output(ctx)
	if err != nil {
		return nil, err
	}
	return decodeAll[Module](out)
}

// pkg is a package as go list tells of it.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

func packages(ctx context.Context, m Module, patterns ...string) ([]pkg, error) {
	args := append([]string{"list", "-json=ImportPath,Imports,TestImports,XTestImports,Deps"}, patterns...)
	out, err := gocmd.Command{Dir: m.Dir, Args: args}.Output(ctx)
	if err != nil {
		return nil, err
	}
	return decodeAll[pkg](out)
}

func decodeAll[T any](text string) ([]T, error) {
	var list []T
	d := json.NewDecoder(strings.NewReader(text))
	for {
		var v T
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

// mayImport tells which of our modules each module's packages may import
// besides their own. Contexts are those that are not named here.
var mayImport = map[string][]string{
	"platform": {},
	"contract": {"platform"},
	"infra":    {"contract", "platform"},
}

// generator is the one package of a context that may import contract.
const generator = "/api/gen"

// notInLambda are imports that cost a Lambda its cold start, with what to use instead.
var notInLambda = map[string]string{
	"github.com/aws/aws-sdk-go-v2/config": "platform/lambdaenv",
	"google.golang.org/grpc":              "nothing: no function speaks gRPC",
	"github.com/getkin/kin-openapi":       "platform/schema",
}

// Imports holds the packages to the design: who may import whom, and what no
// Lambda may link.
func Imports(ctx context.Context, modules []Module) error {
	var errs []error
	for _, m := range modules {
		list, err := packages(ctx, m, "./...")
		if err != nil {
			return err
		}
		for _, p := range list {
			for _, i := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
				if err := allowed(modules, m, p, i); err != nil {
					errs = append(errs, err)
				}
			}
			if strings.HasPrefix(p.ImportPath, m.Path+"/lambda/") {
				errs = append(errs, lean(p))
			}
		}
	}
	return errors.Join(errs...)
}

func allowed(modules []Module, m Module, p pkg, imported string) error {
	i := slices.IndexFunc(modules, func(other Module) bool {
		return imported == other.Path || strings.HasPrefix(imported, other.Path+"/")
	})
	if i < 0 || modules[i].Path == m.Path {
		return nil
	}
	target := modules[i].Name()
	may, known := mayImport[m.Name()]
	if !known {
		may = []string{"platform"}
		if p.ImportPath == m.Path+generator {
			may = append(may, "contract")
		}
	}
	if slices.Contains(may, target) {
		return nil
	}
	return fmt.Errorf("%s imports %s: %s may import of our modules only %s", p.ImportPath, imported, m.Name(), strings.Join(append(may, "itself"), ", "))
}

func lean(p pkg) error {
	var errs []error
	for _, dep := range p.Deps {
		for heavy, instead := range notInLambda {
			if dep == heavy || strings.HasPrefix(dep, heavy+"/") {
				errs = append(errs, fmt.Errorf("%s links %s, which costs cold start: use %s", p.ImportPath, dep, instead))
			}
		}
	}
	return errors.Join(errs...)
}
