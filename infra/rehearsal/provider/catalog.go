package provider

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sort"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

//go:embed behaviour.json
var behaviourJSON []byte

// attribute, nested and block mirror the JSON of `terraform providers schema -json`.
type attribute struct {
	RawType    json.RawMessage `json:"type"`
	Required   bool            `json:"required"`
	Optional   bool            `json:"optional"`
	Computed   bool            `json:"computed"`
	Sensitive  bool            `json:"sensitive"`
	WriteOnly  bool            `json:"write_only"`
	Deprecated bool            `json:"deprecated"`

	typ tftypes.Type
}

type nested struct {
	Mode  string `json:"nesting_mode"`
	Min   int64  `json:"min_items"`
	Max   int64  `json:"max_items"`
	Block block  `json:"block"`
}

type block struct {
	Attributes map[string]*attribute `json:"attributes"`
	Blocks     map[string]*nested    `json:"block_types"`
}

// typeDef is one resource type, data source type, or the provider itself.
type typeDef struct {
	name    string
	data    bool
	Version int64 `json:"version"`
	Block   block `json:"block"`
	typ     tftypes.Object
	how     *behaviour
}

// behaviour says what the schema cannot: see behaviour.json.
type behaviour struct {
	ID         string                    `json:"id"`
	Import     string                    `json:"import"`
	Seed       []string                  `json:"seed"`
	Set        map[string]any            `json:"set"`
	Defaults   map[string]any            `json:"defaults"`
	ForceNew   []string                  `json:"force_new"`
	Unique     []string                  `json:"unique"`
	Recompute  map[string][]string       `json:"recompute"`
	FillBlocks map[string]map[string]any `json:"fill_blocks"`
	Checks     []check                   `json:"checks"`
}

type catalog struct {
	mu        sync.Mutex
	provider  *typeDef
	rawRes    map[string]json.RawMessage
	rawData   map[string]json.RawMessage
	res       map[string]*typeDef
	data      map[string]*typeDef
	behaviour struct {
		Services map[string]string     `json:"services"`
		Resource map[string]*behaviour `json:"resource"`
		Data     map[string]*behaviour `json:"data"`
	}
}

func loadCatalog(schemaJSON, howJSON []byte) (*catalog, error) {
	var file struct {
		Providers map[string]struct {
			Provider json.RawMessage            `json:"provider"`
			Res      map[string]json.RawMessage `json:"resource_schemas"`
			Data     map[string]json.RawMessage `json:"data_source_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(schemaJSON, &file); err != nil {
		return nil, fmt.Errorf("aws.json: %w", err)
	}
	p, ok := file.Providers[schema.Address]
	if !ok {
		return nil, fmt.Errorf("aws.json: no provider %s", schema.Address)
	}
	c := &catalog{rawRes: p.Res, rawData: p.Data, res: map[string]*typeDef{}, data: map[string]*typeDef{}}
	if err := json.Unmarshal(howJSON, &c.behaviour); err != nil {
		return nil, fmt.Errorf("behaviour.json: %w", err)
	}
	var err error
	c.provider, err = parseType("provider", false, p.Provider, &behaviour{})
	return c, err
}

func parseType(name string, data bool, raw json.RawMessage, how *behaviour) (*typeDef, error) {
	t := &typeDef{name: name, data: data, how: how}
	if err := json.Unmarshal(raw, t); err != nil {
		return nil, fmt.Errorf("aws.json: %s: %w", name, err)
	}
	if err := t.Block.resolve(); err != nil {
		return nil, fmt.Errorf("aws.json: %s: %w", name, err)
	}
	t.typ = t.Block.objectType()
	return t, nil
}

func (c *catalog) lookup(name string, data bool) (*typeDef, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	raws, parsed, how := c.rawRes, c.res, c.behaviour.Resource[name]
	if data {
		raws, parsed = c.rawData, c.data
		// A data source without words of its own answers like the resource of that name.
		if own := c.behaviour.Data[name]; own != nil {
			how = own
		} else if how != nil {
			h := *how
			h.Checks, h.Defaults, h.ForceNew, h.FillBlocks = nil, nil, nil, nil
			how = &h
		}
	}
	if t := parsed[name]; t != nil {
		return t, nil
	}
	raw, ok := raws[name]
	if !ok {
		return nil, fmt.Errorf("the stand-in provider has no %s", name)
	}
	if how == nil {
		how = &behaviour{}
	}
	t, err := parseType(name, data, raw, how)
	if err != nil {
		return nil, err
	}
	parsed[name] = t
	return t, nil
}

func (c *catalog) resource(name string) (*typeDef, error)   { return c.lookup(name, false) }
func (c *catalog) dataSource(name string) (*typeDef, error) { return c.lookup(name, true) }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

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

// typeOf reads a type as aws.json writes it: "string", ["list", T], ["object", {"a": T}].
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
	return nil, fmt.Errorf("type %v", raw)
}

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
