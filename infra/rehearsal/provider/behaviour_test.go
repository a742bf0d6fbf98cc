package provider

import (
	"regexp"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

func testCatalog(t *testing.T) *catalog {
	t.Helper()
	c, err := loadCatalog(schema.JSON, behaviourJSON)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at returns the attribute or the block at a dotted path.
func at(b *block, path string) (*attribute, *nested) {
	parts := strings.Split(path, ".")
	for _, p := range parts[:len(parts)-1] {
		n := b.Blocks[p]
		if n == nil {
			return nil, nil
		}
		b = &n.Block
	}
	last := parts[len(parts)-1]
	return b.Attributes[last], b.Blocks[last]
}

// entry is an entry of behaviour.json and its type.
type entry struct {
	*testing.T
	typ *typeDef
}

// exists checks that the schema has what a member of the entry names.
func (e entry) exists(member, path string) *attribute {
	e.Helper()
	a, n := at(&e.typ.Block, path)
	if a == nil && n == nil {
		e.Errorf("%s names %s, which the schema lacks", member, path)
	}
	return a
}

// templates checks the attributes that templates in v refer to.
func (e entry) templates(member string, v any) {
	e.Helper()
	switch x := v.(type) {
	case string:
		for _, m := range slot.FindAllStringSubmatch(x, -1) {
			if m[1] == "" || m[1] == "+" {
				e.exists(member, m[2])
			}
		}
	case []any:
		for _, v := range x {
			e.templates(member, v)
		}
	case map[string]any:
		for _, v := range x {
			e.templates(member, v)
		}
	}
}

func TestBehaviourNamesWhatTheSchemaHas(t *testing.T) {
	c := testCatalog(t)
	for kind, all := range map[string]map[string]*behaviour{"resource": c.behaviour.Resource, "data": c.behaviour.Data} {
		for name, b := range all {
			t.Run(kind+" "+name, func(t *testing.T) {
				typ, err := c.lookup(name, kind == "data")
				if err != nil {
					t.Fatal(err)
				}
				e := entry{t, typ}
				e.checkValues(b)
				e.checkNames(b)
				e.checkChecks(b)
			})
		}
	}
}

func (e entry) checkValues(b *behaviour) {
	e.templates("id", b.ID)
	e.templates("import", b.Import)
	e.templates("exists", b.Exists)
	if b.Exists != "" && b.Unique == nil {
		e.Error("exists is the error of a second resource, and unique does not name what two cannot share")
	}
	for path, v := range b.Set {
		if a := e.exists("set", path); a != nil && !e.typ.data && !a.Computed && path != "id" {
			e.Errorf("set.%s is not computed", path)
		}
		e.templates("set."+path, v)
	}
	for path := range b.Defaults {
		if a := e.exists("defaults", path); a != nil && (a.Computed || a.Required) && !e.typ.data {
			e.Errorf("defaults.%s is computed or required", path)
		}
	}
	for path, fill := range b.FillBlocks {
		if _, n := at(&e.typ.Block, path); n == nil {
			e.Errorf("fill_blocks.%s is not a block", path)
			continue
		}
		for k, v := range fill {
			e.exists("fill_blocks", path+"."+k)
			e.templates("fill_blocks", v)
		}
	}
}

func (e entry) checkNames(b *behaviour) {
	for member, names := range map[string][]string{"force_new": b.ForceNew, "unique": b.Unique, "seed": b.Seed} {
		for _, n := range names {
			e.exists(member, n)
		}
	}
	for n, on := range b.Recompute {
		if a := e.exists("recompute", n); a != nil && !a.Computed {
			e.Errorf("recompute.%s is not computed", n)
		}
		for _, o := range on {
			e.exists("recompute", o)
		}
	}
}

func (e entry) checkChecks(b *behaviour) {
	for _, k := range b.Checks {
		if k.At != "" {
			e.exists("checks", k.At)
		}
		if _, err := regexp.Compile(k.Match); err != nil {
			e.Error(err)
		}
		for _, names := range [][]string{k.ExactlyOne, k.AtMostOne, k.AtLeastOne, k.IfAny, k.Need} {
			for _, n := range names {
				e.exists("checks", n)
			}
		}
	}
}
