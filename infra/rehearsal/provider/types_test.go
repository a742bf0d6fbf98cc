package provider

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// blank returns a configuration that has every required argument and block, and no more.
func blank(b *block) map[string]any {
	out := map[string]any{}
	for n, a := range b.Attributes {
		if a.Required {
			out[n] = sample(a.typ, n)
		}
	}
	for n, nb := range b.Blocks {
		if nb.Mode == "list" || nb.Mode == "set" {
			list := []any{}
			for range nb.Min {
				list = append(list, blank(&nb.Block))
			}
			out[n] = list
		}
	}
	return out
}

// sample returns a value of a type.
func sample(t tftypes.Type, name string) any {
	switch tt := t.(type) {
	case tftypes.List, tftypes.Set:
		return []any{sample(elementType(t), name)}
	case tftypes.Map:
		return map[string]any{"k": sample(tt.ElementType, name)}
	case tftypes.Object:
		out := map[string]any{}
		for k, et := range tt.AttributeTypes {
			out[k] = sample(et, k)
		}
		return out
	}
	switch {
	case t.Is(tftypes.Bool):
		return true
	case t.Is(tftypes.Number):
		return asFloat(1)
	case strings.HasSuffix(name, "arn"):
		return "arn:aws:service:us-east-1:123456789012:thing/" + name
	}
	return "a-" + name
}

var arnLike = regexp.MustCompile(`^arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:[^{}]+$`)

// Every resource type is planned, applied, sent over the wire and planned again.
func TestEveryResourceType(t *testing.T) {
	c := testCatalog(t)
	s := newServer(c)
	for name := range c.rawResources {
		t.Run(name, func(t *testing.T) {
			typ, err := c.resource(name)
			if err != nil {
				t.Fatal(err)
			}
			conf := blank(&typ.Block)
			p := &planner{cfg: &s.cfg, t: typ}
			planned, replace := p.plan(conf, nil, false)
			if len(replace) > 0 {
				t.Errorf("creation replaces %v", replace)
			}
			if _, err := encode(typ, planned); err != nil {
				t.Fatalf("plan: %v", err)
			}
			apply := func() map[string]any {
				return newFiller(&s.cfg, typ, clone(planned).(map[string]any), nil, s.mem).all()
			}
			state := apply()
			if hasUnknown(state) {
				t.Error("still unknown after apply")
			}
			if !same(state, apply(), typ.typ) {
				t.Error("two applies of one plan differ")
			}
			dv, err := encode(typ, state)
			if err != nil {
				t.Fatalf("apply: %v", err)
			}
			back, err := decode(typ, dv)
			if err != nil {
				t.Fatal(err)
			}
			checkInvented(t, typ, back)
			second, _ := p.plan(conf, back, false)
			for n, at := range typ.typ.AttributeTypes {
				if !same(second[n], back[n], at) {
					t.Errorf("second plan changes %s from %v to %v", n, back[n], second[n])
				}
			}
		})
	}
}

// checkInvented checks the form of the strings that AWS would return.
func checkInvented(t *testing.T, typ *typeDef, state map[string]any) {
	t.Helper()
	for n, a := range typ.Block.Attributes {
		s, ok := state[n].(string)
		if !ok || !a.Computed {
			continue
		}
		if strings.ContainsAny(s, "{}") && s != "{}" && !json.Valid([]byte(s)) {
			t.Errorf("%s has an unfilled template: %s", n, s)
		}
		if n == "arn" && s != "" && !arnLike.MatchString(s) && !strings.HasPrefix(s, "a-") {
			t.Errorf("arn is %s", s)
		}
	}
	if id := state["id"]; typ.Block.Attributes["id"] != nil && (id == nil || id == "") {
		t.Error("no id")
	}
}

func TestEveryDataSourceType(t *testing.T) {
	c := testCatalog(t)
	s := newServer(c)
	for name := range c.rawData {
		t.Run(name, func(t *testing.T) {
			typ, err := c.dataSource(name)
			if err != nil {
				t.Fatal(err)
			}
			state, err := readData(&s.cfg, typ, blank(&typ.Block), s.mem)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := encode(typ, state); err != nil {
				t.Error(err)
			}
			if id := state["id"]; typ.Block.Attributes["id"] != nil && (id == nil || id == "") {
				t.Error("no id")
			}
		})
	}
}

func TestAnUnknownTypeIsNamed(t *testing.T) {
	_, err := testCatalog(t).resource("aws_quantum_computer")
	if err == nil || !strings.Contains(err.Error(), "does not have the type aws_quantum_computer") {
		t.Errorf("got %v", err)
	}
}
