package provider

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// inventedTime is the time in every invented timestamp.
const inventedTime = "2025-01-01T00:00:00Z"

// filler replaces the unknown values of one resource with invented ones. They depend
// on the type and the configuration only, so that a second apply invents the same.
type filler struct {
	cfg   *config
	t     *typeDef
	top   map[string]any // the resource, filled in place
	prior map[string]any // the resource before, or nil
	seed  string
	busy  map[string]bool // attributes that are being filled, to end recursion
	path  string          // of the value that is being invented
	mem   *memory
}

// newFiller returns a filler for the resource top. Its seed is made of the attributes
// that behaviour.json names, or of all that are known.
func newFiller(cfg *config, t *typeDef, top, prior map[string]any, mem *memory) *filler {
	f := &filler{cfg: cfg, t: t, top: top, prior: prior, busy: map[string]bool{}, mem: mem}
	chosen := map[string]any{}
	names := t.behaviour.Seed
	if names == nil {
		names = sortedKeys(top)
	}
	for _, n := range names {
		if v := top[n]; v != nil && !hasUnknown(v) && n != "tags_all" && n != "timeouts" {
			chosen[n] = v
		}
	}
	if r := f.region(); r != "" && t.Block.Attributes["region"] != nil {
		chosen["region"] = r
	}
	b, _ := json.Marshal(chosen) // cannot fail: strings, numbers, bools and containers of them
	f.seed = t.name + string(b)
	return f
}

// region returns the resource's Region.
func (f *filler) region() string {
	if s, ok := f.top["region"].(string); ok && s != "" {
		return s
	}
	return asString(f.cfg.region)
}

// all fills every attribute and block, and returns the resource.
func (f *filler) all() map[string]any {
	for _, name := range sortedKeys(f.t.Block.Attributes) {
		f.attribute(name)
	}
	for _, name := range sortedKeys(f.t.Block.Blocks) {
		f.top[name] = f.nested(f.t.Block.Blocks[name], name, f.top[name])
	}
	return f.top
}

// attribute fills a top-level attribute if it is unknown, and returns it.
func (f *filler) attribute(name string) any {
	a := f.t.Block.Attributes[name]
	v := f.top[name]
	if a == nil || !hasUnknown(v) || f.busy[name] {
		return v
	}
	f.busy[name] = true
	if isUnknown(v) {
		v = f.invent(a, name, name, nil)
	} else {
		v = f.inside(a.typ, name, v)
	}
	f.top[name] = v
	delete(f.busy, name)
	return v
}

// nested returns the value of a nested block with its unknown parts filled.
func (f *filler) nested(n *nested, path string, v any) any {
	if isUnknown(v) {
		if fill, ok := f.t.behaviour.FillBlocks[path]; ok {
			return f.defaultBlock(n, path, fill)
		}
		if n.Mode == "list" || n.Mode == "set" {
			return []any{}
		}
		return nil
	}
	switch x := v.(type) {
	case []any:
		out := make([]any, 0, len(x))
		for _, e := range x {
			if m := asMap(e); m != nil {
				out = append(out, f.element(n, path, m))
			}
		}
		return out
	case map[string]any:
		return f.element(n, path, x)
	}
	return v
}

// defaultBlock returns the block that AWS adds to a configuration without it.
// fill is its description in behaviour.json.
func (f *filler) defaultBlock(n *nested, path string, fill map[string]any) []any {
	if only, is := fill["$if"]; is && f.expand(only, nil) != "true" {
		return []any{}
	}
	el := map[string]any{}
	for name := range n.Block.Attributes {
		el[name] = nil
	}
	for name := range n.Block.Blocks {
		el[name] = []any{}
	}
	for name, x := range fill {
		if name != "$if" {
			el[name] = f.literal(x, el)
		}
	}
	for name, a := range n.Block.Attributes {
		if el[name] == nil && a.Computed {
			el[name] = f.invent(a, name, join(path, name), el)
		}
	}
	return []any{el}
}

// element returns a copy of one nested block with its unknown parts filled.
func (f *filler) element(n *nested, path string, m map[string]any) map[string]any {
	out := clone(m).(map[string]any)
	for _, name := range sortedKeys(n.Block.Attributes) {
		if isUnknown(out[name]) {
			out[name] = f.invent(n.Block.Attributes[name], name, join(path, name), out)
		} else if hasUnknown(out[name]) {
			out[name] = f.inside(n.Block.Attributes[name].typ, join(path, name), out[name])
		}
	}
	for name, sub := range n.Block.Blocks {
		out[name] = f.nested(sub, join(path, name), out[name])
	}
	return out
}

// inside returns a partly known attribute with its unknown parts filled.
func (f *filler) inside(t tftypes.Type, path string, v any) any {
	if isUnknown(v) {
		return f.zero(t, path)
	}
	switch x := v.(type) {
	case []any:
		elem := elementType(t)
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = f.inside(elem, path, e)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for _, k := range sortedKeys(x) {
			switch tt := t.(type) {
			case tftypes.Object:
				if isUnknown(x[k]) {
					out[k] = f.invent(&attribute{typ: tt.AttributeTypes[k], Computed: true}, k, join(path, k), x)
				} else {
					out[k] = f.inside(tt.AttributeTypes[k], join(path, k), x[k])
				}
			default:
				out[k] = f.inside(elementType(t), path, x[k])
			}
		}
		return out
	}
	return v
}

// elementType returns the type of a collection's elements.
func elementType(t tftypes.Type) tftypes.Type {
	switch tt := t.(type) {
	case tftypes.List:
		return tt.ElementType
	case tftypes.Set:
		return tt.ElementType
	case tftypes.Map:
		return tt.ElementType
	}
	return tftypes.String
}

// invent returns a value for one attribute. el is the nested block that the attribute
// is in, or nil.
func (f *filler) invent(a *attribute, name, path string, el map[string]any) any {
	if a.WriteOnly {
		return nil
	}
	defer func(was string) { f.path = was }(f.path)
	f.path = path
	if h := fillHooks[f.t.name+"."+path]; h != nil {
		if v, ok := h(f, el); ok {
			return v
		}
	}
	if path == "id" && f.t.behaviour.ID != "" {
		if id := f.expand(f.t.behaviour.ID, el); id != "" {
			return id
		}
	}
	if template, ok := f.t.behaviour.Set[path]; ok {
		return f.fit(f.literal(template, el), a.typ, path)
	}
	if el == nil && a.Optional {
		if v, ok := f.prefixed(name, path); ok {
			return v
		}
	}
	if !a.typ.Is(tftypes.String) {
		return f.zero(a.typ, path)
	}
	return f.plausible(a, name, path)
}

// prefixed returns the value of an attribute such as name that can be given as
// name_prefix, or of such a prefix. It reports false for any other attribute.
func (f *filler) prefixed(name, path string) (string, bool) {
	if _, ok := f.t.Block.Attributes[name+"_prefix"]; ok {
		prefix, ok := f.top[name+"_prefix"].(string)
		if !ok {
			prefix = "terraform-"
		}
		return prefix + f.hash("digits", 26, path), true
	}
	if full, ok := strings.CutSuffix(name, "_prefix"); ok && f.t.Block.Attributes[full] != nil {
		return "", true
	}
	return "", false
}

// fit returns a literal of behaviour.json with the members that its type needs.
func (f *filler) fit(v any, t tftypes.Type, path string) any {
	switch tt := t.(type) {
	case tftypes.List, tftypes.Set:
		elem := elementType(t)
		out := []any{}
		for _, e := range asList(v) {
			out = append(out, f.fit(e, elem, path))
		}
		return out
	case tftypes.Object:
		in, out := asMap(v), map[string]any{}
		for k, et := range tt.AttributeTypes {
			if x, ok := in[k]; ok {
				out[k] = f.fit(x, et, path)
			} else {
				out[k] = f.zero(et, join(path, k))
			}
		}
		return out
	}
	return v
}

// zero returns the empty value of a type.
func (f *filler) zero(t tftypes.Type, path string) any {
	switch tt := t.(type) {
	case tftypes.List, tftypes.Set:
		return []any{}
	case tftypes.Map:
		return map[string]any{}
	case tftypes.Object:
		out := map[string]any{}
		for k, et := range tt.AttributeTypes {
			out[k] = f.zero(et, join(path, k))
		}
		return out
	}
	switch {
	case t.Is(tftypes.Number):
		return new(big.Float)
	case t.Is(tftypes.Bool):
		return false
	}
	return ""
}

// plausible returns a string for an attribute that behaviour.json does not mention,
// guessed from its name.
func (f *filler) plausible(a *attribute, name, path string) any {
	service, kind := f.serviceAndKind()
	switch {
	case path == "id":
		for _, n := range []string{"name", "arn"} {
			if _, ok := f.t.Block.Attributes[n]; ok && !f.busy[n] {
				if s := asString(f.attribute(n)); s != "" {
					return s
				}
			}
		}
		return f.hash("hex", 16, path)
	case name == "arn":
		return f.expand(fmt.Sprintf("arn:{$partition}:%s:{$region}:{$account}:%s/{#hex:12}", service, kind), nil)
	case a.Optional:
		return ""
	case strings.HasSuffix(name, "_arn"):
		return f.expand(fmt.Sprintf("arn:{$partition}:%s:{$region}:{$account}:%s/%s", service, strings.TrimSuffix(name, "_arn"), f.hash("hex", 12, path)), nil)
	case strings.HasSuffix(name, "_date"), strings.HasSuffix(name, "_time"), strings.HasSuffix(name, "_at"), name == "last_modified":
		return inventedTime
	case name == "status", name == "state":
		return "ACTIVE"
	case name == "version", strings.HasSuffix(name, "_version"):
		return "1"
	case name == "owner", strings.HasSuffix(name, "account_id"), strings.HasSuffix(name, "owner_id"):
		return f.cfg.account
	}
	return strings.ReplaceAll(name, "_", "-") + "-" + f.hash("hex", 8, path)
}

// serviceAndKind returns the two parts of the type's name as an ARN has them: for
// aws_lambda_layer_version, "lambda" and "layer-version".
func (f *filler) serviceAndKind() (service, kind string) {
	service, kind, _ = strings.Cut(strings.TrimPrefix(f.t.name, "aws_"), "_")
	if kind == "" {
		kind = service
	}
	return service, strings.ReplaceAll(kind, "_", "-")
}
