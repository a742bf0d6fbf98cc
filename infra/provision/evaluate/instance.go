package evaluate

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// Mocks are the values of attributes that the provider computes, by type, such as
// aws_iam_role or data.aws_partition, and by address.
type Mocks map[string]cty.Value

// Loader returns the parsed module in a folder.
type Loader func(dir string) (*Module, error)

// instance is one evaluation of a module. Every value is evaluated once, when something
// first needs it.
type instance struct {
	module    *Module
	address   string // such as module.settings, or empty
	dir       string // of the root module, in which relative paths begin
	inputs    map[string]given
	mocks     Mocks
	load      Loader
	functions map[string]function.Function

	values   map[string]cty.Value // by address
	failed   map[string]error     // by address
	busy     map[string]bool
	children map[string]*instance // of the calls without count and for_each, by name

	known *known
}

// conditionError reports that a condition of an object or a variable does not hold.
type conditionError struct{ address, message string }

func (e *conditionError) Error() string { return e.address + ": " + e.message }

// given returns the value of an input variable.
type given func() (cty.Value, error)

func newInstance(m *Module, dir, address string, inputs map[string]given, mocks Mocks, load Loader, known *known) (*instance, error) {
	in := &instance{
		module: m, known: known, dir: dir, address: address, inputs: inputs, mocks: mocks, load: load,
		functions: functions(dir), values: map[string]cty.Value{}, failed: map[string]error{}, busy: map[string]bool{}, children: map[string]*instance{},
	}
	for name := range inputs {
		if m.variables[name] == nil {
			return nil, fmt.Errorf("%s has no variable %s", m.Dir, name)
		}
	}
	for name, v := range m.variables {
		if inputs[name] == nil && v.required {
			return nil, fmt.Errorf("%s needs the variable %s", m.Dir, name)
		}
	}
	known.open(address, m)
	return in, nil
}

func (in *instance) variable(name string) (cty.Value, error) {
	return in.once("var."+name, func() (cty.Value, error) {
		v := in.module.variables[name]
		if v == nil {
			return cty.NilVal, fmt.Errorf("%s has no variable %s", in.module.Dir, name)
		}
		value := v.value
		if input := in.inputs[name]; input != nil {
			var err error
			if value, err = input(); err != nil {
				return value, err
			}
		}
		value, err := convert.Convert(value, v.typ)
		if err != nil {
			return value, fmt.Errorf("%s: variable %s: %w", in.module.Dir, name, err)
		}
		return value, nil
	})
}

// all evaluates everything. It returns the conditions that do not hold, and other errors.
// An error that follows from a condition is neither.
func (in *instance) all() (conditions map[string]bool, errs []error) {
	conditions = map[string]bool{}
	add := func(err error) {
		var condition *conditionError
		if errors.As(err, &condition) {
			conditions[condition.address] = true
		} else if err != nil {
			errs = append(errs, err)
		}
	}
	for name, v := range in.module.variables {
		for _, b := range v.validations {
			add(in.condition("var."+name, b.Body, nil))
		}
	}
	for _, address := range sorted(in.module.objects) {
		_, err := in.object(address)
		add(err)
	}
	for _, name := range sorted(in.module.locals) {
		_, err := in.local(name)
		add(err)
	}
	for _, name := range sorted(in.module.calls) {
		_, err := in.call(name)
		add(err)
	}
	for _, name := range sorted(in.module.outputs) {
		_, err := in.output(name)
		add(err)
	}
	for _, name := range sorted(in.module.providers) {
		_, err := in.provider(name)
		add(err)
	}
	return conditions, errs
}

// once evaluates the value at an address unless that was done before.
func (in *instance) once(address string, do func() (cty.Value, error)) (cty.Value, error) {
	full := join(in.address, address)
	in.known.use(full)
	if v, err, ok := in.known.value(full); ok {
		return v, err
	}
	if v, ok := in.values[address]; ok {
		return v, nil
	}
	if err := in.failed[address]; err != nil {
		return cty.NilVal, err
	}
	if in.busy[address] {
		return cty.NilVal, fmt.Errorf("%s depends on itself", address)
	}
	in.busy[address] = true
	leave := in.known.enter(full)
	v, err := do()
	leave()
	delete(in.busy, address)
	in.known.keep(full, v, err)
	if err != nil {
		in.failed[address] = err
		return cty.NilVal, err
	}
	in.values[address] = v
	return v, nil
}

func (in *instance) local(name string) (cty.Value, error) {
	return in.once("local."+name, func() (cty.Value, error) {
		expr, ok := in.module.locals[name]
		if !ok {
			return cty.NilVal, fmt.Errorf("%s has no local.%s", in.module.Dir, name)
		}
		return in.eval(expr, nil)
	})
}

func (in *instance) output(name string) (cty.Value, error) {
	return in.once("output."+name, func() (cty.Value, error) {
		body, ok := in.module.outputs[name]
		if !ok {
			return cty.NilVal, fmt.Errorf("%s has no output %s", in.module.Dir, name)
		}
		return in.eval(body.Attributes["value"].Expr, nil)
	})
}

// provider evaluates the arguments of a provider's configuration, its blocks as objects.
func (in *instance) provider(name string) (cty.Value, error) {
	return in.once("provider."+name, func() (cty.Value, error) { return in.plain(in.module.providers[name]) })
}

// plain evaluates a body without a schema: the last block of a type counts.
func (in *instance) plain(body *hclsyntax.Body) (cty.Value, error) {
	values := map[string]cty.Value{}
	for name, a := range body.Attributes {
		v, err := in.eval(a.Expr, nil)
		if err != nil {
			return cty.NilVal, err
		}
		values[name] = v
	}
	for _, b := range body.Blocks {
		v, err := in.plain(b.Body)
		if err != nil {
			return cty.NilVal, err
		}
		values[b.Type] = v
	}
	return cty.ObjectVal(values), nil
}

// call evaluates a module call completely, and returns its outputs.
func (in *instance) call(name string) (cty.Value, error) {
	return in.once("module."+name, func() (cty.Value, error) {
		b, ok := in.module.calls[name]
		if !ok {
			return cty.NilVal, fmt.Errorf("%s has no module %s", in.module.Dir, name)
		}
		return in.expand(b.Body, func(extra map[string]cty.Value) (cty.Value, error) {
			child, err := in.child(name, extra)
			if err != nil {
				return cty.NilVal, err
			}
			return child.outputs()
		})
	})
}

// callOutput returns one output of a module. A call without count and for_each evaluates
// only what the output needs, so that the module can depend on a user of another output.
func (in *instance) callOutput(name, output string) (cty.Value, error) {
	b := in.module.calls[name]
	if b == nil {
		return cty.NilVal, fmt.Errorf("%s has no module %s", in.module.Dir, name)
	}
	child, err := in.child(name, nil)
	if err != nil {
		return cty.NilVal, err
	}
	return child.output(output)
}

// single reports whether a call has neither count nor for_each.
func (in *instance) single(name string) bool {
	b := in.module.calls[name]
	return b != nil && b.Body.Attributes["count"] == nil && b.Body.Attributes["for_each"] == nil
}

// child returns the instance of a module call.
func (in *instance) child(name string, extra map[string]cty.Value) (*instance, error) {
	if c := in.children[name]; c != nil && extra == nil {
		return c, nil
	}
	inputs := map[string]given{}
	var source string
	for key, a := range in.module.calls[name].Body.Attributes {
		switch key {
		case "source":
			v, _ := a.Expr.Value(nil)
			source = v.AsString()
		case "for_each", "count", "depends_on", "providers":
		default:
			inputs[key] = func() (cty.Value, error) {
				if extra != nil { // each.value depends on the call's for_each
					in.known.use(join(in.address, "module."+name))
				}
				return in.eval(a.Expr, extra)
			}
		}
	}
	m, err := in.load(filepath.Join(in.module.Dir, source))
	if err != nil {
		return nil, err
	}
	address := join(in.address, "module."+name)
	if each, ok := extra["each"]; ok {
		address += "[" + each.GetAttr("key").AsString() + "]"
	}
	c, err := newInstance(m, in.dir, address, inputs, in.mocks, in.load, in.known)
	if err == nil && extra == nil {
		in.children[name] = c
	}
	return c, err
}

// outputs evaluates everything in a module and returns its outputs.
func (in *instance) outputs() (cty.Value, error) {
	if _, errs := in.all(); len(errs) > 0 {
		return cty.NilVal, errs[0]
	}
	outputs := map[string]cty.Value{}
	for name := range in.module.outputs {
		var err error
		if outputs[name], err = in.output(name); err != nil {
			return cty.NilVal, err
		}
	}
	return cty.ObjectVal(outputs), nil
}

// expand evaluates a block as often as its count or for_each says.
func (in *instance) expand(body *hclsyntax.Body, do func(extra map[string]cty.Value) (cty.Value, error)) (cty.Value, error) {
	if a := body.Attributes["count"]; a != nil {
		n, err := in.eval(a.Expr, nil)
		if err != nil {
			return cty.NilVal, err
		}
		if n, err = convert.Convert(n, cty.Number); err != nil || n.IsNull() {
			return cty.NilVal, fmt.Errorf("%s: count is not a number: %w", a.Range(), err)
		}
		count, _ := n.AsBigFloat().Int64()
		list := make([]cty.Value, max(count, 0))
		for i := range list {
			if list[i], err = do(map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(int64(i))})}); err != nil {
				return cty.NilVal, err
			}
		}
		return cty.TupleVal(list), nil
	}
	a := body.Attributes["for_each"]
	if a == nil {
		return do(nil)
	}
	each, err := in.eval(a.Expr, nil)
	if err != nil {
		return cty.NilVal, err
	}
	if each.IsNull() || !each.CanIterateElements() || each.Type().IsTupleType() || each.Type().IsListType() {
		return cty.NilVal, fmt.Errorf("%s: for_each is neither a map nor a set", a.Range())
	}
	object := map[string]cty.Value{}
	for key, value := range each.Elements() {
		if each.Type().IsSetType() {
			key = value
		}
		if object[key.AsString()], err = do(map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}); err != nil {
			return cty.NilVal, err
		}
	}
	return cty.ObjectVal(object), nil
}

// condition checks a precondition, a postcondition, a validation or an assertion.
func (in *instance) condition(address string, body *hclsyntax.Body, extra map[string]cty.Value) error {
	v, err := in.eval(body.Attributes["condition"].Expr, extra)
	if err != nil {
		return err
	}
	if v, err = convert.Convert(v, cty.Bool); err != nil {
		return fmt.Errorf("%s: %w", body.Attributes["condition"].Range(), err)
	}
	if !v.IsNull() && v.True() {
		return nil
	}
	message, err := in.eval(body.Attributes["error_message"].Expr, extra)
	if err != nil {
		return err
	}
	return &conditionError{address, message.AsString()}
}

// eval evaluates an expression; extra are variables such as each.
func (in *instance) eval(expr hcl.Expression, extra map[string]cty.Value) (cty.Value, error) {
	ctx, err := in.context(expr.Variables(), extra)
	if err != nil {
		return cty.NilVal, err
	}
	v, diags := expr.Value(ctx)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	return v, nil
}
