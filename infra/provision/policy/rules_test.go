package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sound is a state that breaks no rule, with each kind of resource that a rule
// speaks of. The tests break it in one place at a time.
const sound = `{"values": {"root_module": {"resources": [
  {"address": "aws_dynamodb_table.t", "mode": "managed", "type": "aws_dynamodb_table", "values": {
    "id": "prod-t", "name": "prod-t", "region": "us-east-1", "billing_mode": "PAY_PER_REQUEST", "deletion_protection_enabled": true,
    "on_demand_throughput": [{"max_read_request_units": 5, "max_write_request_units": 5}],
    "point_in_time_recovery": [{"enabled": true}],
    "server_side_encryption": [{"enabled": true, "kms_key_arn": "arn:aws:kms:us-east-1:1:key/k"}],
    "replica": [{"region_name": "us-west-2", "kms_key_arn": "arn:aws:kms:us-west-2:1:key/k", "point_in_time_recovery": true, "deletion_protection_enabled": true, "propagate_tags": true}],
    "tags_all": {"system": "meridian", "environment": "prod", "root": "data"}}},
  {"address": "aws_cloudwatch_log_group.g", "mode": "managed", "type": "aws_cloudwatch_log_group", "values": {
    "id": "/aws/lambda/f", "name": "/aws/lambda/f", "region": "us-east-1", "retention_in_days": 30, "kms_key_id": "arn:aws:kms:us-east-1:1:key/k"}},
  {"address": "aws_sns_topic.t", "mode": "managed", "type": "aws_sns_topic", "values": {
    "id": "arn:aws:sns:us-east-1:1:t", "arn": "arn:aws:sns:us-east-1:1:t", "region": "us-east-1", "kms_master_key_id": "arn:aws:kms:us-east-1:1:key/k"}},
  {"address": "aws_secretsmanager_secret.s", "mode": "managed", "type": "aws_secretsmanager_secret", "values": {
    "id": "arn:aws:secretsmanager:us-east-1:1:secret:prod/s-AbCdEf", "name": "prod/s", "region": "us-east-1", "recovery_window_in_days": 30, "kms_key_id": "arn:aws:kms:us-east-1:1:key/k",
    "replica": [{"region": "us-west-2", "kms_key_id": "arn:aws:kms:us-west-2:1:key/k"}]}},
  {"address": "aws_secretsmanager_secret_version.v", "mode": "managed", "type": "aws_secretsmanager_secret_version", "values": {
    "id": "v", "region": "us-east-1", "secret_string": "", "secret_string_wo": null}},
  {"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "values": {
    "id": "k", "region": "us-east-1", "enable_key_rotation": true, "deletion_window_in_days": 30,
    "policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"kms:CallerAccount\":\"1\"}}},{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"logs.us-east-1.amazonaws.com\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":\"1\"}}}]}"}},
  {"address": "aws_cognito_user_pool.u", "mode": "managed", "type": "aws_cognito_user_pool", "values": {
    "id": "us-east-1_u", "name": "meridian-prod", "region": "us-east-1", "deletion_protection": "ACTIVE"}},
  {"address": "aws_lambda_function.f", "mode": "managed", "type": "aws_lambda_function", "values": {
    "id": "f", "function_name": "f", "region": "us-east-1", "reserved_concurrent_executions": 5, "tracing_config": [{"mode": "Active"}],
    "logging_config": [{"log_format": "JSON", "log_group": "/aws/lambda/f"}]}},
  {"address": "aws_lambda_alias.f", "mode": "managed", "type": "aws_lambda_alias", "values": {
    "id": "f:live", "function_name": "f", "name": "live", "region": "us-east-1"}},
  {"address": "aws_lambda_permission.p", "mode": "managed", "type": "aws_lambda_permission", "values": {
    "id": "api", "function_name": "f", "qualifier": "live", "region": "us-east-1", "principal": "apigateway.amazonaws.com", "source_arn": "arn:aws:execute-api:us-east-1:1:a/v1/GET/x"}},
  {"address": "aws_api_gateway_rest_api.a", "mode": "managed", "type": "aws_api_gateway_rest_api", "values": {
    "id": "a", "name": "prod", "region": "us-east-1", "disable_execute_api_endpoint": true,
    "body": "{\"paths\":{\"/x\":{\"get\":{\"x-amazon-apigateway-integration\":{\"uri\":\"arn:x:function:f:live/invocations\"}}}}}"}},
  {"address": "aws_api_gateway_stage.s", "mode": "managed", "type": "aws_api_gateway_stage", "values": {
    "id": "s", "arn": "arn:aws:apigateway:us-east-1::/restapis/a/stages/v1", "stage_name": "v1", "region": "us-east-1", "xray_tracing_enabled": true,
    "access_log_settings": [{"destination_arn": "arn:aws:logs:us-east-1:1:log-group:l"}]}},
  {"address": "aws_api_gateway_account.a", "mode": "managed", "type": "aws_api_gateway_account", "values": {
    "id": "111122223333", "region": "us-east-1"}},
  {"address": "aws_api_gateway_method_settings.m", "mode": "managed", "type": "aws_api_gateway_method_settings", "values": {
    "id": "m", "region": "us-east-1", "settings": [{"throttling_rate_limit": 5}]}},
  {"address": "aws_wafv2_web_acl_association.w", "mode": "managed", "type": "aws_wafv2_web_acl_association", "values": {
    "id": "w", "region": "us-east-1", "resource_arn": "arn:aws:apigateway:us-east-1::/restapis/a/stages/v1"}},
  {"address": "aws_api_gateway_domain_name.d", "mode": "managed", "type": "aws_api_gateway_domain_name", "values": {
    "id": "d", "region": "us-east-1", "security_policy": "TLS_1_2"}},
  {"address": "aws_cloudwatch_metric_alarm.a", "mode": "managed", "type": "aws_cloudwatch_metric_alarm", "values": {
    "id": "a", "region": "us-east-1", "alarm_actions": ["arn:aws:sns:us-east-1:1:t"], "dimensions": {"ApiName": "prod", "Stage": "v1"}}},
  {"address": "aws_cloudwatch_metric_alarm.m", "mode": "managed", "type": "aws_cloudwatch_metric_alarm", "values": {
    "id": "m", "region": "us-east-1", "alarm_actions": ["arn:aws:sns:us-east-1:1:t"], "metric_query": [{"metric": [{"dimensions": {"TableName": "prod-t"}}]}]}},
  {"address": "aws_cloudwatch_dashboard.d", "mode": "managed", "type": "aws_cloudwatch_dashboard", "values": {
    "id": "d", "region": "us-east-1", "dashboard_body": "{\"widgets\":[{\"properties\":{\"metrics\":[[\"AWS/Lambda\",\"Throttles\",\"FunctionName\",\"f\"],[\"Meridian\",\"ColdStarts\",\"environment\",\"prod\",\"service\",\"x\",\"operation\",\"getX\",{\"label\":\"x\"}]]}}]}"}},
  {"address": "aws_iam_role_policy.r", "mode": "managed", "type": "aws_iam_role_policy", "values": {
    "id": "r:p", "role": "r", "policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"dynamodb:GetItem\",\"Resource\":\"arn:aws:dynamodb:us-east-1:1:table/prod-t\"}]}"}},
  {"address": "data.aws_secretsmanager_secret.s", "mode": "data", "type": "aws_secretsmanager_secret", "values": {
    "id": "s", "name": "prod/s", "region": "us-west-2"}}
], "child_modules": [{"resources": [
  {"address": "module.b.aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "values": {"id": "b", "bucket": "b", "region": "us-east-1"}},
  {"address": "module.b.aws_s3_bucket_public_access_block.b", "mode": "managed", "type": "aws_s3_bucket_public_access_block", "values": {
    "id": "b", "bucket": "b", "region": "us-east-1", "block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true}},
  {"address": "module.b.aws_s3_bucket_ownership_controls.b", "mode": "managed", "type": "aws_s3_bucket_ownership_controls", "values": {
    "id": "b", "bucket": "b", "region": "us-east-1", "rule": [{"object_ownership": "BucketOwnerEnforced"}]}},
  {"address": "module.b.aws_s3_bucket_server_side_encryption_configuration.b", "mode": "managed", "type": "aws_s3_bucket_server_side_encryption_configuration", "values": {
    "id": "b", "bucket": "b", "region": "us-east-1", "rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "arn:aws:kms:us-east-1:1:key/k"}]}]}},
  {"address": "module.b.aws_s3_bucket_versioning.b", "mode": "managed", "type": "aws_s3_bucket_versioning", "values": {
    "id": "b", "bucket": "b", "region": "us-east-1", "versioning_configuration": [{"status": "Enabled"}]}},
  {"address": "module.b.aws_s3_bucket_policy.b", "mode": "managed", "type": "aws_s3_bucket_policy", "values": {
    "id": "b", "bucket": "b", "region": "us-east-1", "policy": "{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Condition\":{\"NumericLessThan\":{\"s3:TlsVersion\":\"1.2\"}}}]}"}},
  {"address": "module.b.aws_cloudfront_distribution.c", "mode": "managed", "type": "aws_cloudfront_distribution", "values": {
    "id": "c", "default_cache_behavior": [{"viewer_protocol_policy": "redirect-to-https"}], "viewer_certificate": [{"minimum_protocol_version": "TLSv1.2_2021"}]}}
]}]}}}`

func read(t *testing.T, state string) []Resource {
	t.Helper()
	all, err := Read([]byte(state), "api/us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// check is all that is checked of resources alone.
func check(all []Resource) []string {
	return slices.Concat(Check(slices.Concat(Rules, Protection), all), Wildcards(all), Dangling(all), Collisions(all))
}

func TestSoundStateBreaksNoRule(t *testing.T) {
	if findings := check(read(t, sound)); findings != nil {
		t.Errorf("got %s", strings.Join(findings, "\n"))
	}
}

func TestEveryRuleCanBeBroken(t *testing.T) {
	used := map[string]bool{}
	for _, test := range []struct{ old, new, want string }{
		{`"deletion_protection_enabled": true,
    "on_demand`, `"on_demand`, "tables are protected from deletion, replicas too: api/us-east-1 aws_dynamodb_table.t: the table is not"},
		{`"deletion_protection_enabled": true, "propagate_tags": true`, `"propagate_tags": true`, "tables are protected from deletion, replicas too: api/us-east-1 aws_dynamodb_table.t: its replica in us-west-2 has no deletion_protection_enabled"},
		{`"ACTIVE"`, `"INACTIVE"`, "user pools are protected from deletion"},
		{`"recovery_window_in_days": 30`, `"recovery_window_in_days": 0`, "what is deleted by mistake can be had back"},
		{`"deletion_window_in_days": 30`, `"deletion_window_in_days": 7`, "what is deleted by mistake can be had back"},
		{`[{"enabled": true, "kms_key_arn": "arn:aws:kms:us-east-1:1:key/k"}]`, `[]`, "tables are encrypted with a key of ours, replicas too"},
		{`"region_name": "us-west-2", "kms_key_arn": "arn:aws:kms:us-west-2:1:key/k"`, `"region_name": "us-west-2", "kms_key_arn": "arn:aws:kms:us-east-1:1:key/k"`, "tables are encrypted with a key of ours, replicas too"},
		{`"retention_in_days": 30, "kms_key_id": "arn:aws:kms:us-east-1:1:key/k"`, `"retention_in_days": 30`, "logs are encrypted with a key of ours"},
		{`"region": "us-east-1", "kms_master_key_id": "arn:aws:kms:us-east-1:1:key/k"`, `"region": "us-east-1", "kms_master_key_id": "alias/aws/sns"`, "topics are encrypted with a key of ours"},
		{`{"region": "us-west-2", "kms_key_id": "arn:aws:kms:us-west-2:1:key/k"}`, `{"region": "us-west-2", "kms_key_id": "alias/aws/secretsmanager"}`, "secrets are encrypted with a key of ours, replicas too"},
		{`"secret_string": ""`, `"secret_string": "s"`, "no state holds a secret's value"},
		{`"enable_key_rotation": true`, `"enable_key_rotation": false`, "keys are rotated"},
		{`"sse_algorithm": "aws:kms"`, `"x": 1`, "buckets are encrypted, with a key of ours unless they hold copies: api/us-east-1 module.b.aws_s3_bucket.b: it is not"},
		{`"aws:kms", "kms_master_key_id": "arn:aws:kms:us-east-1:1:key/k"`, `"aws:kms"`, "buckets are encrypted, with a key of ours unless they hold copies: api/us-east-1 module.b.aws_s3_bucket.b: S3's own key opens it"},
		{`"restrict_public_buckets": true`, `"restrict_public_buckets": false`, "no bucket is public: api/us-east-1 module.b.aws_s3_bucket.b: nothing has set restrict_public_buckets"},
		{`"BucketOwnerEnforced"`, `"ObjectWriter"`, "no bucket is public"},
		{`\"s3:TlsVersion\":\"1.2\"`, `\"s3:TlsVersion\":\"1.1\"`, "buckets take TLS 1.2 and later alone"},
		{`\"aws:SecureTransport\":\"false\"`, `\"aws:SecureTransport\":\"true\"`, "buckets take TLS 1.2 and later alone"},
		{`"security_policy": "TLS_1_2"`, `"security_policy": "TLS_1_0"`, "domains take TLS 1.2 and later alone"},
		{`"TLSv1.2_2021"`, `"TLSv1"`, "CloudFront takes TLS 1.2 and later alone"},
		{`"redirect-to-https"`, `"allow-all"`, "CloudFront takes TLS 1.2 and later alone"},
		{`"disable_execute_api_endpoint": true`, `"disable_execute_api_endpoint": false`, "an API has one door, its domain"},
		{`"resource_arn": "arn:aws:apigateway:us-east-1::/restapis/a/stages/v1"`, `"resource_arn": "other"`, "a firewall stands before every stage"},
		{`/v1/GET/x"`, `/*/*"`, "a function is called by whom it is for alone"},
		{`,\"Condition\":{\"StringEquals\":{\"kms:CallerAccount\":\"1\"}}`, ``, "everyone is nobody"},
		{`,\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":\"1\"}}`, ``, "a service of AWS is let in for this account alone: api/us-east-1 aws_kms_key.k: logs.us-east-1.amazonaws.com may come for any of its customers"},
		{`"status": "Enabled"`, `"status": "Suspended"`, "buckets keep what is replaced"},
		{`"retention_in_days": 30`, `"retention_in_days": 0`, "logs end"},
		{`"point_in_time_recovery": [{"enabled": true}]`, `"point_in_time_recovery": []`, "tables can be gone back with, replicas too"},
		{`"max_write_request_units": 5`, `"max_write_request_units": -1`, "tables cannot cost without end"},
		{`"reserved_concurrent_executions": 5`, `"reserved_concurrent_executions": -1`, "functions cannot cost without end"},
		{`"throttling_rate_limit": 5`, `"throttling_rate_limit": -1`, "stages cannot be flooded"},
		{`"system": "meridian", `, ``, "everything is tagged: api/us-east-1 aws_dynamodb_table.t: it has no tag system"},
		{`, "propagate_tags": true`, ``, "replicas are tagged"},
		{`"mode": "Active"`, `"mode": "PassThrough"`, "functions are traced and log to a group of ours"},
		{`"log_group": "/aws/lambda/f"`, `"log_group": "/aws/lambda/g"`, "functions are traced and log to a group of ours"},
		{`"xray_tracing_enabled": true`, `"xray_tracing_enabled": false`, "stages log requests and are traced"},
		{`\"ColdStarts\"`, `\"Coldstarts\"`, "dashboards draw metrics that functions write: api/us-east-1 aws_cloudwatch_dashboard.d: none writes [Meridian Coldstarts"},
		{`\"environment\",\"prod\",`, ``, "dashboards draw metrics that functions write"},
		{`"id": "d", "region": "us-east-1", "sec`, `"id": "d", "region": "us-east-2", "sec`, "what is regional is in its stack's Region"},

		{`\"Action\":\"dynamodb:GetItem\"`, `\"Action\":\"dynamodb:*\"`, "aws_iam_role_policy.r allows dynamodb:*"},
		{`:table/prod-t\"}`, `:table/prod-*\"}`, "aws_iam_role_policy.r allows dynamodb:GetItem arn:aws:dynamodb:us-east-1:1:table/prod-*"},
		{`:table/prod-t\"}`, `:table/prod-u\"}`, "aws_iam_role_policy.r refers to the aws_dynamodb_table prod-u in us-east-1, which is not there"},
		{`"name": "prod/s", "region": "us-west-2"`, `"name": "prod/s", "region": "ca-central-1"`, "data.aws_secretsmanager_secret.s refers to the aws_secretsmanager_secret prod/s in ca-central-1"},
		{`"alarm_actions": ["arn:aws:sns:us-east-1:1:t"], "dimensions"`, `"alarm_actions": ["arn:aws:sns:us-west-2:1:t"], "dimensions"`, "aws_cloudwatch_metric_alarm.a in us-east-1 notifies arn:aws:sns:us-west-2:1:t"},
		{`"Stage": "v1"`, `"Stage": "v2"`, "aws_cloudwatch_metric_alarm.a refers to the aws_api_gateway_stage v2"},
		{`"id": "111122223333", "region": "us-east-1"`, `"id": "111122223333", "region": "us-west-2"`, "aws_api_gateway_stage.s refers to the aws_api_gateway_account role for logs in us-east-1, which is not there"},
		{`{"TableName": "prod-t"}`, `{"TableName": "prod-u"}`, "aws_cloudwatch_metric_alarm.m refers to the aws_dynamodb_table prod-u"},
		{`function:f:live/inv`, `function:g:live/inv`, "aws_api_gateway_rest_api.a refers to the aws_lambda_alias g:live"},
		{`"qualifier": "live"`, `"qualifier": "old"`, "aws_lambda_permission.p refers to the aws_lambda_alias f:old"},
		{`"id": "d", "region": "us-east-1", "sec`, `"id": "d", "region": "us-east-1"}}, {"address": "twin", "mode": "managed", "type": "aws_api_gateway_domain_name", "values": {"security_policy": "TLS_1_2", "id": "d", "region": "us-east-1", "sec`,
			"aws_api_gateway_domain_name.d and api/us-east-1 twin are both aws_api_gateway_domain_name us-east-1 d"},
	} {
		if strings.Count(sound, test.old) != 1 {
			t.Fatalf("%q is not there once", test.old)
		}
		findings := check(read(t, strings.Replace(sound, test.old, test.new, 1)))
		if !slices.ContainsFunc(findings, func(f string) bool { return strings.Contains(f, test.want) }) {
			t.Errorf("%s:\ngot  %s\nwant %s", test.new, strings.Join(findings, "\n     "), test.want)
		}
		name, _, _ := strings.Cut(test.want, ": ")
		used[name] = true
	}
	for _, r := range slices.Concat(Rules, Protection) {
		if !used[r.Name] {
			t.Errorf("nothing here breaks the rule %q", r.Name)
		}
	}
}

func TestReadNamesTheStackWhoseStateItCannotRead(t *testing.T) {
	if _, err := Read([]byte("{"), "data/orders"); err == nil || !strings.HasPrefix(err.Error(), "the state of data/orders: ") {
		t.Errorf("got %v", err)
	}
	if all, err := Read([]byte(`{"format_version":"1.0"}`), "x"); err != nil || all != nil {
		t.Errorf("of an empty state: got %v, %v", all, err)
	}
}

func statement(fields ...string) string {
	return fmt.Sprintf(`{"Effect":"Allow",%s}`, strings.Join(fields, ","))
}

func policyOf(t *testing.T, statements ...string) string {
	t.Helper()
	quoted, err := json.Marshal(`{"Statement":[` + strings.Join(statements, ",") + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}
