package provider

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// planner turns configuration and prior state into a plan.
type planner struct {
	cfg *config
	t   *typeDef
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// block plans one block. The value of an attribute is the one in the configuration,
// or the prior one if AWS computes it, or the default, or unknown until apply.
func (p *planner) block(b *block, path string, conf, prior map[string]any) map[string]any {
	out := make(map[string]any, len(b.Attributes)+len(b.Blocks))
	for name, a := range b.Attributes {
		def, hasDef := p.t.behaviour.Defaults[join(path, name)]
		switch {
		case a.WriteOnly:
			out[name] = nil
		case conf[name] != nil:
			out[name] = conf[name]
		case a.Computed && prior != nil:
			out[name] = prior[name]
		case hasDef:
			out[name] = def
		case a.Computed:
			out[name] = unknown
		default:
			out[name] = nil
		}
	}
	for name, n := range b.Blocks {
		out[name] = p.nested(n, join(path, name), conf[name], prior[name], prior != nil)
	}
	return out
}

// nested plans a nested block.
func (p *planner) nested(n *nested, path string, conf, prior any, hasPrior bool) any {
	if isUnknown(conf) {
		return unknown
	}
	switch n.Mode {
	case "list", "set":
		if in := asList(conf); len(in) > 0 {
			return p.elements(n, path, in, asList(prior))
		}
		if _, fills := p.t.behaviour.FillBlocks[path]; !fills {
			return []any{}
		}
		if hasPrior {
			return prior
		}
		return unknown
	case "map":
		out := map[string]any{}
		for k, e := range asMap(conf) {
			out[k] = p.block(&n.Block, path, asMap(e), asMap(asMap(prior)[k]))
		}
		return out
	}
	if conf == nil {
		return nil
	}
	return p.block(&n.Block, path, asMap(conf), asMap(prior))
}

// elements plans the blocks of a list or set. The prior element of a list is the one
// at the same index, and of a set the first that fits and is not used yet.
func (p *planner) elements(n *nested, path string, in, prior []any) []any {
	out := make([]any, 0, len(in))
	used := make([]bool, len(prior))
	match := func(i int, e any) map[string]any {
		if n.Mode == "list" {
			if i < len(prior) {
				return asMap(prior[i])
			}
			return nil
		}
		for j, was := range prior {
			if !used[j] && p.fits(&n.Block, path, asMap(e), asMap(was)) {
				used[j] = true
				return asMap(was)
			}
		}
		return nil
	}
	for i, e := range in {
		if isUnknown(e) {
			out = append(out, unknown)
			continue
		}
		out = append(out, p.block(&n.Block, path, asMap(e), match(i, e)))
	}
	return out
}

// fits reports whether a configured element of a set can be the one in the state.
func (p *planner) fits(b *block, path string, conf, prior map[string]any) bool {
	if prior == nil {
		return false
	}
	for name, a := range b.Attributes {
		c := conf[name]
		if c == nil {
			if a.Computed || a.WriteOnly {
				continue
			}
			c = p.t.behaviour.Defaults[join(path, name)]
		}
		if !same(c, prior[name], a.typ) {
			return false
		}
	}
	for name, n := range b.Blocks {
		c, o := asList(conf[name]), asList(prior[name])
		if len(c) == 0 {
			if _, fills := p.t.behaviour.FillBlocks[join(path, name)]; fills {
				continue
			}
		}
		if len(c) != len(o) {
			return false
		}
		for i := range c {
			if !p.fits(&n.Block, join(path, name), asMap(c[i]), asMap(o[i])) {
				return false
			}
		}
	}
	return true
}

// plan returns the planned value and the names of the top-level attributes and blocks
// that force a replacement. imported is true of the first plan after an import, when
// the state lacks what the configuration sets. conf must not be nil.
func (p *planner) plan(conf, prior map[string]any, imported bool) (map[string]any, []string) {
	out := p.block(&p.t.Block, "", conf, prior)

	if a := p.t.Block.Attributes["region"]; a != nil && a.Optional && a.Computed && conf["region"] == nil {
		out["region"] = p.cfg.region
	}
	if _, ok := p.t.Block.Attributes["tags_all"]; ok && conf["tags_all"] == nil {
		out["tags_all"] = mergeTags(p.cfg.defaultTags, out["tags"])
	}
	if hook := planHooks[p.t.name]; hook != nil {
		hook(p, conf, prior, out)
	}
	if prior == nil {
		return out, nil
	}

	changed := map[string]bool{}
	for name, t := range p.t.typ.AttributeTypes {
		if !same(out[name], prior[name], t) {
			changed[name] = true
		}
	}
	for name, on := range p.t.behaviour.Recompute {
		if conf[name] == nil && slices.ContainsFunc(on, func(o string) bool { return changed[o] }) {
			out[name], changed[name] = unknown, true
		}
	}
	if len(changed) == 0 {
		return prior, nil
	}
	return out, p.replacing(changed, prior, imported)
}

// replacing returns the changed names that force a replacement.
func (p *planner) replacing(changed map[string]bool, prior map[string]any, imported bool) []string {
	var replace []string
	force := p.t.behaviour.ForceNew
	if p.t.Block.Attributes["region"] != nil {
		force = append(slices.Clone(force), "region")
	}
	for _, name := range force {
		if changed[name] && !(imported && (prior[name] == nil || isEmptyList(prior[name]))) {
			replace = append(replace, name)
		}
	}
	slices.Sort(replace)
	return slices.Compact(replace)
}

func isEmptyList(v any) bool { l, ok := v.([]any); return ok && len(l) == 0 }

// mergeTags returns the tags of a resource: its own over the provider's defaults.
func mergeTags(base, own any) any {
	if isUnknown(base) || isUnknown(own) {
		return unknown
	}
	out := map[string]any{}
	maps.Copy(out, asMap(base))
	maps.Copy(out, asMap(own))
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

// planHooks compute what the real provider computes at plan time, by type.
var planHooks = map[string]func(p *planner, conf, prior, out map[string]any){
	"aws_acm_certificate": planCertificate,
	"aws_lambda_function": planFunction,
}

// planCertificate plans the names to validate, which are known before the certificate
// is, so that configurations can use them as for_each keys.
func planCertificate(_ *planner, conf, prior, out map[string]any) {
	domain, sans := out["domain_name"], conf["subject_alternative_names"]
	if conf["private_key"] != nil {
		return
	}
	if isUnknown(domain) || hasUnknown(sans) {
		out["subject_alternative_names"] = unknown
		if prior == nil {
			out["domain_validation_options"] = unknown
		}
		return
	}
	var names []string
	for _, s := range append([]any{domain}, asList(sans)...) {
		if n := asString(s); n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	all := make([]any, len(names))
	for i, n := range names {
		all[i] = n
	}
	out["subject_alternative_names"] = all
	if prior != nil {
		return
	}
	options := []any{}
	if m := asString(out["validation_method"]); m == "DNS" {
		for _, n := range names {
			options = append(options, map[string]any{
				"domain_name": n, "resource_record_name": unknown, "resource_record_type": unknown, "resource_record_value": unknown,
			})
		}
	} else if isUnknown(out["validation_method"]) {
		out["domain_validation_options"] = unknown
		return
	}
	out["domain_validation_options"] = options
}

// planFunction plans the new version of a published function whose code or
// configuration changes.
func planFunction(p *planner, conf, prior, out map[string]any) {
	if prior == nil {
		return
	}
	code, settings := false, false
	for name, t := range p.t.typ.AttributeTypes {
		switch name {
		case "tags", "tags_all", "timeouts", "publish", "reserved_concurrent_executions", "skip_destroy":
			continue
		case "code_signing_config_arn", "region":
			continue
		}
		if a := p.t.Block.Attributes[name]; a != nil && a.Computed && conf[name] == nil {
			continue
		}
		if same(out[name], prior[name], t) {
			continue
		}
		switch name {
		case "filename", "source_code_hash", "s3_bucket", "s3_key", "s3_object_version", "image_uri", "architectures":
			code = true
		default:
			settings = true
		}
	}
	if !code && !settings {
		return
	}
	out["last_modified"] = unknown
	names := []string{}
	if code {
		names = append(names, "code_sha256", "source_code_size")
	}
	if out["publish"] == true || isUnknown(out["publish"]) {
		names = append(names, "version", "qualified_arn", "qualified_invoke_arn")
	}
	for _, n := range names {
		if _, ok := p.t.Block.Attributes[n]; ok && conf[n] == nil {
			out[n] = unknown
		}
	}
}

// paths returns the attribute paths of top-level names.
func paths(names []string) []*tftypes.AttributePath {
	var out []*tftypes.AttributePath
	for _, n := range names {
		out = append(out, tftypes.NewAttributePath().WithAttributeName(strings.TrimSpace(n)))
	}
	return out
}
