package deploy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/provision/restapi"
)

// keepsData are the types of resources that take data with them.
var keepsData = []string{
	"aws_dynamodb_table", "aws_dynamodb_table_replica", "aws_kms_key", "aws_secretsmanager_secret",
	"aws_cognito_user_pool", "aws_s3_bucket",
}

// importAddress is the import of the document, which Terraform can only replace.
const importAddress = restapi.ImportType + ".document"

// Change is what a plan does to one resource.
type Change struct {
	Address string `json:"address"`
	Type    string `json:"type"`
	// Actions are Terraform's: create, read, update, delete, no-op; a replacement
	// has delete and create.
	Actions []string `json:"actions"`
	// Reason says why a resource is replaced or deleted, in Terraform's words.
	Reason string `json:"reason,omitempty"`
}

// Deletes reports whether the resource that exists goes.
func (c Change) Deletes() bool { return slices.Contains(c.Actions, "delete") }

// LosesData reports whether data goes with the resource.
func (c Change) LosesData() bool { return c.Deletes() && slices.Contains(keepsData, c.Type) }

// changesOf reads the changes in a plan, from the output of terraform show -json.
func changesOf(plan []byte) ([]Change, error) {
	var p struct {
		ResourceChanges []struct {
			Address      string
			Mode         string
			Type         string
			ActionReason string `json:"action_reason"`
			Change       struct{ Actions []string }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(plan, &p); err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	var changes []Change
	for _, c := range p.ResourceChanges {
		if c.Mode != "managed" || slices.Equal(c.Change.Actions, []string{"no-op"}) {
			continue
		}
		change := Change{Address: c.Address, Type: c.Type, Actions: c.Change.Actions, Reason: c.ActionReason}
		if change.Type == restapi.ImportType && change.Deletes() && slices.Contains(change.Actions, "create") {
			// The provider deletes nothing: the API gets another document.
			change.Actions, change.Reason = []string{"update"}, ""
		}
		changes = append(changes, change)
	}
	return changes, nil
}

// checkLosses returns an error if the changes of a stack lose data and the user
// has not allowed it by the environment's name.
func checkLosses(environment, stack, allowed string, changes []Change) error {
	var lost []string
	for _, c := range changes {
		if c.LosesData() {
			lost = append(lost, c.Address)
		}
	}
	return lossOf(environment, stack, allowed, lost)
}

// lossOf returns the error for the loss of the data of resources, which are addresses.
func lossOf(environment, stack, allowed string, lost []string) error {
	if len(lost) == 0 || allowed == environment {
		return nil
	}
	return fmt.Errorf("%s would lose the data of %s: nothing was changed in this stack. If the data may go, run deploy:all with -allowDataLoss=%s",
		stack, strings.Join(lost, ", "), environment)
}
