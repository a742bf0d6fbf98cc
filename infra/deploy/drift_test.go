package deploy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDriftIn(t *testing.T) {
	got, err := driftIn([]byte(`{"resource_drift": [
		{"address": "aws_x.gone", "mode": "managed", "change": {"actions": ["delete"], "before": {"a": 1}, "after": null}},
		{"address": "aws_x.changed", "mode": "managed", "change": {"actions": ["update"],
			"before": {"a": 1, "b": "x", "c": [1]}, "after": {"a": 2, "b": "x", "c": [1, 2]}}},
		{"address": "data.aws_x.read", "mode": "data", "change": {"actions": ["update"], "before": {"a": 1}, "after": {"a": 2}}},
		{"address": "aws_x.same", "mode": "managed", "change": {"actions": ["update"], "before": {"a": 1}, "after": {"a": 1}}}]}`))
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
