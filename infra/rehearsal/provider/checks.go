package provider

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// check is one entry of "checks" in behaviour.json. At names an attribute or block;
// a dotted path goes through nested blocks and looks at every element.
type check struct {
	At       string    `json:"at"`
	In       []any     `json:"in"`
	Between  []float64 `json:"between"`
	Match    string    `json:"match"`
	Say      string    `json:"say"`
	JSON     bool      `json:"json"`
	Policy   bool      `json:"policy"`
	ARN      bool      `json:"arn"`
	MinItems int       `json:"min_items"`
	MaxItems int       `json:"max_items"`
	Length   []int     `json:"length"`

	ExactlyOne []string `json:"exactly_one"`
	AtMostOne  []string `json:"at_most_one"`
	AtLeastOne []string `json:"at_least_one"`
	IfAny      []string `json:"if_any"`
	Need       []string `json:"need"`
}

type problem struct {
	at      []any // attribute path: string names and int indexes
	summary string
	detail  string
}

func (p problem) proto() *tfprotov5.Diagnostic {
	d := &tfprotov5.Diagnostic{Severity: tfprotov5.DiagnosticSeverityError, Summary: p.summary, Detail: p.detail}
	if len(p.at) > 0 {
		path := tftypes.NewAttributePath()
		for _, s := range p.at {
			switch x := s.(type) {
			case string:
				path = path.WithAttributeName(x)
			case int:
				path = path.WithElementKeyInt(x)
			}
		}
		d.Attribute = path
	}
	return d
}

// found is a value at a path.
type found struct {
	at []any
	v  any
}

// lookIn gives every value at a dotted path, whether set or null. Elements of sets
// have no usable path, so what is found inside one is reported at the set.
func lookIn(b *block, v map[string]any, path string) []found {
	name, rest, deep := strings.Cut(path, ".")
	if !deep {
		return []found{{[]any{name}, v[name]}}
	}
	n := b.Blocks[name]
	if n == nil {
		return nil
	}
	var out []found
	add := func(prefix []any, whole bool, el map[string]any) {
		for _, f := range lookIn(&n.Block, el, rest) {
			if whole {
				f.at = prefix
			} else {
				f.at = append(slices.Clone(prefix), f.at...)
			}
			out = append(out, f)
		}
	}
	switch x := v[name].(type) {
	case []any:
		for i, e := range x {
			if m := asMap(e); m != nil {
				if n.Mode == "set" {
					add([]any{name}, true, m)
				} else {
					add([]any{name, i}, false, m)
				}
			}
		}
	case map[string]any:
		add([]any{name}, false, x)
	}
	return out
}

// isSet says whether an argument is given: a block that is there, a value that is not null.
func isSet(v any) bool {
	switch x := v.(type) {
	case nil:
		return false
	case []any:
		return len(x) > 0
	}
	return true
}

var (
	arnPattern    = regexp.MustCompile(`^arn:[\w-]+:[a-zA-Z0-9-]+:(?:[a-z]{2}(?:-[a-z]+)+-\d)?:(?:\d{12}|aws|aws-managed|third-party)?:.+$`)
	checkPatterns sync.Map // of *regexp.Regexp
)

func (c check) run(t *typeDef, conf map[string]any) []problem {
	var out []problem
	if c.At == "" {
		return c.relation(conf)
	}
	for _, f := range lookIn(&t.Block, conf, c.At) {
		if f.v == nil || isUnknown(f.v) {
			continue
		}
		complain := func(format string, args ...any) {
			out = append(out, problem{f.at, "Invalid value for " + c.At, fmt.Sprintf(format, args...)})
		}
		list, isList := f.v.([]any)
		if !isList {
			list = []any{f.v}
		}
		if c.MaxItems > 0 && len(list) > c.MaxItems {
			complain("%s takes at most %d, not %d.", c.At, c.MaxItems, len(list))
		}
		if len(list) < c.MinItems {
			complain("%s takes at least %d, not %d.", c.At, c.MinItems, len(list))
		}
		for _, v := range list {
			if v == nil || isUnknown(v) {
				continue
			}
			s := text(v)
			if c.In != nil && !slices.ContainsFunc(c.In, func(o any) bool { return text(o) == s }) {
				complain("expected %s to be one of %s, got %q.", c.At, quoteAll(c.In), s)
			}
			if c.Between != nil {
				if n := asFloat(v); n == nil || n.Cmp(big.NewFloat(c.Between[0])) < 0 || n.Cmp(big.NewFloat(c.Between[1])) > 0 {
					complain("expected %s to be in the range (%s - %s), got %s.", c.At, text(c.Between[0]), text(c.Between[1]), s)
				}
			}
			if c.Length != nil && (len(s) < c.Length[0] || len(s) > c.Length[1]) {
				complain("expected length of %s to be in the range (%d - %d), got %d.", c.At, c.Length[0], c.Length[1], len(s))
			}
			if c.Match != "" && !pattern(c.Match).MatchString(s) {
				say := c.Say
				if say == "" {
					say = "it must match " + c.Match
				}
				complain("%q is not a valid %s: %s.", s, c.At, say)
			}
			if c.ARN && s != "" && !arnPattern.MatchString(s) {
				complain("%q is an invalid ARN.", s)
			}
			if (c.JSON || c.Policy) && s != "" {
				var any any
				if err := json.Unmarshal([]byte(s), &any); err != nil {
					complain("%s contains invalid JSON: %s.", c.At, err)
				} else if c.Policy {
					if err := policyShape(any); err != nil {
						complain("%s is not an IAM policy document: %s.", c.At, err)
					}
				}
			}
		}
	}
	return out
}

func pattern(s string) *regexp.Regexp {
	if re, ok := checkPatterns.Load(s); ok {
		return re.(*regexp.Regexp)
	}
	re := regexp.MustCompile(s)
	checkPatterns.Store(s, re)
	return re
}

func quoteAll(in []any) string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = text(v)
	}
	return "[" + strings.Join(out, " ") + "]"
}

// policyShape wants what every policy has: an object with statements that have an effect.
func policyShape(v any) error {
	doc := asMap(v)
	if doc == nil {
		return fmt.Errorf("it is not a JSON object")
	}
	var list []any
	switch s := doc["Statement"].(type) {
	case []any:
		list = s
	case map[string]any:
		list = []any{s}
	case nil:
		return nil
	default:
		return fmt.Errorf("its Statement is neither an object nor a list")
	}
	for i, e := range list {
		s := asMap(e)
		if s == nil {
			return fmt.Errorf("statement %d is not an object", i)
		}
		if eff := s["Effect"]; eff != "Allow" && eff != "Deny" {
			return fmt.Errorf("statement %d: Effect is %v, want Allow or Deny", i, eff)
		}
		if s["Action"] == nil && s["NotAction"] == nil {
			return fmt.Errorf("statement %d has neither Action nor NotAction", i)
		}
	}
	return nil
}

// relation is a check between arguments.
func (c check) relation(conf map[string]any) []problem {
	given := func(names []string) (set []string) {
		for _, n := range names {
			if isSet(conf[n]) {
				set = append(set, n)
			}
		}
		return set
	}
	maybe := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return isUnknown(conf[n]) })
	}
	quoted := func(names []string) string { return "`" + strings.Join(names, ",") + "`" }
	switch {
	case c.ExactlyOne != nil:
		set := given(c.ExactlyOne)
		if len(set) == 1 || maybe(c.ExactlyOne) {
			return nil
		}
		what := "only one of " + quoted(c.ExactlyOne) + " can be specified, but " + quoted(set) + " were specified."
		if len(set) == 0 {
			what = "one of " + quoted(c.ExactlyOne) + " must be specified."
		}
		return []problem{{nil, "Invalid combination of arguments", what}}
	case c.AtLeastOne != nil:
		if len(given(c.AtLeastOne)) == 0 {
			return []problem{{nil, "Missing required argument", "one of " + quoted(c.AtLeastOne) + " must be specified."}}
		}
	case c.AtMostOne != nil:
		if set := given(c.AtMostOne); len(set) > 1 && !maybe(c.AtMostOne) {
			return []problem{{[]any{set[0]}, "Conflicting configuration arguments", quoted(set) + " conflict with each other."}}
		}
	case c.IfAny != nil:
		set := given(c.IfAny)
		if len(set) == 0 {
			return nil
		}
		for _, n := range c.Need {
			if !isSet(conf[n]) {
				return []problem{{[]any{set[0]}, "Missing required argument", fmt.Sprintf("%s: all of %s must be specified.", quoted(set), quoted(append(slices.Clone(set), c.Need...)))}}
			}
		}
	}
	return nil
}

// validate runs all checks of a type.
func validate(t *typeDef, conf map[string]any) []problem {
	var out []problem
	for _, c := range t.how.Checks {
		out = append(out, c.run(t, conf)...)
	}
	if t.data {
		return out
	}
	switch t.name {
	case "aws_dynamodb_table":
		out = append(out, checkTable(conf)...)
	case "aws_api_gateway_rest_api", "aws_api_gateway_rest_api_put":
		out = append(out, checkBody(conf)...)
	case "aws_cognito_user_pool_client":
		out = append(out, checkClient(conf)...)
	case "aws_cloudwatch_metric_alarm":
		if isSet(conf["metric_name"]) && !isSet(conf["statistic"]) && !isSet(conf["extended_statistic"]) {
			out = append(out, problem{[]any{"metric_name"}, "Missing statistic", "One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm."})
		}
	case "aws_route53_health_check":
		kind := asString(conf["type"])
		if (strings.HasPrefix(kind, "HTTP") || kind == "TCP") && !isSet(conf["fqdn"]) && !isSet(conf["ip_address"]) {
			out = append(out, problem{[]any{"type"}, "Missing endpoint", "A health check of type " + kind + " needs fqdn or ip_address."})
		}
	}
	return out
}

// checkRegion looks at the region argument that most types have. It needs the
// provider's configuration, so it runs at plan time, as in the real provider.
func checkRegion(t *typeDef, conf map[string]any) []problem {
	r, ok := conf["region"].(string)
	if a := t.Block.Attributes["region"]; a == nil || !a.Optional || !ok || r == "" || knownRegion(r) {
		return nil
	}
	return []problem{{[]any{"region"}, "Invalid Region Value", fmt.Sprintf("%q is not a region the stand-in provider knows.", r)}}
}

// checkClient: what the API says of a client that gets tokens by itself.
func checkClient(conf map[string]any) []problem {
	flows := asList(conf["allowed_oauth_flows"])
	if !slices.Contains(flows, any("client_credentials")) {
		return nil
	}
	var out []problem
	if !isUnknown(conf["generate_secret"]) && conf["generate_secret"] != true {
		out = append(out, problem{[]any{"allowed_oauth_flows"}, "client_credentials without a secret", "The client_credentials flow needs generate_secret = true."})
	}
	if len(flows) > 1 {
		out = append(out, problem{[]any{"allowed_oauth_flows"}, "Conflicting flows", "The client_credentials flow cannot be selected along with the code or implicit flow."})
	}
	return out
}

// checkTable: every key must be a declared attribute, and every declared attribute a key.
func checkTable(conf map[string]any) []problem {
	if hasUnknown(conf["attribute"]) || isUnknown(conf["hash_key"]) || isUnknown(conf["range_key"]) ||
		hasUnknown(conf["global_secondary_index"]) || hasUnknown(conf["local_secondary_index"]) ||
		isSet(conf["restore_source_name"]) || isSet(conf["restore_source_table_arn"]) {
		return nil
	}
	declared, used := map[string]bool{}, map[string]bool{}
	for _, a := range asList(conf["attribute"]) {
		declared[asString(asMap(a)["name"])] = true
	}
	use := func(v any) {
		if s := asString(v); s != "" {
			used[s] = true
		}
	}
	var out []problem
	if !isSet(conf["hash_key"]) && !isSet(conf["import_table"]) {
		out = append(out, problem{[]any{"hash_key"}, "Missing hash_key", "A table needs a hash_key unless it is restored from another one."})
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
	if len(asList(conf["local_secondary_index"])) > 0 && !isSet(conf["range_key"]) {
		out = append(out, problem{[]any{"local_secondary_index"}, "Missing range_key", "A table with a local_secondary_index needs a range_key."})
	}
	var missing, idle []string
	for _, n := range sortedKeys(used) {
		if !declared[n] {
			missing = append(missing, n)
		}
	}
	for _, n := range sortedKeys(declared) {
		if !used[n] {
			idle = append(idle, n)
		}
	}
	if len(missing) > 0 {
		out = append(out, problem{[]any{"attribute"}, "Missing attribute block", fmt.Sprintf("all indexes must match a defined attribute. Unmatched indexes: %q", missing)})
	}
	if len(idle) > 0 {
		out = append(out, problem{[]any{"attribute"}, "Unused attribute block", fmt.Sprintf("all attributes must be indexed. Unused attributes: %q", idle)})
	}
	if conf["billing_mode"] == "PAY_PER_REQUEST" {
		for _, n := range []string{"read_capacity", "write_capacity"} {
			if f := asFloat(conf[n]); f != nil && f.Sign() > 0 {
				out = append(out, problem{[]any{n}, "Capacity of an on-demand table", n + " cannot be set when billing_mode is PAY_PER_REQUEST."})
			}
		}
	} else if conf["billing_mode"] == nil || conf["billing_mode"] == "PROVISIONED" {
		for _, n := range []string{"read_capacity", "write_capacity"} {
			if f := asFloat(conf[n]); conf[n] == nil || f != nil && f.Sign() < 1 {
				out = append(out, problem{[]any{n}, "Missing capacity", n + " must be at least 1 when billing_mode is PROVISIONED (the default)."})
			}
		}
	}
	if conf["stream_enabled"] == true && conf["stream_view_type"] == nil {
		out = append(out, problem{[]any{"stream_view_type"}, "Missing stream_view_type", "stream_view_type is required when stream_enabled = true."})
	}
	return out
}

// checkBody: an OpenAPI body that starts like JSON must be JSON, with paths.
func checkBody(conf map[string]any) []problem {
	s, ok := conf["body"].(string)
	if !ok || !strings.HasPrefix(strings.TrimSpace(s), "{") {
		return nil
	}
	bad := func(format string, args ...any) []problem {
		return []problem{{[]any{"body"}, "Invalid OpenAPI body", fmt.Sprintf(format, args...)}}
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
