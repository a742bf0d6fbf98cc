package secrets

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/problem"
)

// ErrNoStage is answered when the secret has no version with the stage.
var ErrNoStage = errors.New("the secret has no such stage")

// Manager is the Region's Secrets Manager.
type Manager struct{ client *secretsmanager.Client }

// Open makes a client of the Region's Secrets Manager and begins to connect to it.
func Open(env lambdaenv.Env) *Manager {
	cfg := env.AWS("SECRETS_MANAGER")
	endpoint, err := secretsmanager.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(), secretsmanager.EndpointParameters{
		Region: &cfg.Region, Endpoint: cfg.BaseEndpoint, UseFIPS: aws.Bool(env.FIPS()),
	})
	if err == nil { // else the first request tells
		env.Connect(endpoint.URI)
	}
	return &Manager{secretsmanager.NewFromConfig(cfg)}
}

// Fetch implements Source with GetSecretValue. A secret's string and binary
// forms are both its bytes.
func (m *Manager) Fetch(ctx context.Context, name string, stage Stage) (string, []byte, error) {
	label := string(stage)
	out, err := m.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name, VersionStage: &label})
	if err != nil {
		return "", nil, err
	}
	value := out.SecretBinary
	if out.SecretString != nil {
		value = []byte(*out.SecretString)
	}
	return *out.VersionId, value, nil
}

// explain names a missing stage; everything else that Secrets Manager answers
// is a dependency that fails.
func explain(err error) error {
	var missing *types.ResourceNotFoundException
	if errors.As(err, &missing) || errors.Is(err, ErrNoStage) {
		return errors.Join(ErrNoStage, err)
	}
	return problem.Wrap(problem.Unavailable, err, "A secret cannot be read now.")
}
