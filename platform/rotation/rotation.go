// Package rotation makes new values of the secrets that are random keys, step by
// step as Secrets Manager asks for them.
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

// Event is what Secrets Manager sends for each step.
type Event struct {
	// Step is createSecret, setSecret, testSecret or finishSecret.
	Step string
	// SecretID is the secret's ARN.
	SecretID string `json:"SecretId"`
	// ClientRequestToken is the identifier of the new version.
	ClientRequestToken string
}

// Manager is what a rotation asks of Secrets Manager.
type Manager interface {
	DescribeSecret(context.Context, *secretsmanager.DescribeSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error)
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
	PutSecretValue(context.Context, *secretsmanager.PutSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error)
	UpdateSecretVersionStage(context.Context, *secretsmanager.UpdateSecretVersionStageInput, ...func(*secretsmanager.Options)) (*secretsmanager.UpdateSecretVersionStageOutput, error)
}

// The stages of a version that a rotation moves.
const (
	current = "AWSCURRENT"
	pending = "AWSPENDING"
)

// KeyBytes is the length of a new key.
const KeyBytes = 32

// Handler answers Secrets Manager's steps. Each may be asked for again, and does
// no harm then. Nobody but the functions knows the keys, so nothing is to be set
// or tested elsewhere.
func Handler(m Manager) func(context.Context, Event) error {
	return func(ctx context.Context, e Event) error {
		d, err := m.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &e.SecretID})
		if err != nil {
			return err
		}
		stages, there := d.VersionIdsToStages[e.ClientRequestToken]
		switch {
		case d.RotationEnabled == nil || !*d.RotationEnabled:
			return errors.New("the secret does not rotate")
		case !there:
			return fmt.Errorf("the secret has no version %s to rotate to", e.ClientRequestToken)
		case slices.Contains(stages, current):
			return nil
		case !slices.Contains(stages, pending):
			return fmt.Errorf("version %s is not pending", e.ClientRequestToken)
		}
		switch e.Step {
		case "createSecret":
			return create(ctx, m, e)
		case "setSecret", "testSecret":
			return nil
		case "finishSecret":
			return finish(ctx, m, e, d.VersionIdsToStages)
		}
		return fmt.Errorf("unknown step %q", e.Step)
	}
}

// create makes the value of the new version, unless an earlier attempt has.
func create(ctx context.Context, m Manager, e Event) error {
	stage := pending
	_, err := m.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &e.SecretID, VersionId: &e.ClientRequestToken, VersionStage: &stage})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		return err
	}
	key := make([]byte, KeyBytes)
	rand.Read(key) // it does not fail: crypto/rand ends the process instead
	_, err = m.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: &e.SecretID, ClientRequestToken: &e.ClientRequestToken, SecretBinary: key, VersionStages: []string{pending},
	})
	return err
}

// finish makes the new version the current one; the former becomes AWSPREVIOUS by itself.
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
