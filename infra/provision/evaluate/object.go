package evaluate

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/dynblock"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// meta has the arguments that every object has, and Terraform itself uses.
var meta = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "count"}, {Name: "for_each"}, {Name: "provider"}, {Name: "depends_on"}},
	Blocks:     []hcl.BlockHeaderSchema{{Type: "lifecycle"}},
}

// object evaluates a resource or a data source.
func (in *instance) object(address string) (cty.Value, error) {
	return in.once(address, func() (cty.Value, error) {
		o := in.module.objects[address]
		if o == nil {
			return cty.NilVal, fmt.Errorf("%s has no %s", in.module.Dir, address)
		}
		catalog, err := loadCatalog()
		if err != nil {
			return cty.NilVal, err
		}
		kind, err := catalog.kind(o.typeName, o.data)
		if err != nil {
			return cty.NilVal, err
		}
		spec, err := o.decoder(kind)
		if err != nil {
			return cty.NilVal, err
		}
		return in.expand(o.block.Body, func(extra map[string]cty.Value) (cty.Value, error) { return in.one(o, kind, spec, extra) })
	})
}

// decoder returns the specification of the object's body.
func (o *object) decoder(k *kind) (hcldec.Spec, error) {
	o.once.Do(func() { o.spec, o.err = k.Block.decoder(o.block.Body) })
	if o.err != nil {
		return nil, fmt.Errorf("%s: %w", o.address(), o.err)
	}
	return o.spec, nil
}

// one evaluates one instance of an object, and checks its conditions.
func (in *instance) one(o *object, kind *kind, spec hcldec.Spec, extra map[string]cty.Value) (cty.Value, error) {
	body := o.block.Body
	if err := in.conditions(o, "precondition", extra); err != nil {
		return cty.NilVal, err
	}
	ctx, err := in.context(references(body), extra)
	if err != nil {
		return cty.NilVal, err
	}
	_, rest, diags := body.PartialContent(meta)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	v, diags := hcldec.Decode(dynblock.Expand(rest, ctx), spec, ctx)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	in.known.set(join(in.address, o.address()), extra, v)
	if v, err = in.fill(o, kind.Block, v, extra); err != nil {
		return cty.NilVal, fmt.Errorf("%s: %w", o.address(), err)
	}
	self := map[string]cty.Value{"self": v}
	for name, value := range extra {
		self[name] = value
	}
	return v, in.conditions(o, "postcondition", self)
}

func (in *instance) conditions(o *object, when string, extra map[string]cty.Value) error {
	for _, b := range o.block.Body.Blocks {
		if b.Type != "lifecycle" {
			continue
		}
		for _, c := range b.Body.Blocks {
			if c.Type != when {
				continue
			}
			if err := in.condition(o.address(), c.Body, extra); err != nil {
				return err
			}
		}
	}
	return nil
}

// references returns the references of all expressions in a body, except for conditions,
// which have more names.
func references(body *hclsyntax.Body) []hcl.Traversal {
	var list []hcl.Traversal
	for name, a := range body.Attributes {
		if name != "depends_on" && name != "for_each" && name != "count" {
			list = append(list, a.Expr.Variables()...)
		}
	}
	for _, b := range body.Blocks {
		switch b.Type {
		case "lifecycle":
		case "dynamic":
			list = append(list, b.Body.Attributes["for_each"].Expr.Variables()...)
			fallthrough
		default:
			list = append(list, references(b.Body)...)
		}
	}
	return list
}

// fill sets what the provider computes: the mocked values, or values that are different
// for each address and attribute.
func (in *instance) fill(o *object, b *block, v cty.Value, extra map[string]cty.Value) (cty.Value, error) {
	address := join(in.address, o.address())
	if each, ok := extra["each"]; ok {
		address += "[" + each.GetAttr("key").AsString() + "]"
	}
	typeName := o.typeName
	if o.data {
		typeName = "data." + typeName
	}
	mock := in.mocks[typeName]
	if override, ok := in.mocks[o.address()]; ok {
		mock = override
	}
	filled, err := fillBlock(b, v, mock, address)
	if err != nil || !filled.Type().HasAttribute("id") || !filled.GetAttr("id").IsNull() {
		return filled, err
	}
	// The provider completes an optional id as well.
	values := filled.AsValueMap()
	values["id"] = computed(filled.Type().AttributeType("id"), address+".id")
	return cty.ObjectVal(values), nil
}

// fillBlock sets the computed attributes of a block that are null. mock has their values,
// if it has the attribute; seed begins the others' text.
func fillBlock(b *block, v, mock cty.Value, seed string) (cty.Value, error) {
	values := v.AsValueMap()
	for name, a := range b.Attributes {
		if !a.Computed || !values[name].IsNull() {
			continue
		}
		if mock != cty.NilVal && mock.Type().HasAttribute(name) {
			value, err := convert.Convert(mock.GetAttr(name), a.typ)
			if err != nil {
				return v, fmt.Errorf("mock of %s: %w", name, err)
			}
			values[name] = value
			continue
		}
		values[name] = computed(a.typ, seed+"."+name)
	}
	for name, n := range b.Blocks {
		list := values[name]
		if n.Mode == "single" || list.IsNull() || list.LengthInt() == 0 {
			continue
		}
		var filled []cty.Value
		for _, element := range list.AsValueSlice() {
			element, err := fillBlock(n.Block, element, cty.NilVal, seed+"."+name)
			if err != nil {
				return v, err
			}
			filled = append(filled, element)
		}
		if n.Mode == "set" {
			values[name] = cty.SetVal(filled)
		} else {
			values[name] = cty.ListVal(filled)
		}
	}
	return cty.ObjectVal(values), nil
}

// computed returns a value of a type, as Terraform's mocks do.
func computed(t cty.Type, seed string) cty.Value {
	switch {
	case t == cty.String:
		return cty.StringVal(seed)
	case t == cty.Number:
		return cty.Zero
	case t == cty.Bool:
		return cty.False
	case t.IsListType():
		return cty.ListValEmpty(t.ElementType())
	case t.IsSetType():
		return cty.SetValEmpty(t.ElementType())
	case t.IsMapType():
		return cty.MapValEmpty(t.ElementType())
	}
	return cty.NullVal(t)
}
