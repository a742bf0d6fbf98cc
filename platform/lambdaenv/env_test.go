package lambdaenv

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func from(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestReadNamesAllThatIsMissing(t *testing.T) {
	_, err := Read(from(map[string]string{"AWS_MAX_ATTEMPTS": "many", "AWS_RETRY_MODE": "never", "AWS_CA_BUNDLE": "env_test.go"}))
	for _, want := range []string{
		"AWS_REGION, ENVIRONMENT", `AWS_MAX_ATTEMPTS: "many"`, `AWS_RETRY_MODE: "never"`, "AWS_CA_BUNDLE: env_test.go holds no certificate",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestBundleAndFIPS goes to a server whose certificate only the bundle vouches for.
func TestBundleAndFIPS(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(bundle, block, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"": false, bundle: true} {
		env, err := Read(from(map[string]string{"AWS_REGION": "us-east-1", "ENVIRONMENT": "e", "AWS_CA_BUNDLE": name, "AWS_USE_FIPS_ENDPOINT": "TRUE"}))
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := env.AWS("X").HTTPClient.Do(req)
		if (err == nil) != want {
			t.Errorf("bundle %q: %v", name, err)
		}
		if err == nil {
			resp.Body.Close()
		}
		if !env.FIPS() || len(env.AWS("X").ConfigSources) != 1 {
			t.Error("FIPS endpoints were asked for")
		}
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
		"nothing set":      {nil, "", 0, aws.RetryModeStandard},
		"endpoint":         {map[string]string{"AWS_ENDPOINT_URL": "http://all"}, "http://all", 0, aws.RetryModeStandard},
		"service endpoint": {map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_DYNAMODB": "http://one"}, "http://one", 0, aws.RetryModeStandard},
		"another's":        {map[string]string{"AWS_ENDPOINT_URL_S3": "http://s3"}, "", 0, aws.RetryModeStandard},
		"retries":          {map[string]string{"AWS_MAX_ATTEMPTS": "5", "AWS_RETRY_MODE": "adaptive"}, "", 5, aws.RetryModeAdaptive},
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
