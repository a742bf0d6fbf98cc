package provider

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// config is what the provider block came to.
type config struct {
	region      any // string or unknown
	account     string
	partition   string
	dnsSuffix   string
	defaultTags any // map[string]any or unknown
}

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

// block merges one block: what the configuration says, else a default, else the
// prior value of something computed, else "known after apply".
func (p *planner) block(b *block, path string, conf, prior map[string]any) map[string]any {
	out := make(map[string]any, len(b.Attributes)+len(b.Blocks))
	for name, a := range b.Attributes {
		def, hasDef := p.t.how.Defaults[join(path, name)]
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

func (p *planner) nested(n *nested, path string, conf, prior any, hasPrior bool) any {
	if isUnknown(conf) {
		return unknown
	}
	switch n.Mode {
	case "list", "set":
		in, old := asList(conf), asList(prior)
		if len(in) == 0 {
			if _, fills := p.t.how.FillBlocks[path]; fills {
				if hasPrior {
					return prior
				}
				return unknown
			}
			return []any{}
		}
		out := make([]any, 0, len(in))
		used := make([]bool, len(old))
		for i, e := range in {
			if isUnknown(e) {
				out = append(out, unknown)
				continue
			}
			var was map[string]any
			if n.Mode == "list" {
				if i < len(old) {
					was = asMap(old[i])
				}
			} else {
				for j, o := range old {
					if !used[j] && p.fits(&n.Block, path, asMap(e), asMap(o)) {
						used[j], was = true, asMap(o)
						break
					}
				}
			}
			out = append(out, p.block(&n.Block, path, asMap(e), was))
		}
		return out
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

// fits says whether a configured element of a set can be the one in the state.
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
			c = p.t.how.Defaults[join(path, name)]
		}
		if !same(c, prior[name], a.typ) {
			return false
		}
	}
	for name, n := range b.Blocks {
		c, o := asList(conf[name]), asList(prior[name])
		if len(c) == 0 {
			if _, fills := p.t.how.FillBlocks[join(path, name)]; fills {
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

// plan returns the planned value and the names of the top-level attributes and
// blocks that force a replacement. conf must not be nil.
func (p *planner) plan(conf, prior map[string]any, imported bool) (map[string]any, []string) {
	out := p.block(&p.t.Block, "", conf, prior)

	_, hasRegion := p.t.Block.Attributes["region"]
	if regional := hasRegion && p.t.Block.Attributes["region"].Optional && p.t.Block.Attributes["region"].Computed; regional && conf["region"] == nil {
		out["region"] = p.cfg.region
	}
	if _, ok := p.t.Block.Attributes["tags_all"]; ok && conf["tags_all"] == nil {
		out["tags_all"] = mergeTags(p.cfg.defaultTags, out["tags"])
	}
	// A name that is made from its prefix is new when the prefix is.
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
	for name, on := range p.t.how.Recompute {
		if conf[name] == nil && slices.ContainsFunc(on, func(o string) bool { return changed[o] }) {
			out[name], changed[name] = unknown, true
		}
	}
	if len(changed) == 0 {
		return prior, nil
	}
	var replace []string
	force := p.t.how.ForceNew
	if hasRegion {
		force = append(slices.Clone(force), "region")
	}
	for _, name := range force {
		if changed[name] && !(imported && (prior[name] == nil || isEmptyList(prior[name]))) {
			replace = append(replace, name)
		}
	}
	slices.Sort(replace)
	return out, slices.Compact(replace)
}

func isEmptyList(v any) bool { l, ok := v.([]any); return ok && len(l) == 0 }

func mergeTags(base, own any) any {
	if isUnknown(base) || isUnknown(own) {
		return unknown
	}
	out := map[string]any{}
	for k, v := range asMap(base) {
		out[k] = v
	}
	for k, v := range asMap(own) {
		out[k] = v
	}
	for k, v := range out {
		if v == nil {
			delete(out, k)
		}
	}
	return out
}

// planHooks hold what the real provider works out at plan time.
var planHooks = map[string]func(p *planner, conf, prior, out map[string]any){
	"aws_acm_certificate": planCertificate,
	"aws_lambda_function": planFunction,
}

// planCertificate: the names to validate are known before the certificate is, so
// that configurations can use them as for_each keys.
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

// planFunction: new code or configuration makes a new version when publishing.
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

// paths gives the attribute paths of top-level names.
func paths(names []string) []*tftypes.AttributePath {
	var out []*tftypes.AttributePath
	for _, n := range names {
		out = append(out, tftypes.NewAttributePath().WithAttributeName(strings.TrimSpace(n)))
	}
	return out
}
