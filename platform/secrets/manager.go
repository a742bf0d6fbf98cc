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

// ErrNoStage means that no version of the secret has the stage.
var ErrNoStage = errors.New("no version of the secret has the stage")

// Manager is a Source that calls the Region's Secrets Manager.
type Manager struct{ client *secretsmanager.Client }

// Open returns a Manager and starts to open a connection to Secrets Manager.
func Open(env lambdaenv.Env) *Manager {
	cfg := env.AWS("SECRETS_MANAGER")
	endpoint, err := secretsmanager.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(), secretsmanager.EndpointParameters{
		Region: &cfg.Region, Endpoint: cfg.BaseEndpoint, UseFIPS: aws.Bool(env.FIPS()),
	})
	if err == nil { // otherwise the first request returns the error
		env.Connect(endpoint.URI)
	}
	return &Manager{secretsmanager.NewFromConfig(cfg)}
}

// Fetch calls GetSecretValue. It returns the bytes of the secret, which can be a
// string or binary.
func (m *Manager) Fetch(ctx context.Context, name string, stage Stage) (Secret, error) {
	label := string(stage)
	out, err := m.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name, VersionStage: &label})
	if err != nil {
		return Secret{}, err
	}
	secret := Secret{Version: *out.VersionId, Value: out.SecretBinary}
	if out.SecretString != nil {
		secret.Value = []byte(*out.SecretString)
	}
	if out.CreatedDate != nil {
		secret.Created = *out.CreatedDate
	}
	return secret, nil
}

// explain returns ErrNoStage, with err, for a missing stage, and an Unavailable
// problem for every other error.
func explain(err error) error {
	var missing *types.ResourceNotFoundException
	if errors.As(err, &missing) || errors.Is(err, ErrNoStage) {
		return errors.Join(ErrNoStage, err)
	}
	return problem.Wrap(problem.Unavailable, err, "Secrets Manager is not available.")
}
