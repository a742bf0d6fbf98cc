package provider

import (
	"math/big"
	"slices"
	"strings"
)

// validation returns the DNS record that proves a domain to ACM. A wildcard has the
// record of its parent domain.
func (f *filler) validation(domain any) map[string]any {
	d := strings.TrimPrefix(asString(domain), "*.")
	return map[string]any{
		"domain_name":           domain,
		"resource_record_name":  "_" + digest("hex", 32, f.seed+d) + "." + d + ".",
		"resource_record_type":  "CNAME",
		"resource_record_value": "_" + digest("hex", 32, "value"+f.seed+d) + "." + digest("alnum", 10, d) + ".acm-validations.aws.",
	}
}

// fillHooks invent the values that a template cannot express, by "type.path". A hook
// reports false to leave the value to the templates. They are set by init, because
// they call the filler that uses them.
var fillHooks map[string]func(f *filler, el map[string]any) (any, bool)

func init() {
	fillHooks = map[string]func(f *filler, el map[string]any) (any, bool){
		"aws_acm_certificate.domain_validation_options.resource_record_name": func(f *filler, el map[string]any) (any, bool) {
			return f.validation(el["domain_name"])["resource_record_name"], true
		},
		"aws_acm_certificate.domain_validation_options.resource_record_type": func(f *filler, el map[string]any) (any, bool) {
			return f.validation(el["domain_name"])["resource_record_type"], true
		},
		"aws_acm_certificate.domain_validation_options.resource_record_value": func(f *filler, el map[string]any) (any, bool) {
			return f.validation(el["domain_name"])["resource_record_value"], true
		},
		"aws_acm_certificate.domain_validation_options": func(f *filler, _ map[string]any) (any, bool) {
			out := []any{}
			if f.t.data || asString(f.top["validation_method"]) != "DNS" {
				return out, true
			}
			names := []any{f.attribute("domain_name")}
			for _, s := range asList(f.top["subject_alternative_names"]) {
				if !slices.Contains(names, s) {
					names = append(names, s)
				}
			}
			for _, n := range names {
				out = append(out, f.validation(n))
			}
			return out, true
		},
		"aws_cognito_resource_server.scope_identifiers": func(f *filler, _ map[string]any) (any, bool) {
			out := []any{}
			var names []string
			for _, s := range asList(f.top["scope"]) {
				names = append(names, asString(asMap(s)["scope_name"]))
			}
			slices.Sort(names)
			for _, n := range names {
				out = append(out, asString(f.top["identifier"])+"/"+n)
			}
			return out, true
		},
		"aws_lambda_function.version": func(f *filler, _ map[string]any) (any, bool) {
			if f.t.data {
				return "$LATEST", true
			}
			if f.top["publish"] != true {
				return "$LATEST", true
			}
			if was := asFloat(f.prior["version"]); was != nil {
				return text(new(big.Float).Add(was, big.NewFloat(1))), true
			}
			return "1", true
		},
		"aws_api_gateway_resource.path": func(f *filler, _ map[string]any) (any, bool) {
			parent := f.mem.get("path:" + asString(f.top["parent_id"]))
			path := strings.TrimSuffix(parent, "/") + "/" + asString(f.top["path_part"])
			f.mem.put("path:"+asString(f.attribute("id")), path)
			return path, true
		},
		"aws_route53_record.fqdn": func(f *filler, _ map[string]any) (any, bool) {
			name := strings.TrimSuffix(strings.ToLower(asString(f.top["name"])), ".")
			zone := strings.TrimSuffix(f.mem.get("zone:"+asString(f.top["zone_id"])), ".")
			if zone == "" || name == zone || strings.HasSuffix(name, "."+zone) {
				return name, true
			}
			if name == "" {
				return zone, true
			}
			return name + "." + zone, true
		},
	}
}
