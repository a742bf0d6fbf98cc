package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// validate returns the errors of a configuration that can be found without the
// provider's configuration.
func validate(t *typeDef, conf map[string]any) []diagnostic {
	var out []diagnostic
	for _, c := range t.behaviour.Checks {
		out = append(out, c.run(t, conf)...)
	}
	if t.data {
		return out
	}
	switch t.name {
	case "aws_dynamodb_table":
		out = append(out, slices.Concat(checkTable(conf), checkStrong(conf))...)
	case "aws_api_gateway_rest_api", "aws_api_gateway_rest_api_put":
		out = append(out, checkBody(conf)...)
	case "aws_cognito_user_pool_client":
		out = append(out, checkClient(conf)...)
	case "aws_cloudwatch_metric_alarm":
		if isSet(conf["metric_name"]) && !isSet(conf["statistic"]) && !isSet(conf["extended_statistic"]) {
			out = append(out, diagnostic{[]any{"metric_name"}, "Missing statistic", "One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm."})
		}
	case "aws_route53_health_check":
		kind := asString(conf["type"])
		if (strings.HasPrefix(kind, "HTTP") || kind == "TCP") && !isSet(conf["fqdn"]) && !isSet(conf["ip_address"]) {
			out = append(out, diagnostic{[]any{"type"}, "Missing endpoint", "A health check of type " + kind + " needs fqdn or ip_address."})
		}
	}
	return out
}

// checkRegion returns an error if the region argument, which most types have, is not a
// Region. It depends on the provider's configuration, so it runs at plan time, as in
// the real provider.
func checkRegion(t *typeDef, conf map[string]any) []diagnostic {
	r, ok := conf["region"].(string)
	if a := t.Block.Attributes["region"]; a == nil || !a.Optional || !ok || r == "" || knownRegion(r) {
		return nil
	}
	return []diagnostic{{[]any{"region"}, "Invalid Region Value", fmt.Sprintf("%q is not a region the stand-in provider knows.", r)}}
}

// checkClient returns the errors by which Cognito refuses an app client that gets tokens
// with its own credentials.
func checkClient(conf map[string]any) []diagnostic {
	flows := asList(conf["allowed_oauth_flows"])
	if !slices.Contains(flows, any("client_credentials")) {
		return nil
	}
	var out []diagnostic
	if !isUnknown(conf["generate_secret"]) && conf["generate_secret"] != true {
		out = append(out, diagnostic{[]any{"allowed_oauth_flows"}, "client_credentials without a secret", "The client_credentials flow needs generate_secret = true."})
	}
	if len(flows) > 1 {
		out = append(out, diagnostic{[]any{"allowed_oauth_flows"}, "Conflicting flows", "The client_credentials flow cannot be selected along with the code or implicit flow."})
	}
	return out
}

// checkTable returns the errors of a table's keys, capacity and stream.
func checkTable(conf map[string]any) []diagnostic {
	if hasUnknown(conf["attribute"]) || isUnknown(conf["hash_key"]) || isUnknown(conf["range_key"]) ||
		hasUnknown(conf["global_secondary_index"]) || hasUnknown(conf["local_secondary_index"]) ||
		isSet(conf["restore_source_name"]) || isSet(conf["restore_source_table_arn"]) {
		return nil
	}
	var out []diagnostic
	if !isSet(conf["hash_key"]) && !isSet(conf["import_table"]) {
		out = append(out, diagnostic{[]any{"hash_key"}, "Missing hash_key", "A table needs a hash_key unless it is restored from another one."})
	}
	if len(asList(conf["local_secondary_index"])) > 0 && !isSet(conf["range_key"]) {
		out = append(out, diagnostic{[]any{"local_secondary_index"}, "Missing range_key", "A table with a local_secondary_index needs a range_key."})
	}
	out = append(out, checkKeys(conf)...)
	out = append(out, checkCapacity(conf)...)
	if conf["stream_enabled"] == true && conf["stream_view_type"] == nil {
		out = append(out, diagnostic{[]any{"stream_view_type"}, "Missing stream_view_type", "stream_view_type is required when stream_enabled = true."})
	}
	return out
}

// checkKeys returns an error if a key of a table or index is not declared as an
// attribute, or a declared attribute is not a key.
func checkKeys(conf map[string]any) []diagnostic {
	declared, used := map[string]bool{}, map[string]bool{}
	for _, a := range asList(conf["attribute"]) {
		declared[asString(asMap(a)["name"])] = true
	}
	use := func(v any) {
		if s := asString(v); s != "" {
			used[s] = true
		}
	}
	use(conf["hash_key"])
	use(conf["range_key"])
	for _, g := range asList(conf["global_secondary_index"]) {
		use(asMap(g)["hash_key"])
		use(asMap(g)["range_key"])
	}
	for _, l := range asList(conf["local_secondary_index"]) {
		use(asMap(l)["range_key"])
	}
	var out []diagnostic
	if missing := difference(used, declared); len(missing) > 0 {
		out = append(out, diagnostic{[]any{"attribute"}, "Missing attribute block", fmt.Sprintf("all indexes must match a defined attribute. Unmatched indexes: %q", missing)})
	}
	if idle := difference(declared, used); len(idle) > 0 {
		out = append(out, diagnostic{[]any{"attribute"}, "Unused attribute block", fmt.Sprintf("all attributes must be indexed. Unused attributes: %q", idle)})
	}
	return out
}

// difference returns the members of a that b does not have, sorted.
func difference(a, b map[string]bool) []string {
	return slices.DeleteFunc(sortedKeys(a), func(n string) bool { return b[n] })
}

// checkCapacity returns an error if the capacities do not fit the billing mode.
func checkCapacity(conf map[string]any) []diagnostic {
	onDemand := conf["billing_mode"] == "PAY_PER_REQUEST"
	if !onDemand && conf["billing_mode"] != nil && conf["billing_mode"] != "PROVISIONED" {
		return nil
	}
	var out []diagnostic
	for _, n := range []string{"read_capacity", "write_capacity"} {
		f := asFloat(conf[n])
		switch {
		case onDemand && f != nil && f.Sign() > 0:
			out = append(out, diagnostic{[]any{n}, "Capacity of an on-demand table", n + " cannot be set when billing_mode is PAY_PER_REQUEST."})
		case !onDemand && (conf[n] == nil || f != nil && f.Sign() < 1):
			out = append(out, diagnostic{[]any{n}, "Missing capacity", n + " must be at least 1 when billing_mode is PROVISIONED (the default)."})
		}
	}
	return out
}

// checkBody returns an error if an OpenAPI body that begins like JSON is not JSON, or
// has no paths.
func checkBody(conf map[string]any) []diagnostic {
	s, ok := conf["body"].(string)
	if !ok || !strings.HasPrefix(strings.TrimSpace(s), "{") {
		return nil
	}
	bad := func(format string, args ...any) []diagnostic {
		return []diagnostic{{[]any{"body"}, "Invalid OpenAPI body", fmt.Sprintf(format, args...)}}
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(s), &doc); err != nil {
		return bad("body is not valid JSON: %s.", err)
	}
	if doc["openapi"] == nil && doc["swagger"] == nil {
		return bad("body has neither \"openapi\" nor \"swagger\".")
	}
	if v := asString(doc["openapi"]); doc["openapi"] != nil && !strings.HasPrefix(v, "3.") {
		return bad("openapi is %q; API Gateway imports OpenAPI 3.0 (or Swagger 2.0).", v)
	}
	if asMap(doc["paths"]) == nil {
		return bad("body has no paths object.")
	}
	return nil
}
