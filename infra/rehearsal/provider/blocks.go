package provider

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// resolve parses the types of all attributes.
func (b *block) resolve() error {
	for name, a := range b.Attributes {
		var raw any
		if err := json.Unmarshal(a.RawType, &raw); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		t, err := typeOf(raw)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		a.typ = t
	}
	for name, n := range b.Blocks {
		if err := n.Block.resolve(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// typeOf parses a type of aws.json: "string", ["list", T], ["object", {"a": T}].
func typeOf(raw any) (tftypes.Type, error) {
	switch x := raw.(type) {
	case string:
		if t, ok := map[string]tftypes.Type{"string": tftypes.String, "number": tftypes.Number, "bool": tftypes.Bool}[x]; ok {
			return t, nil
		}
	case []any:
		if len(x) != 2 {
			break
		}
		if x[0] == "object" {
			out := map[string]tftypes.Type{}
			for k, v := range asMap(x[1]) {
				t, err := typeOf(v)
				if err != nil {
					return nil, err
				}
				out[k] = t
			}
			return tftypes.Object{AttributeTypes: out}, nil
		}
		elem, err := typeOf(x[1])
		if err != nil {
			return nil, err
		}
		switch x[0] {
		case "list":
			return tftypes.List{ElementType: elem}, nil
		case "set":
			return tftypes.Set{ElementType: elem}, nil
		case "map":
			return tftypes.Map{ElementType: elem}, nil
		}
	}
	return nil, fmt.Errorf("unknown type %v", raw)
}

// objectType returns the type of a value of the block.
func (b *block) objectType() tftypes.Object {
	out := map[string]tftypes.Type{}
	for name, a := range b.Attributes {
		out[name] = a.typ
	}
	for name, n := range b.Blocks {
		out[name] = n.typ()
	}
	return tftypes.Object{AttributeTypes: out}
}

func (n *nested) typ() tftypes.Type {
	switch n.Mode {
	case "list":
		return tftypes.List{ElementType: n.Block.objectType()}
	case "set":
		return tftypes.Set{ElementType: n.Block.objectType()}
	case "map":
		return tftypes.Map{ElementType: n.Block.objectType()}
	}
	return n.Block.objectType() // single, group
}

// proto returns the type in the wire format.
func (t *typeDef) proto() *tfprotov5.Schema {
	return &tfprotov5.Schema{Version: t.Version, Block: t.Block.proto()}
}

func (b *block) proto() *tfprotov5.SchemaBlock {
	out := &tfprotov5.SchemaBlock{}
	for _, name := range sortedKeys(b.Attributes) {
		a := b.Attributes[name]
		out.Attributes = append(out.Attributes, &tfprotov5.SchemaAttribute{
			Name: name, Type: a.typ, Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			Sensitive: a.Sensitive, WriteOnly: a.WriteOnly, Deprecated: a.Deprecated,
		})
	}
	modes := map[string]tfprotov5.SchemaNestedBlockNestingMode{
		"single": tfprotov5.SchemaNestedBlockNestingModeSingle,
		"list":   tfprotov5.SchemaNestedBlockNestingModeList,
		"set":    tfprotov5.SchemaNestedBlockNestingModeSet,
		"map":    tfprotov5.SchemaNestedBlockNestingModeMap,
		"group":  tfprotov5.SchemaNestedBlockNestingModeGroup,
	}
	for _, name := range sortedKeys(b.Blocks) {
		n := b.Blocks[name]
		out.BlockTypes = append(out.BlockTypes, &tfprotov5.SchemaNestedBlock{
			TypeName: name, Block: n.Block.proto(), Nesting: modes[n.Mode], MinItems: n.Min, MaxItems: n.Max,
		})
	}
	return out
}
