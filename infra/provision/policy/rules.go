package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Rule is a claim about every managed resource of a type.
type Rule struct {
	// Name is the claim, such as "logs expire".
	Name string
	// Type is the resource type, or empty for all.
	Type string
	// Broken returns what is wrong with a resource, or "".
	Broken func(r Resource, all []Resource) string
}

// Rules apply to every environment.
var Rules = slices.Concat(encryption, exposure, endings, operation, firewall)

// Protection has further rules for a protected environment.
var Protection = []Rule{
	{"tables and replicas are protected from deletion", "aws_dynamodb_table", func(r Resource, _ []Resource) string {
		if !r.is("deletion_protection_enabled") {
			return "the table is not protected"
		}
		return eachReplica(r, "deletion_protection_enabled")
	}},
	{"user pools are protected from deletion", "aws_cognito_user_pool", func(r Resource, _ []Resource) string {
		return unless(r.text("deletion_protection") == "ACTIVE", "it is not protected")
	}},
	{"deleted keys and secrets can be recovered", "", func(r Resource, _ []Resource) string {
		switch r.Type {
		case "aws_kms_key":
			return unless(r.number("deletion_window_in_days") >= 30, "it is deleted after %v days", r.number("deletion_window_in_days"))
		case "aws_secretsmanager_secret":
			return unless(r.number("recovery_window_in_days") >= 7, "it is deleted after %v days", r.number("recovery_window_in_days"))
		}
		return ""
	}},
}

// Check returns a finding for each resource that breaks a rule.
func Check(rules []Rule, all []Resource) []string {
	var findings []string
	for _, rule := range rules {
		for _, r := range all {
			if r.Data || rule.Type != "" && rule.Type != r.Type {
				continue
			}
			if broken := rule.Broken(r, all); broken != "" {
				findings = append(findings, fmt.Sprintf("%s: %s: %s", rule.Name, r, broken))
			}
		}
	}
	return findings
}

func unless(holds bool, format string, args ...any) string {
	if holds {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

// eachReplica returns the first replica of a table whose attribute member is not true.
func eachReplica(r Resource, member string) string {
	for _, replica := range r.list("replica") {
		if on, _ := get(replica, member).(bool); !on {
			return fmt.Sprintf("its replica in %v has no %s", get(replica, "region_name"), member)
		}
	}
	return ""
}

// sibling returns the resource of another type, in the stack of r, whose attribute
// member has the value.
func sibling(r Resource, all []Resource, kind, member, value string) (Resource, bool) {
	i := slices.IndexFunc(all, func(o Resource) bool {
		return !o.Data && o.Type == kind && o.Stack == r.Stack && o.text(member) == value
	})
	if i < 0 {
		return Resource{}, false
	}
	return all[i], true
}

var encryption = []Rule{
	{"tables and replicas are encrypted with our own key", "aws_dynamodb_table", func(r Resource, _ []Resource) string {
		if !r.is("server_side_encryption.0.enabled") || r.text("server_side_encryption.0.kms_key_arn") == "" {
			return "the table is not encrypted with it"
		}
		for _, replica := range r.list("replica") {
			arn, _ := get(replica, "kms_key_arn").(string)
			region, _ := get(replica, "region_name").(string)
			if !strings.Contains(arn, ":"+region+":") {
				return fmt.Sprintf("its replica in %s has the key %q", region, arn)
			}
		}
		return ""
	}},
	{"logs are encrypted with our own key", "aws_cloudwatch_log_group", keyed("kms_key_id")},
	{"topics are encrypted with our own key", "aws_sns_topic", keyed("kms_master_key_id")},
	{"secrets and replicas are encrypted with our own key", "aws_secretsmanager_secret", func(r Resource, all []Resource) string {
		for _, replica := range r.list("replica") {
			key, _ := get(replica, "kms_key_id").(string)
			if region, _ := get(replica, "region").(string); !strings.HasPrefix(key, "arn:aws:kms:"+region+":") {
				return fmt.Sprintf("its replica in %s has the key %q", region, key)
			}
		}
		return keyed("kms_key_id")(r, all)
	}},
	{"no state contains a secret's value", "aws_secretsmanager_secret_version", func(r Resource, _ []Resource) string {
		return unless(r.text("secret_string") == "" && r.text("secret_string_wo") == "" && r.text("secret_binary") == "", "its state does")
	}},
	{"keys are rotated", "aws_kms_key", func(r Resource, _ []Resource) string {
		return unless(r.is("enable_key_rotation"), "it is not rotated")
	}},
	// Objects that can be destroyed with their bucket are copies; a state is not.
	{"buckets are encrypted, with our own key unless they contain copies", "aws_s3_bucket", func(r Resource, all []Resource) string {
		e, ok := sibling(r, all, "aws_s3_bucket_server_side_encryption_configuration", "bucket", r.text("bucket"))
		const by = "rule.0.apply_server_side_encryption_by_default.0."
		if !ok || e.text(by+"sse_algorithm") == "" {
			return "it is not encrypted"
		}
		return unless(r.is("force_destroy") || strings.HasPrefix(e.text(by+"kms_master_key_id"), "arn:aws:kms:"), "it is encrypted with S3's own key")
	}},
}

func keyed(member string) func(Resource, []Resource) string {
	return func(r Resource, _ []Resource) string {
		return unless(strings.HasPrefix(r.text(member), "arn:aws:kms:"), "its key is %q", r.text(member))
	}
}

var exposure = []Rule{
	{"no bucket is public", "aws_s3_bucket", func(r Resource, all []Resource) string {
		block, ok := sibling(r, all, "aws_s3_bucket_public_access_block", "bucket", r.text("bucket"))
		for _, m := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
			if !ok || !block.is(m) {
				return m + " is not set"
			}
		}
		owned, ok := sibling(r, all, "aws_s3_bucket_ownership_controls", "bucket", r.text("bucket"))
		return unless(ok && owned.text("rule.0.object_ownership") == "BucketOwnerEnforced", "its access control lists are in force")
	}},
	{"buckets require TLS 1.2", "aws_s3_bucket", func(r Resource, all []Resource) string {
		p, _ := sibling(r, all, "aws_s3_bucket_policy", "bucket", r.text("bucket"))
		var plain, old bool
		for _, s := range statements(p.text("policy")) {
			if s.Effect == "Deny" && slices.Contains(s.principals(), "*") && slices.Contains(s.actions(), "s3:*") {
				plain = plain || get(s.Condition, "Bool.aws:SecureTransport") == "false"
				tls, _ := get(s.Condition, "NumericLessThan").(map[string]any)
				old = old || tls["s3:TlsVersion"] == "1.2"
			}
		}
		return unless(plain && old, "its policy does not refuse plain HTTP and TLS 1.1")
	}},
	{"domains require TLS 1.2", "aws_api_gateway_domain_name", func(r Resource, _ []Resource) string {
		return unless(slices.Contains(modernTLS, r.text("security_policy")), "it accepts %s", r.text("security_policy"))
	}},
	{"CloudFront requires TLS 1.2", "aws_cloudfront_distribution", func(r Resource, _ []Resource) string {
		if p := r.text("default_cache_behavior.0.viewer_protocol_policy"); p != "redirect-to-https" && p != "https-only" {
			return "its viewer protocol policy is " + p
		}
		v := r.text("viewer_certificate.0.minimum_protocol_version")
		return unless(strings.HasPrefix(v, "TLSv1.2_") || strings.HasPrefix(v, "TLSv1.3"), "it accepts %s", v)
	}},
	// An import resets what the API's own resource says.
	{"an API is reached through its domain only", "aws_api_gateway_rest_api_put", func(r Resource, _ []Resource) string {
		for _, s := range parseDocument(r.text("body")).Servers {
			if s.Endpoint.Disabled {
				return ""
			}
		}
		return "its document leaves the execute-api endpoint enabled"
	}},
	{"every stage has a firewall", "aws_api_gateway_stage", func(r Resource, all []Resource) string {
		_, ok := sibling(r, all, "aws_wafv2_web_acl_association", "resource_arn", r.text("arn"))
		return unless(ok, "it has no firewall")
	}},
	{"a function has one caller", "aws_lambda_permission", func(r Resource, _ []Resource) string {
		return unless(r.text("principal") != "*" && r.text("source_arn") != "" && !strings.HasSuffix(r.text("source_arn"), "/*/*"), "anything of %s can call it", r.text("principal"))
	}},
	{"an AWS service is allowed for this account only", "", func(r Resource, _ []Resource) string {
		for _, s := range statements(r.text("policy")) {
			if kinds, _ := s.Principal.(map[string]any); kinds["Service"] != nil && s.Effect == "Allow" && s.Condition == nil {
				return fmt.Sprintf("%v is allowed for all of its customers", kinds["Service"])
			}
		}
		return ""
	}},
	{"no policy allows everyone", "", func(r Resource, _ []Resource) string {
		for _, member := range []string{"policy", "assume_role_policy"} {
			for _, s := range statements(r.text(member)) {
				if s.Effect == "Allow" && slices.Contains(s.principals(), "*") && get(s.Condition, "StringEquals.kms:CallerAccount") == nil {
					return "its " + member + " allows everyone"
				}
			}
		}
		return ""
	}},
}

var modernTLS = []string{"TLS_1_2", "SecurityPolicy_TLS13_1_2_2021_06", "SecurityPolicy_TLS13_1_3_2025_09"}

var endings = []Rule{
	{"buckets keep replaced objects", "aws_s3_bucket", func(r Resource, all []Resource) string {
		v, ok := sibling(r, all, "aws_s3_bucket_versioning", "bucket", r.text("bucket"))
		return unless(ok && v.text("versioning_configuration.0.status") == "Enabled", "its versioning is not enabled")
	}},
	{"logs expire", "aws_cloudwatch_log_group", func(r Resource, _ []Resource) string {
		return unless(r.number("retention_in_days") > 0, "it keeps them forever")
	}},
	{"tables and replicas have point-in-time recovery", "aws_dynamodb_table", func(r Resource, _ []Resource) string {
		if !r.is("point_in_time_recovery.0.enabled") {
			return "the table does not"
		}
		return eachReplica(r, "point_in_time_recovery")
	}},
	{"the throughput of tables is limited", "aws_dynamodb_table", func(r Resource, _ []Resource) string {
		return unless(r.text("billing_mode") == "PAY_PER_REQUEST" && r.number("on_demand_throughput.0.max_write_request_units") > 0 &&
			r.number("on_demand_throughput.0.max_read_request_units") > 0, "it has no maximum")
	}},
	{"the concurrency of functions is limited", "aws_lambda_function", func(r Resource, _ []Resource) string {
		return unless(r.number("reserved_concurrent_executions") > 0, "it reserves no concurrency")
	}},
	{"the request rate of stages is limited", "aws_api_gateway_method_settings", func(r Resource, _ []Resource) string {
		return unless(r.number("settings.0.throttling_rate_limit") > 0, "it has no rate limit")
	}},
}

var operation = []Rule{
	{"every resource is tagged", "", func(r Resource, _ []Resource) string {
		tags, taggable := r.Values["tags_all"]
		if !taggable {
			return ""
		}
		for _, tag := range []string{"system", "environment", "root"} {
			if v, _ := get(tags, tag).(string); v == "" {
				return "it has no tag " + tag
			}
		}
		return ""
	}},
	{"replicas are tagged", "aws_dynamodb_table", func(r Resource, _ []Resource) string { return eachReplica(r, "propagate_tags") }},
	{"functions are traced and log to our own group", "aws_lambda_function", func(r Resource, all []Resource) string {
		if r.text("tracing_config.0.mode") != "Active" {
			return "it is not traced"
		}
		_, ok := sibling(r, all, "aws_cloudwatch_log_group", "name", r.text("logging_config.0.log_group"))
		return unless(ok && r.text("logging_config.0.log_format") == "JSON", "Lambda would create its log group")
	}},
	{"stages log requests and are traced", "aws_api_gateway_stage", func(r Resource, _ []Resource) string {
		return unless(r.is("xray_tracing_enabled") && r.text("access_log_settings.0.destination_arn") != "", "it lacks access logs or tracing")
	}},
	drawn,
	{"regional resources are in their stack's Region", "", func(r Resource, _ []Resource) string {
		parts := strings.Split(r.Stack, "/")
		region, here := parts[len(parts)-1], r.text("region")
		if len(parts) == 1 || parts[0] == "data" || here == "" || here == region {
			return ""
		}
		// The metrics of Route 53 are in us-east-1, wherever the checked endpoint is.
		return unless(r.Type == "aws_cloudwatch_metric_alarm" && here == "us-east-1" && r.text("namespace") == "AWS/Route53", "it is in %s", here)
	}},
}
