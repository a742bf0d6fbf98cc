package evaluate

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Module is a parsed module. It does not change, and can be evaluated many times.
type Module struct {
	// Dir is the module's folder.
	Dir string

	files     []string // their paths, which are no links
	variables map[string]*variable
	locals    map[string]hcl.Expression
	outputs   map[string]*hclsyntax.Body
	calls     map[string]*hclsyntax.Block
	objects   map[string]*object // by address
	providers map[string]*hclsyntax.Body
}

type variable struct {
	typ         cty.Type
	value       cty.Value // the default
	required    bool
	validations []*hclsyntax.Block
}

// object is a resource or a data source.
type object struct {
	typeName, name string
	data           bool
	block          *hclsyntax.Block

	once sync.Once
	spec hcldec.Spec
	err  error
}

// Files parses modules, each file once.
type Files struct {
	mu      sync.Mutex
	bodies  map[string]*hclsyntax.Body // by path
	modules map[string]*Module         // by folder
}

// NewFiles returns Files that have parsed nothing.
func NewFiles() *Files {
	return &Files{bodies: map[string]*hclsyntax.Body{}, modules: map[string]*Module{}}
}

// Load returns the module in a folder.
func (f *Files) Load(dir string) (*Module, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.modules[dir]; m != nil {
		return m, nil
	}
	m, err := f.parse(dir, "", nil)
	if err == nil {
		f.modules[dir] = m
	}
	return m, err
}

// With returns a loader of the same modules with another text in the file at path.
func (f *Files) With(path string, text []byte) Loader {
	changed := map[string]*Module{}
	return func(dir string) (*Module, error) {
		if m := changed[dir]; m != nil {
			return m, nil
		}
		names, err := links(dir)
		if err != nil || !slices.Contains(slices.Collect(maps.Values(names)), path) {
			return f.Load(dir)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		m, err := f.parse(dir, path, text)
		changed[dir] = m
		return m, err
	}
}

// links returns the files of a module, each with the file that it links to, or itself.
func links(dir string) (map[string]string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("%s has no *.tf: %w", dir, err)
	}
	files := map[string]string{}
	for _, name := range names {
		if files[name], err = filepath.EvalSymlinks(name); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// parse parses the module in a folder, with text in place of the file at path.
func (f *Files) parse(dir, path string, text []byte) (*Module, error) {
	m := &Module{
		Dir: dir, variables: map[string]*variable{}, locals: map[string]hcl.Expression{}, outputs: map[string]*hclsyntax.Body{},
		calls: map[string]*hclsyntax.Block{}, objects: map[string]*object{}, providers: map[string]*hclsyntax.Body{},
	}
	files, err := links(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range sorted(files) {
		m.files = append(m.files, files[name])
		body := f.bodies[files[name]]
		if files[name] == path {
			body, err = parseText(path, text)
		} else if body == nil {
			body, err = parseFile(files[name])
			f.bodies[files[name]] = body
		}
		if err != nil {
			return nil, err
		}
		for _, b := range body.Blocks {
			if err := m.add(b); err != nil {
				return nil, fmt.Errorf("%s: %w", b.DefRange(), err)
			}
		}
	}
	return m, nil
}

func parseFile(name string) (*hclsyntax.Body, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parseText(name, text)
}

func parseText(name string, text []byte) (*hclsyntax.Body, error) {
	file, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	return file.Body.(*hclsyntax.Body), nil
}

// add adds a block of a file.
func (m *Module) add(b *hclsyntax.Block) error {
	switch b.Type {
	case "variable":
		v, err := parseVariable(b.Body)
		m.variables[b.Labels[0]] = v
		return err
	case "locals":
		for name, a := range b.Body.Attributes {
			m.locals[name] = a.Expr
		}
	case "output":
		m.outputs[b.Labels[0]] = b.Body
	case "module":
		m.calls[b.Labels[0]] = b
	case "provider":
		m.providers[b.Labels[0]] = b.Body
	case "resource", "data":
		o := &object{typeName: b.Labels[0], name: b.Labels[1], data: b.Type == "data", block: b}
		m.objects[o.address()] = o
	case "terraform":
	default:
		return fmt.Errorf("unknown block %s", b.Type)
	}
	return nil
}

func (o *object) address() string {
	if o.data {
		return "data." + o.typeName + "." + o.name
	}
	return o.typeName + "." + o.name
}

func parseVariable(body *hclsyntax.Body) (*variable, error) {
	v := &variable{typ: cty.DynamicPseudoType, required: true}
	if a := body.Attributes["type"]; a != nil {
		typ, diags := typeexpr.TypeConstraint(a.Expr)
		if diags.HasErrors() {
			return nil, diags
		}
		v.typ = typ
	}
	if a := body.Attributes["default"]; a != nil {
		value, diags := a.Expr.Value(nil)
		if diags.HasErrors() {
			return nil, diags
		}
		v.value, v.required = value, false
	}
	for _, b := range body.Blocks {
		if b.Type == "validation" {
			v.validations = append(v.validations, b)
		}
	}
	return v, nil
}

// hasType reports whether the module has a resource of a type.
func (m *Module) hasType(name string) bool {
	for _, o := range m.objects {
		if o.typeName == name && !o.data {
			return true
		}
	}
	return false
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
