package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// layer is a part of a bounded context: a folder of its module with the folders
// below it.
type layer struct {
	// contextLayers are the other layers of the same context that the layer may import.
	contextLayers []string
	// platform are the packages of module platform that the layer may import.
	// nil allows all.
	platform []string
	// mustNotLink maps packages that the layer must not depend on, directly or
	// indirectly, to the reason. "platform/x" is package x of module platform.
	mustNotLink map[string]string
}

const (
	// domain is the layer of a context's root package, and of every folder that
	// is not a layer of its own.
	domain = "domain"
	// generator is the package of a context that may import module contract.
	generator = "api/gen"
)

// layers are the layers of a context: domain ← store, api ← lambda. tables has
// the declarations that the store and the operations share.
var layers = map[string]layer{
	domain: {
		// precondition draws the versions of resources, and knows no HTTP.
		platform:    []string{"precondition", "problem"},
		mustNotLink: map[string]string{"net/http": "the domain knows no HTTP"},
	},
	"tables": {platform: []string{"resource"}},
	"store": {
		contextLayers: []string{domain, "tables"},
		mustNotLink:   runtime("a store knows no HTTP runtime"),
	},
	"api": {
		contextLayers: []string{domain, "tables"},
		platform:      operationPackages,
		mustNotLink:   runtime("a contract has no HTTP runtime"),
	},
	generator: {contextLayers: []string{"api"}, platform: []string{}},
	// The generated client is for other programs: no other layer may import it, and it
	// must not fetch more than its runtime.
	"client": {platform: []string{}},
	"lambda": {contextLayers: []string{domain, "tables", "store", "api"}},
}

// contractModule is the rule for all packages of module contract.
var contractModule = layer{
	platform:    operationPackages,
	mustNotLink: runtime("contract reads operations and does not run them"),
}

// operationPackages are the packages of platform that describe operations.
var operationPackages = []string{"claims", "problem", "resource", "rest", "schema", "system"}

// runtime returns the packages that serve an operation in a Lambda.
func runtime(reason string) map[string]string {
	return map[string]string{"platform/adapter": reason, "github.com/aws/aws-lambda-go/lambda": reason}
}

// layerOf returns the name of the layer that the context's package is in.
func layerOf(context Module, importPath string) string {
	folder := strings.TrimPrefix(strings.TrimPrefix(importPath, context.Path), "/")
	if folder == generator {
		return generator
	}
	first, _, _ := strings.Cut(folder, "/")
	if _, ok := layers[first]; ok {
		return first
	}
	return domain
}

// checkLayer checks a package's imports against the rule of its layer. The tests
// of a context may import any layer: the store's tests compare its calls with the
// rights that the operations declare. The tests of contract follow its rule, so
// that its go.mod does not require the runtime.
func checkLayer(modules []Module, m Module, p pkg) error {
	var l layer
	var name string
	imports := p.Imports
	switch {
	case isContext(m):
		name = layerOf(m, p.ImportPath)
		l = layers[name]
	case m.Name() == "contract":
		name, l = "contract", contractModule
		imports = slices.Concat(p.Imports, p.TestImports, p.XTestImports)
	default:
		return nil
	}
	var errs []error
	for _, imported := range imports {
		owner, ok := owner(modules, imported)
		switch {
		case ok && owner == m && isContext(m):
			if other := layerOf(m, imported); other != name && !slices.Contains(l.contextLayers, other) {
				errs = append(errs, fmt.Errorf("%s imports %s: the layer %s may import of its context only %s",
					p.ImportPath, imported, name, only(l.contextLayers)))
			}
		case ok && owner.Name() == "platform" && l.platform != nil:
			if !slices.Contains(l.platform, strings.TrimPrefix(imported, owner.Path+"/")) {
				errs = append(errs, fmt.Errorf("%s imports %s: the layer %s may import of platform only %s",
					p.ImportPath, imported, name, only(l.platform)))
			}
		}
	}
	for _, dep := range p.Deps {
		for banned, reason := range l.mustNotLink {
			if within(dep, resolve(modules, banned)) {
				errs = append(errs, fmt.Errorf("%s depends on %s: %s", p.ImportPath, dep, reason))
			}
		}
	}
	return errors.Join(errs...)
}

// only formats what a rule allows.
func only(allowed []string) string {
	return strings.Join(append(slices.Clone(allowed), "itself"), ", ")
}

// resolve returns the import path for a key of layer.mustNotLink.
func resolve(modules []Module, key string) string {
	if folder, ok := strings.CutPrefix(key, "platform/"); ok {
		for _, m := range modules {
			if m.Name() == "platform" {
				return m.Path + "/" + folder
			}
		}
	}
	return key
}
