package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
)

var orders = &manifest.Service{Name: "orders", Functions: map[string]manifest.Function{
	"list-orders": {Grants: []manifest.Grant{
		{Table: "orders", Index: "by-date", Actions: []string{"dynamodb:Query"}},
		{Secret: "key", Actions: []string{"secretsmanager:GetSecretValue"}},
		{
			Table: "orders", Actions: []string{"dynamodb:GetItem"}, Keys: []string{"health", "order#*"},
			Attributes: []string{"id", "state"},
		},
		{Table: "orders", Actions: []string{"dynamodb:DeleteItem", "dynamodb:PutItem"}, Transaction: true},
		{Table: "holders", Actions: []string{"dynamodb:GetItem"}, Replicas: true},
	}},
}}

var west = Deployment{Environment: "prod", Account: "1", Region: "us-west-2"}

const (
	query  = `"Action":["dynamodb:Query"],"Resource":"arn:aws:dynamodb:us-west-2:1:table/prod-orders/index/by-date"`
	secret = `"Action":"secretsmanager:GetSecretValue",` +
		`"Resource":"arn:aws:secretsmanager:us-west-2:1:secret:prod/key-AbCdEf"`
	logs = `"Action":["logs:CreateLogStream","logs:PutLogEvents"],` +
		`"Resource":"arn:aws:logs:us-west-2:1:log-group:/aws/lambda/prod-orders-list-orders:log-stream:*"`
	getItem = `"Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:us-west-2:1:table/prod-orders","Condition":{` +
		`"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["order#*","health"]},` +
		`"Null":{"dynamodb:LeadingKeys":"false"},` +
		`"ForAllValues:StringEquals":{"dynamodb:Attributes":["id","state"]},` +
		`"StringEquals":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}}`
	remove = `"Action":["dynamodb:DeleteItem","dynamodb:PutItem"],` +
		`"Resource":"arn:aws:dynamodb:us-west-2:1:table/prod-orders",` +
		`"Condition":{"ForAnyValue:StringEquals":{"dynamodb:EnclosingOperation":"TransactWriteItems"}}`
	holders      = `"Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:us-west-2:1:table/prod-holders"`
	otherHolders = `"Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:us-east-1:1:table/prod-holders"`
	traces       = `"Action":["xray:PutTelemetryRecords","xray:PutTraceSegments"],"Resource":["*"]`
)

// declared returns the statements of a role that may do exactly what its operation
// declares, in the order of the constants above.
func declared() []string {
	return []string{
		statement(query), statement(secret), statement(logs), statement(traces), statement(getItem), statement(remove),
		statement(holders), statement(otherHolders),
	}
}

// changed returns the declared statements with text replaced in one of them.
func changed(index int, old, replacement string) []string {
	list := declared()
	list[index] = strings.Replace(list[index], old, replacement, 1)
	return list
}

// state returns the resources of a function whose role has the statements, and more.
func state(t *testing.T, more string, statements ...string) []Resource {
	t.Helper()
	return read(t, fmt.Sprintf(`{"values":{"root_module":{"resources":[
  {"address":"f","mode":"managed","type":"aws_lambda_function","values":{
    "function_name":"prod-orders-list-orders","region":"us-west-2","role":"arn:r"}},
  {"address":"t","mode":"managed","type":"aws_dynamodb_table","values":{"name":"prod-holders","region":"us-east-1",
    "replica":[{"region_name":"us-west-2"}]}},
  {"address":"r","mode":"managed","type":"aws_iam_role","values":{"name":"r","arn":"arn:r",
    "assume_role_policy":"{\"Statement\":[{\"Principal\":{\"Service\":\"lambda.amazonaws.com\"}}]}"}},
  {"address":"p","mode":"managed","type":"aws_iam_role_policy","values":{"role":"r","policy":%s}}%s]}}}`,
		policyOf(t, statements...), more))
}

const (
	attached = `,{"address":"attached","mode":"managed","type":"aws_iam_role_policy_attachment",` +
		`"values":{"role":"r","policy_arn":"arn:aws:iam::aws:policy/AdministratorAccess"}}`
	twin = `,{"address":"g","mode":"managed","type":"aws_lambda_function",` +
		`"values":{"function_name":"other","region":"us-west-2","role":"arn:r"}}`
)

func TestLeastPrivilege(t *testing.T) {
	const ofQuery, ofSecret, ofLogs, ofGet, ofRemove, ofOtherHolders = 0, 1, 2, 4, 5, 7
	conditional := declared()
	conditional[ofQuery] = statement(query, `"Condition":{"Bool":{"x":"y"}}`)
	for _, test := range []struct {
		name      string
		resources []Resource
		want      string // part of the findings, or empty
	}{
		{"exactly what is declared", state(t, "", declared()...), ""},
		{"in another order", state(t, "", slices.Concat(declared()[1:], declared()[:1])...), ""},
		{"an action more", state(t, "", changed(ofQuery, `"dynamodb:Query"`, `"dynamodb:Query","dynamodb:Scan"`)...),
			"it may dynamodb:Scan"},
		{"an action less", state(t, "", declared()[1:]...), "it may not dynamodb:Query"},
		{"the table for the index", state(t, "", changed(ofQuery, "/index/by-date", "")...),
			"it may dynamodb:Query arn:aws:dynamodb:us-west-2:1:table/prod-orders, which"},
		{"another Region's table", state(t, "", changed(ofQuery, "us-west-2", "us-east-1")...), "us-east-1"},
		{"a pattern of secrets", state(t, "", changed(ofSecret, "-AbCdEf", "-??????")...),
			"it may secretsmanager:GetSecretValue"},
		{"a secret with a longer name", state(t, "", changed(ofSecret, "-AbCdEf", "-two-AbCdEf")...), "prod/key-two"},
		{"all log groups", state(t, "", changed(ofLogs, "prod-orders-list-orders", "*")...), "it may logs:PutLogEvents"},
		{"a refused right", state(t, "", changed(ofQuery, "Allow", "Deny")...), "it may not dynamodb:Query"},
		{"a right with a condition", state(t, "", conditional...), "it may not dynamodb:Query"},
		{"another prefix of keys", state(t, "", changed(ofGet, "order#*", "*")...), "it may dynamodb:GetItem"},
		{"an attribute more", state(t, "", changed(ofGet, `"id",`, `"id","email",`)...), "it may dynamodb:GetItem"},
		{"requests without a projection", state(t, "", changed(ofGet, `"StringEquals":{`, `"StringEqualsIfExists":{`)...),
			"it may not dynamodb:GetItem"},
		{"outside transactions", state(t, "", changed(ofRemove, "ForAnyValue:", "ForAllValues:")...),
			"it may dynamodb:DeleteItem"},
		{"a replica less", state(t, "", declared()[:ofOtherHolders]...),
			"it may not dynamodb:GetItem arn:aws:dynamodb:us-east-1:1:table/prod-holders"},
		{"a Region without a replica", state(t, "", changed(ofOtherHolders, "us-east-1", "eu-west-1")...),
			"it may dynamodb:GetItem arn:aws:dynamodb:eu-west-1:1:table/prod-holders"},
		{"every Region for a table of one",
			state(t, "", append(declared(), strings.Replace(statement(getItem), "us-west-2", "us-east-1", 1))...),
			"it may dynamodb:GetItem arn:aws:dynamodb:us-east-1:1:table/prod-orders"},
		{"an attached policy", state(t, attached, declared()...), "its role has rights by attached"},
		{"a shared role", state(t, twin, declared()...), "it has no role of its own"},
		{"a missing function", nil, "it is missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Join(LeastPrivilege(orders, west, test.resources), "\n")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if got != "" && !strings.HasPrefix(got, "prod-orders-list-orders in us-west-2: ") {
				t.Errorf("%q does not name the function", got)
			}
		})
	}
}
