package rotation

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// vault is a secret of Secrets Manager with its versions.
type vault struct {
	off    bool
	stages map[string][]string
	values map[string][]byte
	puts   int
}

func (v *vault) DescribeSecret(context.Context, *secretsmanager.DescribeSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error) {
	on := !v.off
	return &secretsmanager.DescribeSecretOutput{RotationEnabled: &on, VersionIdsToStages: v.stages}, nil
}

func (v *vault) GetSecretValue(_ context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	value, ok := v.values[*in.VersionId]
	if !ok {
		return nil, &types.ResourceNotFoundException{}
	}
	return &secretsmanager.GetSecretValueOutput{SecretBinary: value}, nil
}

func (v *vault) PutSecretValue(_ context.Context, in *secretsmanager.PutSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error) {
	v.puts++
	v.values[*in.ClientRequestToken] = in.SecretBinary
	v.stages[*in.ClientRequestToken] = in.VersionStages
	return &secretsmanager.PutSecretValueOutput{}, nil
}

func (v *vault) UpdateSecretVersionStage(_ context.Context, in *secretsmanager.UpdateSecretVersionStageInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.UpdateSecretVersionStageOutput, error) {
	if from := v.stages[*in.RemoveFromVersionId]; !slices.Contains(from, *in.VersionStage) {
		return nil, errors.New("the stage is not there")
	}
	v.stages[*in.RemoveFromVersionId] = []string{"AWSPREVIOUS"}
	v.stages[*in.MoveToVersionId] = append(v.stages[*in.MoveToVersionId], *in.VersionStage)
	return &secretsmanager.UpdateSecretVersionStageOutput{}, nil
}

func pendingVault() *vault {
	return &vault{
		stages: map[string][]string{"old": {current}, "new": {pending}, "stray": {}},
		values: map[string][]byte{"old": []byte("old key")},
	}
}

func TestRotation(t *testing.T) {
	v := pendingVault()
	rotate := Handler(v)
	for _, step := range []string{"createSecret", "createSecret", "setSecret", "testSecret", "finishSecret", "finishSecret", "createSecret"} {
		if err := rotate(t.Context(), Event{step, "arn", "new"}); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
	if v.puts != 1 || len(v.values["new"]) != KeyBytes || bytes.Equal(v.values["new"], make([]byte, KeyBytes)) {
		t.Errorf("%d values were made, the last of %d bytes", v.puts, len(v.values["new"]))
	}
	if !slices.Contains(v.stages["new"], current) || slices.Contains(v.stages["old"], current) {
		t.Errorf("stages %v", v.stages)
	}
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		vault *vault
		event Event
	}{
		"a secret that does not rotate": {&vault{off: true, stages: pendingVault().stages}, Event{"createSecret", "arn", "new"}},
		"an unknown version":            {pendingVault(), Event{"createSecret", "arn", "other"}},
		"a version without a stage":     {pendingVault(), Event{"createSecret", "arn", "stray"}},
		"an unknown step":               {pendingVault(), Event{"rollBack", "arn", "new"}},
	} {
		if err := Handler(test.vault)(t.Context(), test.event); err == nil || test.vault.puts != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// failing answers reads with an error that is no missing version.
type failing struct{ *vault }

func (failing) GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	return nil, errors.New("throttled")
}

func TestAFailedReadMakesNoSecondValue(t *testing.T) {
	v := pendingVault()
	if err := Handler(failing{v})(t.Context(), Event{"createSecret", "arn", "new"}); err == nil || v.puts != 0 {
		t.Errorf("%v, %d values were made", err, v.puts)
	}
}
