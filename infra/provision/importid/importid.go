// Package importid returns the ids by which Terraform takes a resource that exists
// into a state. They follow the section "Import" of each type's page in the
// documentation of hashicorp/aws 6.25.0; a test compares them with the stand-in
// provider, which imports by the real ids.
//
// It has the types of infra/terraform that AWS refuses to make twice.
package importid

import (
	"fmt"
	"regexp"
	"strings"
)

// format is how the ids of a type are made.
type format struct {
	// id is a template with {attribute} slots. A slot {attribute|SEPARATOR} is left out
	// with its separator if the attribute is empty; the separator comes first.
	id string
	// global types have no Region.
	global bool
	// lookup is the command that prints the id, for types whose id only AWS knows.
	lookup string
}

var formats = map[string]format{
	"aws_api_gateway_base_path_mapping": {id: "{domain_name}/{base_path|}"},
	"aws_api_gateway_domain_name":       {id: "{domain_name}"},
	"aws_api_gateway_stage":             {id: "{rest_api_id}/{stage_name}"},
	"aws_budgets_budget":                {id: "{account_id}:{name}", global: true},
	"aws_cloudfront_origin_access_control": {global: true, lookup: `aws cloudfront list-origin-access-controls ` +
		`--query "OriginAccessControlList.Items[?Name=='{name}'].Id" --output text`},
	"aws_cloudfront_response_headers_policy": {global: true, lookup: `aws cloudfront list-response-headers-policies --type custom ` +
		`--query "ResponseHeadersPolicyList.Items[?ResponseHeadersPolicy.ResponseHeadersPolicyConfig.Name=='{name}'].ResponseHeadersPolicy.Id" --output text`},
	"aws_cloudwatch_log_group":     {id: "{name}"},
	"aws_cognito_resource_server":  {id: "{user_pool_id}|{identifier}"},
	"aws_cognito_user_pool_domain": {id: "{domain}"},
	"aws_dynamodb_table":           {id: "{name}"},
	"aws_iam_policy": {global: true, lookup: `aws iam list-policies --scope Local ` +
		`--query "Policies[?PolicyName=='{name}'].Arn" --output text`},
	"aws_iam_role":          {id: "{name}", global: true},
	"aws_kms_alias":         {id: "{name}"},
	"aws_lambda_alias":      {id: "{function_name}/{name}"},
	"aws_lambda_function":   {id: "{function_name}"},
	"aws_lambda_permission": {id: "{function_name}{qualifier|:}/{statement_id}"},
	"aws_route53_record":    {id: "{zone_id}_{name}_{type}{set_identifier|_}", global: true},
	"aws_s3_bucket":         {id: "{bucket}"},
	"aws_secretsmanager_secret": {lookup: `aws secretsmanager describe-secret --region {region} --secret-id {name} ` +
		`--query ARN --output text`},
	"aws_wafv2_web_acl": {lookup: `aws wafv2 list-web-acls --region {region} --scope {scope} ` +
		`--query "WebACLs[?Name=='{name}'].join('/',[Id,Name,'{scope}'])" --output text`},
	"aws_xray_group":         {lookup: `aws xray get-group --region {region} --group-name {group_name} --query Group.GroupARN --output text`},
	"aws_xray_sampling_rule": {id: "{rule_name}"},
}

// Known reports whether the ids of a type are known.
func Known(kind string) bool { return formats[kind] != (format{}) }

// ID is an import id, or the way to find it.
type ID struct {
	// Text is the id; empty if only AWS knows it.
	Text string
	// Lookup is the command that prints the id without its Region, if Text is empty.
	Lookup string
	// Region is appended to an id that is looked up, after an @; empty for global types.
	Region string
}

// Of returns the import id of a resource with attributes. It reports false for a type
// that this package does not know, and for a resource with an attribute in its id that
// is not known.
func Of(kind string, attributes map[string]any) (ID, bool) {
	f, ok := formats[kind]
	if !ok {
		return ID{}, false
	}
	var id ID
	if !f.global {
		id.Region, _ = attributes["region"].(string)
	}
	if f.id == "" {
		id.Lookup, ok = expand(f.lookup, attributes)
		return id, ok
	}
	id.Text, ok = expand(f.id, attributes)
	if id.Region != "" {
		id.Text += "@" + id.Region
	}
	return id, ok
}

var slot = regexp.MustCompile(`\{([a-z0-9_]+)(\|[^}]*)?\}`)

// expand fills a template. It reports false if an attribute is missing.
func expand(template string, attributes map[string]any) (string, bool) {
	complete := true
	text := slot.ReplaceAllStringFunc(template, func(s string) string {
		m := slot.FindStringSubmatch(s)
		value := ""
		if v := attributes[m[1]]; v != nil {
			value = fmt.Sprint(v)
		}
		switch separator, optional := strings.CutPrefix(m[2], "|"); {
		case value != "" && optional:
			return separator + value
		case value == "" && !optional:
			complete = false
		}
		return value
	})
	return text, complete
}
