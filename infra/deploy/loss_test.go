package deploy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const samplePlan = `{"format_version": "1.2", "resource_changes": [
	{"address": "aws_dynamodb_table.table[\"accounts\"]", "mode": "managed", "type": "aws_dynamodb_table",
	 "action_reason": "replace_because_cannot_update", "change": {"actions": ["delete", "create"]}},
	{"address": "aws_lambda_function.function[\"get\"]", "mode": "managed", "type": "aws_lambda_function",
	 "change": {"actions": ["delete"]}},
	{"address": "aws_kms_key.environment[\"a\"]", "mode": "managed", "type": "aws_kms_key",
	 "change": {"actions": ["no-op"]}},
	{"address": "aws_kms_key.environment[\"b\"]", "mode": "managed", "type": "aws_kms_key",
	 "change": {"actions": ["update"]}},
	{"address": "aws_api_gateway_rest_api_put.document", "mode": "managed", "type": "aws_api_gateway_rest_api_put",
	 "action_reason": "replace_because_cannot_update", "change": {"actions": ["create", "delete"]}},
	{"address": "data.aws_caller_identity.current", "mode": "data", "type": "aws_caller_identity",
	 "change": {"actions": ["read"]}}
]}`

func TestChangesOfAPlan(t *testing.T) {
	changes, err := changesOf([]byte(samplePlan))
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{
		{Address: `aws_dynamodb_table.table["accounts"]`, Type: "aws_dynamodb_table",
			Actions: []string{"delete", "create"}, Reason: "replace_because_cannot_update"},
		{Address: `aws_lambda_function.function["get"]`, Type: "aws_lambda_function", Actions: []string{"delete"}},
		{Address: `aws_kms_key.environment["b"]`, Type: "aws_kms_key", Actions: []string{"update"}},
		{Address: "aws_api_gateway_rest_api_put.document", Type: "aws_api_gateway_rest_api_put", Actions: []string{"update"}},
	}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestLossOfDataIsRefusedUnlessNamed(t *testing.T) {
	changes, err := changesOf([]byte(samplePlan))
	if err != nil {
		t.Fatal(err)
	}
	want := `data/accounts would lose the data of aws_dynamodb_table.table["accounts"]: ` +
		"nothing was changed in this stack. " +
		"If the data may go, run deploy:all with -allowDataLoss=prod"
	for _, allowed := range []string{"", "dev"} {
		if err := checkLosses("prod", "data/accounts", allowed, changes); err == nil || err.Error() != want {
			t.Errorf("allowed %q: error %v\nwant %s", allowed, err, want)
		}
	}
	if err := checkLosses("prod", "data/accounts", "prod", changes); err != nil {
		t.Errorf("allowed: %v", err)
	}
	if err := checkLosses("prod", "functions/accounts", "", changes[1:]); err != nil {
		t.Errorf("a function alone: %v", err)
	}
}
