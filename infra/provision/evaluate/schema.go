package evaluate

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

// attribute, nested and block have the members of "terraform providers schema -json".

type attribute struct {
	Type     json.RawMessage `json:"type"`
	Required bool            `json:"required"`
	Computed bool            `json:"computed"`

	typ cty.Type
}

type nested struct {
	Mode  string `json:"nesting_mode"`
	Min   int    `json:"min_items"`
	Max   int    `json:"max_items"`
	Block *block `json:"block"`
}

type block struct {
	Attributes map[string]*attribute `json:"attributes"`
	Blocks     map[string]*nested    `json:"block_types"`
}

// kind is a resource type or a data source type.
type kind struct {
	Block *block `json:"block"`
}

// catalog has the types, each parsed when it is first used.
type catalog struct {
	resources, data map[string]json.RawMessage

	mu     sync.Mutex
	parsed map[string]*kind
}

var loadCatalog = sync.OnceValues(func() (*catalog, error) {
	var file struct {
		Providers map[string]struct {
			Resources map[string]json.RawMessage `json:"resource_schemas"`
			Data      map[string]json.RawMessage `json:"data_source_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(schema.JSON, &file); err != nil {
		return nil, fmt.Errorf("the provider's schema: %w", err)
	}
	p := file.Providers[schema.Address]
	return &catalog{resources: p.Resources, data: p.Data, parsed: map[string]*kind{}}, nil
})

// kind returns a resource type, or a data source type if data is set.
func (c *catalog) kind(name string, data bool) (*kind, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key, raws := name, c.resources
	if data {
		key, raws = "data."+name, c.data
	}
	if k := c.parsed[key]; k != nil {
		return k, nil
	}
	raw, ok := raws[name]
	if !ok {
		return nil, fmt.Errorf("the provider's schema has no type %s", key)
	}
	k := &kind{}
	if err := json.Unmarshal(raw, k); err != nil {
		return nil, fmt.Errorf("the provider's schema of %s: %w", key, err)
	}
	if err := k.Block.resolve(); err != nil {
		return nil, fmt.Errorf("the provider's schema of %s: %w", key, err)
	}
	c.parsed[key] = k
	return k, nil
}

// resolve parses the types of a block's attributes.
func (b *block) resolve() error {
	for name, a := range b.Attributes {
		var err error
		if a.typ, err = ctyjson.UnmarshalType(a.Type); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, n := range b.Blocks {
		if err := n.Block.resolve(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// decoder returns the specification with which hcldec decodes a body of the block. Nested
// blocks that no body has are empty lists of any type: a statement of a firewall alone has
// thousands of blocks, and the library builds the type of each.
func (b *block) decoder(bodies ...*hclsyntax.Body) (hcldec.ObjectSpec, error) {
	spec := hcldec.ObjectSpec{}
	for name, a := range b.Attributes {
		spec[name] = &hcldec.AttrSpec{Name: name, Type: a.typ, Required: a.Required}
	}
	written := map[string][]*hclsyntax.Body{}
	for _, body := range bodies {
		for _, inner := range body.Blocks {
			switch {
			case inner.Type != "dynamic":
				written[inner.Type] = append(written[inner.Type], inner.Body)
			default:
				for _, content := range inner.Body.Blocks {
					written[inner.Labels[0]] = append(written[inner.Labels[0]], content.Body)
				}
			}
		}
	}
	for name, n := range b.Blocks {
		inner, used := written[name]
		if !used && n.Min > 0 {
			return nil, fmt.Errorf("there is no block %s, and it needs %d", name, n.Min)
		}
		if !used {
			spec[name] = &hcldec.LiteralSpec{Value: n.empty()}
			continue
		}
		nestedSpec, err := n.Block.decoder(inner...)
		if err != nil {
			return nil, err
		}
		switch n.Mode {
		case "list":
			spec[name] = &hcldec.BlockListSpec{TypeName: name, Nested: nestedSpec, MinItems: n.Min, MaxItems: n.Max}
		case "set":
			spec[name] = &hcldec.BlockSetSpec{TypeName: name, Nested: nestedSpec, MinItems: n.Min, MaxItems: n.Max}
		case "single":
			spec[name] = &hcldec.BlockSpec{TypeName: name, Nested: nestedSpec}
		default:
			return nil, fmt.Errorf("%s: unknown nesting mode %q", name, n.Mode)
		}
	}
	return spec, nil
}

// empty returns the value of a nested block that is not there.
func (n *nested) empty() cty.Value {
	switch n.Mode {
	case "list":
		return cty.ListValEmpty(cty.DynamicPseudoType)
	case "set":
		return cty.SetValEmpty(cty.DynamicPseudoType)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}
