package evaluate

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// context returns what the references of an expression need. Other names are unknown to
// the expression, which is an error when it is evaluated.
func (in *instance) context(references []hcl.Traversal, extra map[string]cty.Value) (*hcl.EvalContext, error) {
	found := map[string]map[string]cty.Value{}
	data, modules := map[string]map[string]cty.Value{}, map[string]map[string]cty.Value{}
	set := func(groups map[string]map[string]cty.Value, root, name string, v cty.Value) {
		if groups[root] == nil {
			groups[root] = map[string]cty.Value{}
		}
		groups[root][name] = v
	}
	variables := map[string]cty.Value{}
	for name, v := range extra {
		variables[name] = v
	}
	for _, t := range references {
		root := t.RootName()
		if _, ok := extra[root]; ok {
			continue
		}
		name, value, err := in.reference(root, t)
		if err != nil {
			return nil, err
		}
		switch {
		case name == "":
		case root == "data":
			set(data, step(t, 1), name, value)
		case root == "module" && in.single(name):
			set(modules, name, step(t, 2), value)
		default:
			set(found, root, name, value)
		}
	}
	for kind, names := range data {
		set(found, "data", kind, cty.ObjectVal(names))
	}
	for name, outputs := range modules {
		set(found, "module", name, cty.ObjectVal(outputs))
	}
	for root, names := range found {
		variables[root] = cty.ObjectVal(names)
	}
	return &hcl.EvalContext{Variables: variables, Functions: in.functions}, nil
}

// reference returns the name and the value of what a traversal refers to: an empty name
// for a root that the module does not have, such as the iterator of a dynamic block.
func (in *instance) reference(root string, t hcl.Traversal) (name string, value cty.Value, err error) {
	switch name = step(t, 1); {
	case root == "var":
		value, err = in.variable(name)
	case root == "local":
		value, err = in.local(name)
	case root == "output":
		value, err = in.output(name)
	case root == "module" && in.single(name):
		value, err = in.callOutput(name, step(t, 2))
	case root == "module":
		value, err = in.call(name)
	case root == "path":
		return name, cty.StringVal(in.path(name)), nil
	case root == "data":
		name = step(t, 2)
		value, err = in.object("data." + step(t, 1) + "." + name)
	case in.module.hasType(root):
		value, err = in.object(root + "." + name)
	default:
		return "", cty.NilVal, nil
	}
	return name, value, err
}

// step returns the name of the attribute at a step of a traversal, or "".
func step(t hcl.Traversal, i int) string {
	if i < len(t) {
		if a, ok := t[i].(hcl.TraverseAttr); ok {
			return a.Name
		}
	}
	return ""
}

// path returns the value of path.root, path.cwd or path.module.
func (in *instance) path(name string) string {
	if name == "module" {
		return in.module.Dir
	}
	return "."
}
