package policy

import "strings"

var firewall = []Rule{
	// A mobile carrier puts thousands of clients behind one address.
	{"a firewall limits each caller, and each address far above it", "aws_wafv2_web_acl", func(r Resource, _ []Resource) string {
		limits := map[string]float64{}
		for _, rule := range r.list("rule") {
			kind, _ := get(rule, "statement.0.rate_based_statement.0.aggregate_key_type").(string)
			if header, _ := get(rule, "statement.0.rate_based_statement.0.custom_key.0.header.0.name").(string); kind == "CUSTOM_KEYS" && header != "authorization" {
				return "it takes the header " + header + " for a caller"
			}
			limits[kind], _ = get(rule, "statement.0.rate_based_statement.0.limit").(float64)
		}
		return unless(limits["CUSTOM_KEYS"] > 0 && limits["IP"] >= 10*limits["CUSTOM_KEYS"],
			"its limits are %v for a caller and %v for an address", limits["CUSTOM_KEYS"], limits["IP"])
	}},
	// A group whose own actions are in force blocks by each rule that AWS adds.
	{"a firewall's managed groups count", "aws_wafv2_web_acl", func(r Resource, _ []Resource) string {
		for _, rule := range r.list("rule") {
			group, _ := get(rule, "statement.0.managed_rule_group_statement.0.name").(string)
			if counts, _ := get(rule, "override_action.0.count").([]any); group != "" && len(counts) == 0 {
				return group + " blocks"
			}
		}
		return ""
	}},
	{"alarms link their entry of the runbook", "", func(r Resource, _ []Resource) string {
		if !strings.HasPrefix(r.Type, "aws_cloudwatch_") || !strings.HasSuffix(r.Type, "_alarm") {
			return ""
		}
		return unless(strings.Contains(r.text("alarm_description"), "/RUNBOOK.md#"), "it describes %q", r.text("alarm_description"))
	}},
}
