// Package rotation rotates the secrets that are random keys, in the steps of
// Secrets Manager.
// Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
package rotation

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// Event is the request that Secrets Manager sends for each step.
type Event struct {
	// Step is createSecret, setSecret, testSecret or finishSecret.
	Step string
	// SecretID is the secret's ARN.
	SecretID string `json:"SecretId"`
	// ClientRequestToken is the identifier of the new version.
	ClientRequestToken string
}

// Manager is the part of the Secrets Manager client that a rotation calls.
type Manager interface {
	DescribeSecret(context.Context, *secretsmanager.DescribeSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error)
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
	PutSecretValue(context.Context, *secretsmanager.PutSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error)
	UpdateSecretVersionStage(context.Context, *secretsmanager.UpdateSecretVersionStageInput, ...func(*secretsmanager.Options)) (*secretsmanager.UpdateSecretVersionStageOutput, error)
}

// The staging labels that a rotation moves.
const (
	current = "AWSCURRENT"
	pending = "AWSPENDING"
)

// KeyBytes is the length of a new key.
const KeyBytes = 32

// Handler returns the Lambda handler for the steps of a rotation. Every step is
// idempotent, because Secrets Manager can repeat it. setSecret and testSecret do
// nothing: only our functions use the keys, so no other service has to learn them.
func Handler(m Manager) func(context.Context, Event) error {
	return func(ctx context.Context, e Event) error {
		d, err := m.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &e.SecretID})
		if err != nil {
			return err
		}
		stages, exists := d.VersionIdsToStages[e.ClientRequestToken]
		switch {
		case d.RotationEnabled == nil || !*d.RotationEnabled:
			return errors.New("rotation is not enabled for the secret")
		case !exists:
			return fmt.Errorf("the secret has no version %s", e.ClientRequestToken)
		case slices.Contains(stages, current):
			return nil
		case !slices.Contains(stages, pending):
			return fmt.Errorf("version %s does not have the stage %s", e.ClientRequestToken, pending)
		}
		switch e.Step {
		case "createSecret":
			return create(ctx, m, e)
		case "setSecret", "testSecret":
			return nil
		case "finishSecret":
			return finish(ctx, m, e, d.VersionIdsToStages)
		}
		return fmt.Errorf("unknown step %q, want createSecret, setSecret, testSecret or finishSecret", e.Step)
	}
}

// create stores a value for the new version unless an earlier attempt has done so.
func create(ctx context.Context, m Manager, e Event) error {
	stage := pending
	_, err := m.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &e.SecretID, VersionId: &e.ClientRequestToken, VersionStage: &stage})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		return err
	}
	key := make([]byte, KeyBytes)
	rand.Read(key) // cannot fail: crypto/rand ends the process instead
	_, err = m.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: &e.SecretID, ClientRequestToken: &e.ClientRequestToken, SecretBinary: key, VersionStages: []string{pending},
	})
	return err
}

// finish moves AWSCURRENT to the new version. Secrets Manager then moves
// AWSPREVIOUS to the former version.
func finish(ctx context.Context, m Manager, e Event, versions map[string][]string) error {
	stage := current
	in := &secretsmanager.UpdateSecretVersionStageInput{SecretId: &e.SecretID, VersionStage: &stage, MoveToVersionId: &e.ClientRequestToken}
	for version, stages := range versions {
		if slices.Contains(stages, current) {
			in.RemoveFromVersionId = &version
		}
	}
	_, err := m.UpdateSecretVersionStage(ctx, in)
	return err
}
