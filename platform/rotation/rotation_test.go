package rotation

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"
)

// vault is a Secrets Manager with one secret.
type vault struct {
	enabled *bool
	stages  map[string][]string
	values  map[string][]byte
	puts    int
	// readErr is the error of GetSecretValue, if it is not nil.
	readErr error
	// describeErr is the error of DescribeSecret, if it is not nil.
	describeErr error
}

func (v *vault) DescribeSecret(
	context.Context, *secretsmanager.DescribeSecretInput, ...func(*secretsmanager.Options),
) (*secretsmanager.DescribeSecretOutput, error) {
	return &secretsmanager.DescribeSecretOutput{RotationEnabled: v.enabled, VersionIdsToStages: v.stages}, v.describeErr
}

func (v *vault) GetSecretValue(
	_ context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options),
) (*secretsmanager.GetSecretValueOutput, error) {
	if v.readErr != nil {
		return nil, v.readErr
	}
	value, ok := v.values[*in.VersionId]
	if !ok {
		return nil, &types.ResourceNotFoundException{}
	}
	return &secretsmanager.GetSecretValueOutput{SecretBinary: value}, nil
}

func (v *vault) PutSecretValue(
	_ context.Context, in *secretsmanager.PutSecretValueInput, _ ...func(*secretsmanager.Options),
) (*secretsmanager.PutSecretValueOutput, error) {
	v.puts++
	v.values[*in.ClientRequestToken] = in.SecretBinary
	v.stages[*in.ClientRequestToken] = in.VersionStages
	return &secretsmanager.PutSecretValueOutput{}, nil
}

func (v *vault) UpdateSecretVersionStage(
	_ context.Context, in *secretsmanager.UpdateSecretVersionStageInput, _ ...func(*secretsmanager.Options),
) (*secretsmanager.UpdateSecretVersionStageOutput, error) {
	if from := v.stages[*in.RemoveFromVersionId]; !slices.Contains(from, *in.VersionStage) {
		return nil, errors.New("the version does not have the stage")
	}
	v.stages[*in.RemoveFromVersionId] = []string{"AWSPREVIOUS"}
	v.stages[*in.MoveToVersionId] = append(v.stages[*in.MoveToVersionId], *in.VersionStage)
	return &secretsmanager.UpdateSecretVersionStageOutput{}, nil
}

// pendingVault returns a vault whose version "new" is pending.
func pendingVault() *vault {
	return &vault{
		enabled: aws.Bool(true),
		stages:  map[string][]string{"old": {current}, "new": {pending}, "stray": {}},
		values:  map[string][]byte{"old": []byte("old key")},
	}
}

func TestRotation(t *testing.T) {
	v := pendingVault()
	rotate := Handler(v)
	for _, step := range []string{
		"createSecret", "createSecret", "setSecret", "testSecret", "finishSecret", "finishSecret", "createSecret",
	} {
		if err := rotate(t.Context(), Event{Step: step, SecretID: "arn", ClientRequestToken: "new"}); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
	if v.puts != 1 {
		t.Errorf("%d values were stored, want 1", v.puts)
	}
	if key := v.values["new"]; len(key) != KeyBytes || bytes.Equal(key, make([]byte, KeyBytes)) {
		t.Errorf("the key has %d bytes, want %d random ones", len(key), KeyBytes)
	}
	want := map[string][]string{"new": {pending, current}, "old": {"AWSPREVIOUS"}, "stray": {}}
	if diff := cmp.Diff(want, v.stages); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}

func TestHandlerFails(t *testing.T) {
	create := Event{Step: "createSecret", SecretID: "arn", ClientRequestToken: "new"}
	for _, test := range []struct {
		name   string
		change func(*vault)
		event  Event
		want   string
	}{
		{
			name: "rotation is disabled", change: func(v *vault) { v.enabled = aws.Bool(false) }, event: create,
			want: "rotation is not enabled for the secret",
		},
		{
			name: "rotation was never enabled", change: func(v *vault) { v.enabled = nil }, event: create,
			want: "rotation is not enabled for the secret",
		},
		{
			name:  "unknown version",
			event: Event{Step: "createSecret", SecretID: "arn", ClientRequestToken: "other"},
			want:  "the secret has no version other",
		},
		{
			name:  "version without a stage",
			event: Event{Step: "createSecret", SecretID: "arn", ClientRequestToken: "stray"},
			want:  "version stray does not have the stage AWSPENDING",
		},
		{
			name:  "unknown step",
			event: Event{Step: "rollBack", SecretID: "arn", ClientRequestToken: "new"},
			want:  `unknown step "rollBack", want createSecret, setSecret, testSecret or finishSecret`,
		},
		{
			name: "describe fails", change: func(v *vault) { v.describeErr = errors.New("throttled") }, event: create,
			want: "throttled",
		},
		{
			name: "read fails", change: func(v *vault) { v.readErr = errors.New("throttled") }, event: create,
			want: "throttled",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := pendingVault()
			if test.change != nil {
				test.change(v)
			}
			err := Handler(v)(t.Context(), test.event)
			if err == nil || err.Error() != test.want {
				t.Errorf("got error %v, want %s", err, test.want)
			}
			if v.puts != 0 {
				t.Errorf("%d values were stored, want 0", v.puts)
			}
		})
	}
}
