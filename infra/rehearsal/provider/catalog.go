package provider

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

// behaviourJSON describes by type what the schema does not: ids, ARNs, defaults, which
// arguments force a replacement, and checks. Type behaviour has its members.
//
//go:embed behaviour.json
var behaviourJSON []byte

// attribute, nested and block have the members of "terraform providers schema -json".

// attribute is one argument or result.
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

// nested is a nested block and how often it may be there.
type nested struct {
	Mode  string `json:"nesting_mode"`
	Min   int64  `json:"min_items"`
	Max   int64  `json:"max_items"`
	Block block  `json:"block"`
}

// block is the contents of a resource or of a nested block.
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

	behaviour *behaviour
}

// behaviour is a type's entry in behaviour.json. Paths are names with dots; templates
// are explained at filler.expand.
type behaviour struct {
	// ID is the template of the id.
	ID string `json:"id"`
	// Import is the template of the id that import takes, if it is not ID.
	Import string `json:"import"`
	// Seed has the attributes on which invented values depend; nil is all.
	Seed []string `json:"seed"`
	// Set has the templates of other computed attributes, by path.
	Set map[string]any `json:"set"`
	// Defaults has the values of arguments that are not given, by path.
	Defaults map[string]any `json:"defaults"`
	// ForceNew has the arguments and blocks whose change replaces the resource.
	ForceNew []string `json:"force_new"`
	// Unique has the attributes that two resources of one Region cannot share.
	Unique []string `json:"unique"`
	// Exists is the template of AWS's error for a second one of them.
	Exists string `json:"exists"`
	// Recompute has the attributes that change when one of others does.
	Recompute map[string][]string `json:"recompute"`
	// FillBlocks has the blocks that AWS adds to a configuration without them, by path.
	FillBlocks map[string]map[string]any `json:"fill_blocks"`
	Checks     []check                   `json:"checks"`
}

// catalog has all types. A type is parsed when it is first asked for, because
// Terraform starts the provider often and uses few types.
type catalog struct {
	statements   statements
	mu           sync.Mutex
	provider     *typeDef
	rawResources map[string]json.RawMessage
	rawData      map[string]json.RawMessage
	resources    map[string]*typeDef
	data         map[string]*typeDef
	behaviour    struct {
		Services map[string]string     `json:"services"`
		Resource map[string]*behaviour `json:"resource"`
		Data     map[string]*behaviour `json:"data"`
	}
}

// loadCatalog reads the schema and the behaviour of all types.
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
	c := &catalog{rawResources: p.Res, rawData: p.Data, resources: map[string]*typeDef{}, data: map[string]*typeDef{}}
	if err := json.Unmarshal(howJSON, &c.behaviour); err != nil {
		return nil, fmt.Errorf("behaviour.json: %w", err)
	}
	var err error
	c.provider, err = parseType("provider", false, p.Provider, &behaviour{}, c.statements)
	return c, err
}

// parseType parses one type of aws.json. Statements of WAF's rules nest as nesting allows.
func parseType(name string, data bool, raw json.RawMessage, how *behaviour, nesting statements) (*typeDef, error) {
	t := &typeDef{name: name, data: data, behaviour: how}
	if err := json.Unmarshal(raw, t); err != nil {
		return nil, fmt.Errorf("aws.json: %s: %w", name, err)
	}
	nesting.cut(&t.Block)
	if err := t.Block.resolve(); err != nil {
		return nil, fmt.Errorf("aws.json: %s: %w", name, err)
	}
	t.typ = t.Block.objectType()
	return t, nil
}

// lookup returns a resource type, or a data source type if data is set.
func (c *catalog) lookup(name string, data bool) (*typeDef, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	raws, parsed, how := c.rawResources, c.resources, c.behaviour.Resource[name]
	if data {
		raws, parsed = c.rawData, c.data
		// A data source without an entry has the invented values of its resource.
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
		return nil, fmt.Errorf("the stand-in provider does not have the type %s: see infra/rehearsal/README.md to add it", name)
	}
	if how == nil {
		how = &behaviour{}
	}
	t, err := parseType(name, data, raw, how, c.statements)
	if err != nil {
		return nil, err
	}
	parsed[name] = t
	return t, nil
}

func (c *catalog) resource(name string) (*typeDef, error)   { return c.lookup(name, false) }
func (c *catalog) dataSource(name string) (*typeDef, error) { return c.lookup(name, true) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
