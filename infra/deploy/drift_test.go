package deploy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDriftIn(t *testing.T) {
	got, err := driftIn([]byte(`{"resource_drift": [
		{"address": "aws_x.gone", "mode": "managed", "change": {"actions": ["delete"], "before": {"a": 1}, "after": null}},
		{"address": "aws_x.changed", "mode": "managed", "change": {"actions": ["update"],
			"before": {"a": 1, "b": "x", "c": [1]}, "after": {"a": 2, "b": "x", "c": [1, 2]}}},
		{"address": "data.aws_x.read", "mode": "data", "change": {"actions": ["update"],
			"before": {"a": 1}, "after": {"a": 2}}},
		{"address": "aws_x.same", "mode": "managed", "change": {"actions": ["update"],
			"before": {"a": 1}, "after": {"a": 1}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, d := range got {
		lines = append(lines, d.String())
	}
	if diff := cmp.Diff([]string{"aws_x.gone was removed", "aws_x.changed was changed: a, c"}, lines); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDriftOfAnAPIIsFromItsDocument(t *testing.T) {
	// The state has the API as it was created, before the import.
	const plan = `{"prior_state": {"values": {"root_module": {"resources": [{"type": "aws_api_gateway_rest_api_put",
			"values": {"body": "{\"info\": {\"title\": \"prod\", \"description\": \"The API\"}}"}}]}}},
		"resource_drift": [{"address": "aws_api_gateway_rest_api.api", "mode": "managed", "type": "aws_api_gateway_rest_api",
			"change": {"actions": ["update"],
				"before": {"name": "prod", "description": null, "policy": null, "api_key_source": "HEADER",
					"disable_execute_api_endpoint": false, "minimum_compression_size": ""},
				"after": {"name": "prod", "description": "DESCRIPTION", "policy": "", "api_key_source": "HEADER",
					"disable_execute_api_endpoint": false, "minimum_compression_size": null}}}]}`
	for name, test := range map[string]struct {
		description string
		want        []Drift
	}{
		"as imported": {description: "The API"},
		"changed by hand": {description: "Ours",
			want: []Drift{{Address: "aws_api_gateway_rest_api.api", Attributes: []string{"description"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := driftIn([]byte(strings.Replace(plan, "DESCRIPTION", test.description, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("drift (-want +got):\n%s", diff)
			}
		})
	}
}
