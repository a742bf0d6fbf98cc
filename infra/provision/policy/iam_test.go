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
	}},
}}

var place = Place{Environment: "prod", Account: "1", Region: "us-west-2"}

const (
	query  = `"Action":["dynamodb:Query"],"Resource":"arn:aws:dynamodb:us-west-2:1:table/prod-orders/index/by-date"`
	secret = `"Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:us-west-2:1:secret:prod/key-AbCdEf"`
	logs   = `"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:us-west-2:1:log-group:/aws/lambda/prod-orders-list-orders:log-stream:*"`
	traces = `"Action":["xray:PutTelemetryRecords","xray:PutTraceSegments"],"Resource":["*"]`
)

// state is that of a function whose role has the statements, and what else is given.
func state(t *testing.T, more string, statements ...string) []Resource {
	t.Helper()
	return read(t, fmt.Sprintf(`{"values":{"root_module":{"resources":[
  {"address":"f","mode":"managed","type":"aws_lambda_function","values":{"function_name":"prod-orders-list-orders","region":"us-west-2","role":"arn:r"}},
  {"address":"r","mode":"managed","type":"aws_iam_role","values":{"name":"r","arn":"arn:r","assume_role_policy":"{\"Statement\":[{\"Principal\":{\"Service\":\"lambda.amazonaws.com\"}}]}"}},
  {"address":"p","mode":"managed","type":"aws_iam_role_policy","values":{"role":"r","policy":%s}}%s]}}}`, policyOf(t, statements...), more))
}

func TestLeastPrivilege(t *testing.T) {
	declared := []string{statement(query), statement(secret), statement(logs), statement(traces)}
	attached := `,{"address":"attached","mode":"managed","type":"aws_iam_role_policy_attachment","values":{"role":"r","policy_arn":"arn:aws:iam::aws:policy/AdministratorAccess"}}`
	twin := `,{"address":"g","mode":"managed","type":"aws_lambda_function","values":{"function_name":"other","region":"us-west-2","role":"arn:r"}}`
	for name, test := range map[string]struct {
		resources []Resource
		want      string
	}{
		"exactly what is declared":    {state(t, "", declared...), ""},
		"in one statement":            {state(t, "", slices.Concat(declared[1:], declared[:1])...), ""},
		"an action more":              {state(t, "", append(declared[1:], statement(strings.Replace(query, `"dynamodb:Query"`, `"dynamodb:Query","dynamodb:Scan"`, 1)))...), "it may dynamodb:Scan"},
		"an action less":              {state(t, "", declared[1:]...), "it may not dynamodb:Query"},
		"the table for the index":     {state(t, "", append(declared[1:], statement(strings.Replace(query, "/index/by-date", "", 1)))...), "it may dynamodb:Query arn:aws:dynamodb:us-west-2:1:table/prod-orders, which"},
		"another Region's table":      {state(t, "", append(declared[1:], statement(strings.Replace(query, "us-west-2", "us-east-1", 1)))...), "us-east-1"},
		"any secret that begins so":   {state(t, "", append(slices.Clone(declared[:1]), statement(strings.Replace(secret, "-AbCdEf", "-??????", 1)), declared[2], declared[3])...), "it may secretsmanager:GetSecretValue"},
		"a secret with a longer name": {state(t, "", append(slices.Clone(declared[:1]), statement(strings.Replace(secret, "-AbCdEf", "-two-AbCdEf", 1)), declared[2], declared[3])...), "prod/key-two"},
		"all log groups":              {state(t, "", append(slices.Clone(declared[:2]), statement(strings.Replace(logs, "prod-orders-list-orders", "*", 1)), declared[3])...), "it may logs:PutLogEvents"},
		"a refusal is no right":       {state(t, "", append(declared[1:], strings.Replace(statement(query), "Allow", "Deny", 1))...), "it may not dynamodb:Query"},
		"a condition is no right":     {state(t, "", append(declared[1:], statement(query, `"Condition":{"Bool":{"x":"y"}}`))...), "it may not dynamodb:Query"},
		"a policy attached":           {state(t, attached, declared...), "its role has rights by attached"},
		"a role shared":               {state(t, twin, declared...), "it has no role of its own"},
		"no function":                 {nil, "it is not there"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(LeastPrivilege(orders, place, test.resources), "\n")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if got != "" && !strings.HasPrefix(got, "prod-orders-list-orders in us-west-2: ") {
				t.Errorf("%q does not name the function", got)
			}
		})
	}
}
