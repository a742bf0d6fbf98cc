package lambdaenv

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func from(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestReadNamesAllThatIsMissing(t *testing.T) {
	_, err := Read(from(nil))
	if err == nil || !strings.Contains(err.Error(), "AWS_REGION, ENVIRONMENT") {
		t.Errorf("got %v", err)
	}
}

func TestAWS(t *testing.T) {
	base := map[string]string{"AWS_REGION": "ca-central-1", "ENVIRONMENT": "prod"}
	for name, test := range map[string]struct {
		vars     map[string]string
		endpoint string
		attempts int
		mode     aws.RetryMode
	}{
		"nothing set":       {nil, "", 0, aws.RetryModeStandard},
		"endpoint":          {map[string]string{"AWS_ENDPOINT_URL": "http://all"}, "http://all", 0, aws.RetryModeStandard},
		"service endpoint":  {map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_DYNAMODB": "http://one"}, "http://one", 0, aws.RetryModeStandard},
		"another's":         {map[string]string{"AWS_ENDPOINT_URL_S3": "http://s3"}, "", 0, aws.RetryModeStandard},
		"retries":           {map[string]string{"AWS_MAX_ATTEMPTS": "5", "AWS_RETRY_MODE": "adaptive"}, "", 5, aws.RetryModeAdaptive},
		"malformed retries": {map[string]string{"AWS_MAX_ATTEMPTS": "many", "AWS_RETRY_MODE": "never"}, "", 0, aws.RetryModeStandard},
	} {
		for n, v := range base {
			if test.vars == nil {
				test.vars = map[string]string{}
			}
			test.vars[n] = v
		}
		env, err := Read(from(test.vars))
		if err != nil {
			t.Fatal(err)
		}
		cfg := env.AWS("dynamodb")
		if aws.ToString(cfg.BaseEndpoint) != test.endpoint || cfg.RetryMaxAttempts != test.attempts || cfg.RetryMode != test.mode || cfg.Region != "ca-central-1" {
			t.Errorf("%s: got endpoint %q, %d attempts, mode %s", name, aws.ToString(cfg.BaseEndpoint), cfg.RetryMaxAttempts, cfg.RetryMode)
		}
	}
}

func TestCredentialsAreReadWhenAsked(t *testing.T) {
	vars := map[string]string{"AWS_REGION": "r", "ENVIRONMENT": "e"}
	env, err := Read(from(vars))
	if err != nil {
		t.Fatal(err)
	}
	provider := env.AWS("DYNAMODB").Credentials
	if _, err := provider.Retrieve(t.Context()); err == nil {
		t.Error("credentials out of nothing")
	}
	vars["AWS_ACCESS_KEY_ID"], vars["AWS_SECRET_ACCESS_KEY"], vars["AWS_SESSION_TOKEN"] = "id", "secret", "token"
	keys, err := provider.Retrieve(t.Context())
	if err != nil || keys.AccessKeyID != "id" || keys.SecretAccessKey != "secret" || keys.SessionToken != "token" {
		t.Errorf("got %v", err)
	}
}
