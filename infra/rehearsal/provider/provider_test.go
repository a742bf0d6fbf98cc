package provider

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

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

// at follows a dotted path; it gives the attribute or the block it ends at.
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

// TestBehaviourFitsSchema: behaviour.json must not name what the schema lacks.
func TestBehaviourFitsSchema(t *testing.T) {
	c := testCatalog(t)
	for _, data := range []bool{false, true} {
		all := c.behaviour.Resource
		if data {
			all = c.behaviour.Data
		}
		for name, how := range all {
			typ, err := c.lookup(name, data)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			exists := func(what, path string) *attribute {
				a, n := at(&typ.Block, path)
				if a == nil && n == nil {
					t.Errorf("%s (data %v): %s names %s, which the schema lacks", name, data, what, path)
				}
				return a
			}
			templates := func(what string, v any) {
				var walk func(v any)
				walk = func(v any) {
					switch x := v.(type) {
					case string:
						for _, m := range slot.FindAllStringSubmatch(x, -1) {
							if m[1] == "" || m[1] == "+" {
								exists(what, m[2])
							}
						}
					case []any:
						for _, e := range x {
							walk(e)
						}
					case map[string]any:
						for _, e := range x {
							walk(e)
						}
					}
				}
				walk(v)
			}
			templates("id", how.ID)
			templates("import", how.Import)
			for path, v := range how.Set {
				a := exists("set", path)
				if a != nil && !data && !a.Computed && path != "id" {
					t.Errorf("%s: set.%s is not computed", name, path)
				}
				templates("set."+path, v)
			}
			for path := range how.Defaults {
				if a := exists("defaults", path); a != nil && (a.Computed || a.Required) && !data {
					t.Errorf("%s: defaults.%s is computed or required", name, path)
				}
			}
			for _, n := range how.ForceNew {
				exists("force_new", n)
			}
			for n, on := range how.Recompute {
				if a := exists("recompute", n); a != nil && !a.Computed {
					t.Errorf("%s: recompute.%s is not computed", name, n)
				}
				for _, o := range on {
					exists("recompute", o)
				}
			}
			for path, fill := range how.FillBlocks {
				if _, n := at(&typ.Block, path); n == nil {
					t.Errorf("%s: fill_blocks.%s is not a block", name, path)
					continue
				}
				for k, v := range fill {
					exists("fill_blocks", path+"."+k)
					templates("fill_blocks", v)
				}
			}
			for _, n := range how.Unique {
				exists("unique", n)
			}
			for _, n := range how.Seed {
				exists("seed", n)
			}
			for _, k := range how.Checks {
				if k.At != "" {
					exists("checks", k.At)
				}
				if k.Match != "" {
					if _, err := regexp.Compile(k.Match); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
				for _, list := range [][]string{k.ExactlyOne, k.AtMostOne, k.AtLeastOne, k.IfAny, k.Need} {
					for _, n := range list {
						exists("checks", n)
					}
				}
			}
		}
	}
}

// blank is a configuration with every required argument given, and nothing else.
func blank(b *block) map[string]any {
	out := map[string]any{}
	for n, a := range b.Attributes {
		if !a.Required {
			continue
		}
		out[n] = sample(a.typ, n)
	}
	for n, nb := range b.Blocks {
		if nb.Mode == "list" || nb.Mode == "set" {
			out[n] = []any{}
			for i := int64(0); i < nb.Min; i++ {
				out[n] = append(out[n].([]any), blank(&nb.Block))
			}
		}
	}
	return out
}

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

// TestLifeOfEveryType: create, plan again, change, import and read every type, and
// convert each value to the wire format.
func TestLifeOfEveryType(t *testing.T) {
	c := testCatalog(t)
	cfg := &newServer(c).cfg
	mem := &memory{m: map[string]string{}}
	for name := range c.rawRes {
		typ, err := c.resource(name)
		if err != nil {
			t.Fatal(err)
		}
		conf := blank(&typ.Block)
		p := &planner{cfg: cfg, t: typ}
		planned, replace := p.plan(conf, nil, false)
		if len(replace) > 0 {
			t.Errorf("%s: creation replaces %v", name, replace)
		}
		if _, err := encode(typ, planned); err != nil {
			t.Errorf("%s: plan: %v", name, err)
			continue
		}
		state := newFiller(cfg, typ, clone(planned).(map[string]any), nil, mem).all()
		if hasUnknown(state) {
			t.Errorf("%s: still unknown after apply", name)
		}
		dv, err := encode(typ, state)
		if err != nil {
			t.Errorf("%s: apply: %v", name, err)
			continue
		}
		again := newFiller(cfg, typ, clone(planned).(map[string]any), nil, mem).all()
		if !same(state, again, typ.typ) {
			t.Errorf("%s: two applies of one plan differ", name)
		}
		back, err := decode(typ, dv)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for n, a := range typ.Block.Attributes {
			s, ok := back[n].(string)
			if !ok || !a.Computed {
				continue
			}
			if strings.ContainsAny(s, "{}") && s != "{}" && !json.Valid([]byte(s)) {
				t.Errorf("%s.%s has an unfilled template: %s", name, n, s)
			}
			if n == "arn" && s != "" && !arnLike.MatchString(s) && !strings.HasPrefix(s, "a-") {
				t.Errorf("%s.arn is %s", name, s)
			}
		}
		if id := back["id"]; typ.Block.Attributes["id"] != nil && (id == nil || id == "") {
			t.Errorf("%s: no id", name)
		}
		second, _ := p.plan(conf, back, false)
		if !same(second, back, typ.typ) {
			for n, at := range typ.typ.AttributeTypes {
				if !same(second[n], back[n], at) {
					t.Errorf("%s: second plan changes %s from %v to %v", name, n, back[n], second[n])
				}
			}
		}
	}
	for name := range c.rawData {
		typ, err := c.dataSource(name)
		if err != nil {
			t.Fatal(err)
		}
		conf := blank(&typ.Block)
		state, err := readData(cfg, typ, conf, mem)
		if err != nil {
			t.Errorf("data %s: %v", name, err)
			continue
		}
		if _, err := encode(typ, state); err != nil {
			t.Errorf("data %s: %v", name, err)
		}
		if id := state["id"]; typ.Block.Attributes["id"] != nil && (id == nil || id == "") {
			t.Errorf("data %s: no id", name)
		}
	}
}

func TestPolicyDocument(t *testing.T) {
	stmt := func(kv ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1]
		}
		return m
	}
	out, err := policyDocument(map[string]any{"statement": []any{
		stmt("sid", "One", "actions", []any{"s3:Get*", "s3:List*"}, "resources", []any{"arn:aws:s3:::b/&{aws:username}"},
			"condition", []any{map[string]any{"test": "StringEquals", "variable": "aws:a", "values": []any{"z", "y"}}}),
		stmt("effect", "Deny", "not_actions", []any{"iam:*"}, "resources", []any{"*"},
			"principals", []any{map[string]any{"type": "*", "identifiers": []any{"*"}}}),
		stmt("actions", []any{"sts:AssumeRole"}, "principals", []any{
			map[string]any{"type": "Service", "identifiers": []any{"lambda.amazonaws.com"}},
			map[string]any{"type": "AWS", "identifiers": []any{"a", "b"}}}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"One","Effect":"Allow","Action":["s3:List*","s3:Get*"],"Resource":"arn:aws:s3:::b/${aws:username}","Condition":{"StringEquals":{"aws:a":["z","y"]}}},` +
		`{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Principal":"*"},` +
		`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["b","a"],"Service":"lambda.amazonaws.com"}}]}`
	if got := out["minified_json"]; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !strings.HasPrefix(out["json"].(string), "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Sid\": \"One\",") {
		t.Errorf("json is %s", out["json"])
	}

	// Sources come first, an override replaces the statement of its Sid.
	out, err = policyDocument(map[string]any{
		"source_policy_documents":   []any{`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"a:*","Resource":"*"}]}`},
		"statement":                 []any{stmt("sid", "B", "actions", []any{"b:*"})},
		"override_policy_documents": []any{`{"Statement":[{"Sid":"A","Effect":"Deny","Action":["a:x","a:y"],"Resource":"*"}]}`},
	})
	if err != nil {
		t.Fatal(err)
	}
	want = `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Deny","Action":["a:x","a:y"],"Resource":"*"},{"Sid":"B","Effect":"Allow","Action":"b:*"}]}`
	if got := out["minified_json"]; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, err := policyDocument(map[string]any{"statement": []any{stmt("sid", "A"), stmt("sid", "A")}}); err == nil {
		t.Error("a duplicate Sid is accepted")
	}
}

func TestZoneID(t *testing.T) {
	for region, want := range map[string]string{"us-east-1": "use1", "eu-central-1": "euc1", "ap-southeast-2": "apse2", "us-gov-west-1": "usgw1"} {
		if got := zoneID(region); got != want {
			t.Errorf("%s: %s, want %s", region, got, want)
		}
	}
}

func TestImportFormat(t *testing.T) {
	got := matchFormat("{rest_api_id}/{stage_name}", "abc/prod")
	if got["rest_api_id"] != "abc" || got["stage_name"] != "prod" {
		t.Errorf("%v", got)
	}
	if matchFormat("{a}/{b}", "x") != nil {
		t.Error("a format matches what it should not")
	}
}
