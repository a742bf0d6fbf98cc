package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// names has the resources of all stacks of one environment, by the names under which
// other roots refer to them. Terraform does not check that both agree, because no root
// reads the state of another.
type names map[string]bool

func (n names) add(kind, region, name string) { n[kind+" "+region+" "+name] = true }

func (n names) has(kind, region, name string) bool { return n[kind+" "+region+" "+name] }

// namesOf returns the names of managed resources.
func namesOf(all []Resource) names {
	n := names{}
	for _, r := range all {
		if r.Data {
			continue
		}
		region := r.text("region")
		switch r.Type {
		case "aws_kms_alias", "aws_cognito_user_pool", "aws_api_gateway_rest_api":
			n.add(r.Type, region, r.text("name"))
		case "aws_api_gateway_stage":
			n.add(r.Type, region, r.text("stage_name"))
		case "aws_api_gateway_account":
			n.add(r.Type, region, loggingRole)
		case "aws_sns_topic":
			n.add(r.Type, region, r.text("arn"))
		case "aws_acm_certificate":
			n.add(r.Type, region, r.text("domain_name"))
		case "aws_lambda_function":
			n.add(r.Type, region, r.text("function_name"))
		case "aws_lambda_alias":
			n.add(r.Type, region, r.text("function_name")+":"+r.text("name"))
		case "aws_secretsmanager_secret":
			n.add(r.Type, region, r.text("name"))
			for _, replica := range r.list("replica") {
				n.add(r.Type, fmt.Sprint(get(replica, "region")), r.text("name"))
			}
		case "aws_dynamodb_table":
			n.add(r.Type, region, r.text("name"))
			for _, replica := range r.list("replica") {
				n.add(r.Type, fmt.Sprint(get(replica, "region_name")), r.text("name"))
			}
		}
	}
	return n
}

var (
	topicARN   = regexp.MustCompile(`^arn:aws:sns:([a-z0-9-]+):`)
	tableARN   = regexp.MustCompile(`^arn:aws:dynamodb:([a-z0-9-]+):\d+:table/([^/]+)`)
	invocation = regexp.MustCompile(`function:([^/]+)/invocations$`)
)

// loggingRole is the name, in findings, of the role with which API Gateway logs in a
// Region. It is a setting of the account; without it AWS refuses a stage that logs.
const loggingRole = "role for logs"

// Dangling returns a finding for each name without a resource: in actions of alarms,
// dimensions of metrics, rights on tables, data sources, permissions, the functions that
// the API's document calls, and the role with which stages log.
func Dangling(all []Resource) []string {
	existing := namesOf(all)
	var findings []string
	for _, r := range all {
		want := func(kind, region, name string) {
			if !existing.has(kind, region, name) {
				findings = append(findings, fmt.Sprintf("%s refers to the %s %s in %s, which does not exist", r, kind, name, region))
			}
		}
		region := r.text("region")
		switch r.Type {
		case "aws_kms_alias":
			want(r.Type, region, r.text("name"))
		case "aws_cognito_user_pools":
			want("aws_cognito_user_pool", region, r.text("name"))
		case "aws_secretsmanager_secret":
			want(r.Type, region, r.text("name"))
		case "aws_acm_certificate":
			if r.Data {
				want(r.Type, region, r.text("domain"))
			}
		case "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm":
			for _, arn := range texts(r.Values["alarm_actions"]) {
				if m := topicARN.FindStringSubmatch(arn); m == nil || m[1] != region {
					findings = append(findings, fmt.Sprintf("%s in %s notifies %s", r, region, arn))
				}
				want("aws_sns_topic", region, arn)
			}
			dimensions(r, want)
		case "aws_lambda_permission":
			if q := r.text("qualifier"); q != "" {
				want("aws_lambda_alias", region, r.text("function_name")+":"+q)
			} else {
				want("aws_lambda_function", region, r.text("function_name"))
			}
		case "aws_iam_role_policy":
			for _, s := range statements(r.text("policy")) {
				for _, arn := range s.resources() {
					if m := tableARN.FindStringSubmatch(arn); m != nil {
						want("aws_dynamodb_table", m[1], m[2])
					}
				}
			}
		case "aws_api_gateway_stage":
			want("aws_api_gateway_account", region, loggingRole)
		case "aws_api_gateway_rest_api_put":
			doc := parseDocument(r.text("body"))
			want("aws_api_gateway_rest_api", region, doc.Info.Title)
			for _, f := range doc.integrations() {
				f = strings.ReplaceAll(f, "${stageVariables.environment}", doc.Info.Title)
				want("aws_lambda_alias", region, f)
			}
		}
	}
	return findings
}

// dimensions calls want for the resources that an alarm measures, in one metric or in
// several.
func dimensions(r Resource, want func(kind, region, name string)) {
	sets := []any{r.Values["dimensions"]}
	for _, q := range r.list("metric_query") {
		sets = append(sets, get(q, "metric.0.dimensions"))
	}
	kinds := map[string]string{
		"ApiName": "aws_api_gateway_rest_api", "Stage": "aws_api_gateway_stage",
		"FunctionName": "aws_lambda_function", "TableName": "aws_dynamodb_table",
	}
	for _, set := range sets {
		for dimension, kind := range kinds {
			if name, ok := get(set, dimension).(string); ok {
				want(kind, r.text("region"), name)
			}
		}
	}
}

// document has the parts of an API's document that rules are about.
type document struct {
	Info  struct{ Title string }
	Paths map[string]map[string]struct {
		Integration struct {
			URI string `json:"uri"`
		} `json:"x-amazon-apigateway-integration"`
	}
	Servers []struct {
		Endpoint struct {
			Disabled bool `json:"disableExecuteApiEndpoint"`
		} `json:"x-amazon-apigateway-endpoint-configuration"`
	}
}

// parseDocument returns a document, the empty one if text is not JSON.
func parseDocument(text string) document {
	var doc document
	if json.Unmarshal([]byte(text), &doc) != nil {
		return document{}
	}
	return doc
}

// integrations returns the functions that the document calls, each NAME:ALIAS.
func (doc document) integrations() []string {
	found := map[string]bool{}
	for _, methods := range doc.Paths {
		for _, m := range methods {
			if f := invocation.FindStringSubmatch(m.Integration.URI); f != nil {
				found[f[1]] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Collisions returns a finding for each two resources that AWS would take for the same.
// They can be of any stacks and environments of one account.
func Collisions(all []Resource) []string {
	seen := map[string]Resource{}
	var findings []string
	for _, r := range all {
		id := r.text("id")
		if r.Data || id == "" || strings.HasPrefix(r.Type, "terraform_") {
			continue
		}
		if r.Type == "aws_lambda_permission" { // its id is unique in its function only
			id = r.text("function_name") + ":" + id
		}
		key := strings.Join([]string{r.Type, r.text("region"), id}, " ")
		if other, there := seen[key]; there {
			findings = append(findings, fmt.Sprintf("%s and %s are both %s", other, r, key))
		}
		seen[key] = r
	}
	return findings
}
