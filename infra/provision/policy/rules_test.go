package policy

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sound is a state that breaks no rule, with each kind of resource that a rule is about.
// The tests break it at one point at a time.
//
//go:embed testdata/sound.json
var sound string

func read(t *testing.T, state string) []Resource {
	t.Helper()
	all, err := Read([]byte(state), "api/us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// check runs all checks that need nothing but the resources.
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
	for _, test := range []struct{ old, replacement, want string }{
		{
			old: `"deletion_protection_enabled": true,
    "on_demand`,
			replacement: `"on_demand`,
			want: "tables and replicas are protected from deletion: " +
				"api/us-east-1 aws_dynamodb_table.t: the table is not protected",
		},
		{
			old:         `"deletion_protection_enabled": true, "propagate_tags": true`,
			replacement: `"propagate_tags": true`,
			want: "tables and replicas are protected from deletion: " +
				"api/us-east-1 aws_dynamodb_table.t: its replica in us-west-2 has no deletion_protection_enabled",
		},
		{
			old:         `"limit": 1000}`,
			replacement: `"limit": 999}`,
			want:        "its limits are 100 for a caller and 999 for an address",
		},
		{
			old:         `"name": "authorization"`,
			replacement: `"name": "x-forwarded-for"`,
			want: "a firewall limits each caller, and each address far above it: " +
				"api/us-east-1 aws_wafv2_web_acl.w: it takes the header x-forwarded-for",
		},
		{
			old:         `"override_action": [{"count": [{}]}]`,
			replacement: `"override_action": [{"none": [{}]}]`,
			want:        "a firewall's managed groups count: api/us-east-1 aws_wafv2_web_acl.w: Core blocks",
		},
		{
			old:         `RUNBOOK.md#a`,
			replacement: `runbook`,
			want:        "alarms link their entry of the runbook: api/us-east-1 aws_cloudwatch_metric_alarm.a",
		},
		{old: `"ACTIVE"`, replacement: `"INACTIVE"`, want: "user pools are protected from deletion"},
		{
			old:         `"recovery_window_in_days": 30`,
			replacement: `"recovery_window_in_days": 0`,
			want:        "deleted keys and secrets can be recovered",
		},
		{
			old:         `"deletion_window_in_days": 30`,
			replacement: `"deletion_window_in_days": 7`,
			want:        "deleted keys and secrets can be recovered",
		},
		{
			old:         `[{"enabled": true, "kms_key_arn": "arn:aws:kms:us-east-1:1:key/k"}]`,
			replacement: `[]`,
			want:        "tables and replicas are encrypted with our own key",
		},
		{
			old:         `"region_name": "us-west-2", "kms_key_arn": "arn:aws:kms:us-west-2:1:key/k"`,
			replacement: `"region_name": "us-west-2", "kms_key_arn": "arn:aws:kms:us-east-1:1:key/k"`,
			want:        "tables and replicas are encrypted with our own key",
		},
		{
			old:         `"retention_in_days": 30, "kms_key_id": "arn:aws:kms:us-east-1:1:key/k"`,
			replacement: `"retention_in_days": 30`,
			want:        "logs are encrypted with our own key",
		},
		{
			old:         `"region": "us-east-1", "kms_master_key_id": "arn:aws:kms:us-east-1:1:key/k"`,
			replacement: `"region": "us-east-1", "kms_master_key_id": "alias/aws/sns"`,
			want:        "topics are encrypted with our own key",
		},
		{
			old:         `{"region": "us-west-2", "kms_key_id": "arn:aws:kms:us-west-2:1:key/k"}`,
			replacement: `{"region": "us-west-2", "kms_key_id": "alias/aws/secretsmanager"}`,
			want:        "secrets and replicas are encrypted with our own key",
		},
		{old: `"secret_string": ""`, replacement: `"secret_string": "s"`, want: "no state contains a secret's value"},
		{old: `"enable_key_rotation": true`, replacement: `"enable_key_rotation": false`, want: "keys are rotated"},
		{
			old:         `"sse_algorithm": "aws:kms"`,
			replacement: `"x": 1`,
			want: "buckets are encrypted, with our own key unless they contain copies: " +
				"api/us-east-1 module.b.aws_s3_bucket.b: it is not encrypted",
		},
		{
			old:         `"aws:kms", "kms_master_key_id": "arn:aws:kms:us-east-1:1:key/k"`,
			replacement: `"aws:kms"`,
			want: "buckets are encrypted, with our own key unless they contain copies: " +
				"api/us-east-1 module.b.aws_s3_bucket.b: it is encrypted with S3's own key",
		},
		{
			old:         `"restrict_public_buckets": true`,
			replacement: `"restrict_public_buckets": false`,
			want:        "no bucket is public: api/us-east-1 module.b.aws_s3_bucket.b: restrict_public_buckets is not set",
		},
		{old: `"BucketOwnerEnforced"`, replacement: `"ObjectWriter"`, want: "no bucket is public"},
		{old: `\"s3:TlsVersion\":\"1.2\"`, replacement: `\"s3:TlsVersion\":\"1.1\"`, want: "buckets require TLS 1.2"},
		{
			old:         `\"aws:SecureTransport\":\"false\"`,
			replacement: `\"aws:SecureTransport\":\"true\"`,
			want:        "buckets require TLS 1.2",
		},
		{
			old:         `"security_policy": "TLS_1_2"`,
			replacement: `"security_policy": "TLS_1_0"`,
			want:        "domains require TLS 1.2",
		},
		{old: `"TLSv1.2_2021"`, replacement: `"TLSv1"`, want: "CloudFront requires TLS 1.2"},
		{old: `"redirect-to-https"`, replacement: `"allow-all"`, want: "CloudFront requires TLS 1.2"},
		{
			old:         `\"disableExecuteApiEndpoint\":true`,
			replacement: `\"disableExecuteApiEndpoint\":false`,
			want:        "an API is reached through its domain only",
		},
		{
			old:         `"resource_arn": "arn:aws:apigateway:us-east-1::/restapis/a/stages/v1"`,
			replacement: `"resource_arn": "other"`,
			want:        "every stage has a firewall",
		},
		{old: `/v1/GET/x"`, replacement: `/*/*"`, want: "a function has one caller"},
		{
			old:         `,\"Condition\":{\"StringEquals\":{\"kms:CallerAccount\":\"1\"}}`,
			replacement: ``,
			want:        "no policy allows everyone",
		},
		{
			old:         `,\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":\"1\"}}`,
			replacement: ``,
			want: "an AWS service is allowed for this account only: " +
				"api/us-east-1 aws_kms_key.k: logs.us-east-1.amazonaws.com is allowed for all of its customers",
		},
		{old: `"status": "Enabled"`, replacement: `"status": "Suspended"`, want: "buckets keep replaced objects"},
		{old: `"retention_in_days": 30`, replacement: `"retention_in_days": 0`, want: "logs expire"},
		{
			old:         `"point_in_time_recovery": [{"enabled": true}]`,
			replacement: `"point_in_time_recovery": []`,
			want:        "tables and replicas have point-in-time recovery",
		},
		{
			old:         `"max_write_request_units": 5`,
			replacement: `"max_write_request_units": -1`,
			want:        "the throughput of tables is limited",
		},
		{
			old:         `"reserved_concurrent_executions": 5`,
			replacement: `"reserved_concurrent_executions": -1`,
			want:        "the concurrency of functions is limited",
		},
		{
			old:         `"throttling_rate_limit": 5`,
			replacement: `"throttling_rate_limit": -1`,
			want:        "the request rate of stages is limited",
		},
		{
			old:         `"system": "meridian", `,
			replacement: ``,
			want:        "every resource is tagged: api/us-east-1 aws_dynamodb_table.t: it has no tag system",
		},
		{old: `, "propagate_tags": true`, replacement: ``, want: "replicas are tagged"},
		{
			old:         `"mode": "Active"`,
			replacement: `"mode": "PassThrough"`,
			want:        "functions are traced and log to our own group",
		},
		{
			old:         `"log_group": "/aws/lambda/f"`,
			replacement: `"log_group": "/aws/lambda/g"`,
			want:        "functions are traced and log to our own group",
		},
		{
			old:         `"xray_tracing_enabled": true`,
			replacement: `"xray_tracing_enabled": false`,
			want:        "stages log requests and are traced",
		},
		{
			old:         `\"ColdStarts\"`,
			replacement: `\"Coldstarts\"`,
			want: "dashboards draw metrics that functions write: " +
				"api/us-east-1 aws_cloudwatch_dashboard.d: no function writes [Meridian Coldstarts",
		},
		{old: `\"environment\",\"prod\",`, replacement: ``, want: "dashboards draw metrics that functions write"},
		{
			old:         `"id": "d", "region": "us-east-1", "sec`,
			replacement: `"id": "d", "region": "us-east-2", "sec`,
			want:        "regional resources are in their stack's Region",
		},
		{
			old:         `\"Action\":\"dynamodb:GetItem\"`,
			replacement: `\"Action\":\"dynamodb:*\"`,
			want:        "aws_iam_role_policy.r allows dynamodb:*",
		},
		{
			old:         `:table/prod-t\"}`,
			replacement: `:table/prod-*\"}`,
			want:        "aws_iam_role_policy.r allows dynamodb:GetItem arn:aws:dynamodb:us-east-1:1:table/prod-*",
		},
		{
			old:         `:table/prod-t\"}`,
			replacement: `:table/prod-u\"}`,
			want:        "aws_iam_role_policy.r refers to the aws_dynamodb_table prod-u in us-east-1, which does not exist",
		},
		{
			old:         `"name": "prod/s", "region": "us-west-2"`,
			replacement: `"name": "prod/s", "region": "ca-central-1"`,
			want:        "data.aws_secretsmanager_secret.s refers to the aws_secretsmanager_secret prod/s in ca-central-1",
		},
		{
			old:         `"alarm_actions": ["arn:aws:sns:us-east-1:1:t"], "dimensions"`,
			replacement: `"alarm_actions": ["arn:aws:sns:us-west-2:1:t"], "dimensions"`,
			want:        "aws_cloudwatch_metric_alarm.a in us-east-1 notifies arn:aws:sns:us-west-2:1:t",
		},
		{
			old:         `"Stage": "v1"`,
			replacement: `"Stage": "v2"`,
			want:        "aws_cloudwatch_metric_alarm.a refers to the aws_api_gateway_stage v2",
		},
		{
			old:         `"id": "111122223333", "region": "us-east-1"`,
			replacement: `"id": "111122223333", "region": "us-west-2"`,
			want: "aws_api_gateway_stage.s refers to " +
				"the aws_api_gateway_account role for logs in us-east-1, which does not exist",
		},
		{
			old:         `{"TableName": "prod-t"}`,
			replacement: `{"TableName": "prod-u"}`,
			want:        "aws_cloudwatch_metric_alarm.m refers to the aws_dynamodb_table prod-u",
		},
		{
			old:         `function:f:live/inv`,
			replacement: `function:g:live/inv`,
			want:        "aws_api_gateway_rest_api_put.a refers to the aws_lambda_alias g:live",
		},
		{
			old:         `\"title\":\"prod\"`,
			replacement: `\"title\":\"prd\"`,
			want:        "aws_api_gateway_rest_api_put.a refers to the aws_api_gateway_rest_api prd in us-east-1",
		},
		{
			old:         `"qualifier": "live"`,
			replacement: `"qualifier": "old"`,
			want:        "aws_lambda_permission.p refers to the aws_lambda_alias f:old",
		},
		{
			old: `"id": "d", "region": "us-east-1", "sec`,
			replacement: `"id": "d", "region": "us-east-1"}},
				{"address": "twin", "mode": "managed", "type": "aws_api_gateway_domain_name", 
					"values": {"security_policy": "TLS_1_2", "id": "d", "region": "us-east-1", "sec`,
			want: "aws_api_gateway_domain_name.d and api/us-east-1 twin are both aws_api_gateway_domain_name us-east-1 d",
		},
	} {
		t.Run(test.want, func(t *testing.T) {
			if strings.Count(sound, test.old) != 1 {
				t.Fatalf("testdata/sound.json does not contain %q once", test.old)
			}
			findings := check(read(t, strings.Replace(sound, test.old, test.replacement, 1)))
			if !slices.ContainsFunc(findings, func(f string) bool { return strings.Contains(f, test.want) }) {
				t.Errorf("got  %s\nwant %s", strings.Join(findings, "\n     "), test.want)
			}
		})
		name, _, _ := strings.Cut(test.want, ": ")
		used[name] = true
	}
	for _, r := range slices.Concat(Rules, Protection) {
		if !used[r.Name] {
			t.Errorf("no test breaks the rule %q", r.Name)
		}
	}
}

func TestReadNamesTheStackWhoseStateItCannotRead(t *testing.T) {
	if _, err := Read([]byte("{"), "data/orders"); err == nil ||
		!strings.HasPrefix(err.Error(), "parse the state of data/orders: ") {
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
