package lambdaenv

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

func from(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestReadNamesEveryError(t *testing.T) {
	_, err := Read(from(map[string]string{
		"AWS_MAX_ATTEMPTS": "many", "AWS_RETRY_MODE": "never", "AWS_CA_BUNDLE": "env_test.go",
	}))
	if err == nil {
		t.Fatal("got no error")
	}
	want := []string{
		"environment variables are not set: AWS_REGION, ENVIRONMENT",
		`AWS_MAX_ATTEMPTS: "many" is not a whole number of 1 or more`,
		`AWS_RETRY_MODE: "never" is not standard or adaptive`,
		"AWS_CA_BUNDLE: env_test.go contains no PEM certificate",
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestReadFails(t *testing.T) {
	for _, test := range []struct {
		name string
		vars map[string]string
		want string
	}{
		{
			name: "no Region", vars: map[string]string{"AWS_REGION": ""},
			want: "environment variables are not set: AWS_REGION",
		},
		{
			name: "no environment", vars: map[string]string{"ENVIRONMENT": ""},
			want: "environment variables are not set: ENVIRONMENT",
		},
		{
			name: "no attempts", vars: map[string]string{"AWS_MAX_ATTEMPTS": "0"},
			want: `AWS_MAX_ATTEMPTS: "0" is not a whole number of 1 or more`,
		},
		{
			name: "bundle does not exist", vars: map[string]string{"AWS_CA_BUNDLE": "absent.pem"},
			want: "AWS_CA_BUNDLE: open absent.pem: no such file or directory",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			vars := map[string]string{"AWS_REGION": "us-east-1", "ENVIRONMENT": "e"}
			maps.Copy(vars, test.vars)
			if _, err := Read(from(vars)); err == nil || err.Error() != test.want {
				t.Errorf("got error %v, want %s", err, test.want)
			}
		})
	}
}

// mustInChild makes TestMustExits call Must in its child process.
const mustInChild = "LAMBDAENV_MUST"

// TestMustExits runs itself in a process that calls Must without an environment.
func TestMustExits(t *testing.T) {
	if os.Getenv(mustInChild) != "" {
		Must(from(nil))
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestMustExits$")
	child.Env = append(os.Environ(), mustInChild+"=1")
	output, err := child.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("the child ended with %v, want exit status 1", err)
	}
	for _, want := range []string{`"cannot start"`, "AWS_REGION, ENVIRONMENT"} {
		if !strings.Contains(string(output), want) {
			t.Errorf("the child wrote %s, want %s in it", output, want)
		}
	}
}

func TestMust(t *testing.T) {
	env := Must(from(map[string]string{"AWS_REGION": "us-east-1", "ENVIRONMENT": "prod"}))
	if env.Region != "us-east-1" || env.Environment != "prod" {
		t.Errorf("got Region %q, environment %q", env.Region, env.Environment)
	}
}

// TestBundle sends a request to a server whose certificate is only in the bundle.
func TestBundle(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the failed handshakes
	defer server.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(bundle, block, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, bundle string
		trusted      bool
	}{{name: "without bundle"}, {name: "with bundle", bundle: bundle, trusted: true}} {
		t.Run(test.name, func(t *testing.T) {
			env := Must(from(map[string]string{
				"AWS_REGION": "us-east-1", "ENVIRONMENT": "e", "AWS_CA_BUNDLE": test.bundle,
			}))
			response, err := do(t.Context(), env, server.URL)
			if (err == nil) != test.trusted {
				t.Errorf("got error %v, trusted should be %v", err, test.trusted)
			}
			if err == nil {
				response.Body.Close()
			}
		})
	}
}

// do sends a GET request with the client that env gives to the SDK.
func do(ctx context.Context, env Env, url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return env.AWS("X").HTTPClient.Do(request)
}

func TestFIPS(t *testing.T) {
	for value, want := range map[string]bool{"": false, "false": false, "true": true, "TRUE": true} {
		t.Run(strconv.Quote(value), func(t *testing.T) {
			env := Must(from(map[string]string{
				"AWS_REGION": "us-east-1", "ENVIRONMENT": "e", "AWS_USE_FIPS_ENDPOINT": value,
			}))
			if env.FIPS() != want {
				t.Errorf("FIPS returned %v, want %v", env.FIPS(), want)
			}
			resolved := false
			for _, source := range env.AWS("X").ConfigSources {
				state, found, err := source.(interface {
					GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error)
				}).GetUseFIPSEndpoint(t.Context())
				resolved = found && err == nil && state == aws.FIPSEndpointStateEnabled
			}
			if resolved != want {
				t.Errorf("clients use FIPS endpoints: %v, want %v", resolved, want)
			}
		})
	}
}

func TestRedirectsAreReturned(t *testing.T) {
	server := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusFound))
	defer server.Close()
	env := Must(from(map[string]string{"AWS_REGION": "us-east-1", "ENVIRONMENT": "e"}))
	response, err := do(t.Context(), env, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusFound {
		t.Errorf("got %s, want the redirect", response.Status)
	}
}

// TestResponseTimeout calls a server that never responds.
func TestResponseTimeout(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
	}))
	defer server.Close()
	env := Must(from(map[string]string{"AWS_REGION": "us-east-1", "ENVIRONMENT": "e"}))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	response, err := do(ctx, env, server.URL)
	if err == nil {
		response.Body.Close()
	}
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() || ctx.Err() != nil {
		t.Errorf("got error %v, want a timeout of the client", err)
	}
}

func TestAWS(t *testing.T) {
	for _, test := range []struct {
		name     string
		vars     map[string]string
		endpoint string
		attempts int
		mode     aws.RetryMode
	}{
		{name: "nothing set", mode: aws.RetryModeStandard},
		{
			name: "endpoint", vars: map[string]string{"AWS_ENDPOINT_URL": "http://all"},
			endpoint: "http://all", mode: aws.RetryModeStandard,
		},
		{
			name:     "endpoint of the service",
			vars:     map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_DYNAMODB": "http://one"},
			endpoint: "http://one", mode: aws.RetryModeStandard,
		},
		{
			name: "endpoint of another service", vars: map[string]string{"AWS_ENDPOINT_URL_S3": "http://s3"},
			mode: aws.RetryModeStandard,
		},
		{
			name:     "retries",
			vars:     map[string]string{"AWS_MAX_ATTEMPTS": "5", "AWS_RETRY_MODE": "adaptive"},
			attempts: 5, mode: aws.RetryModeAdaptive,
		},
		{
			name: "one attempt", vars: map[string]string{"AWS_MAX_ATTEMPTS": "1"},
			attempts: 1, mode: aws.RetryModeStandard,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			vars := map[string]string{"AWS_REGION": "ca-central-1", "ENVIRONMENT": "prod"}
			maps.Copy(vars, test.vars)
			env, err := Read(from(vars))
			if err != nil {
				t.Fatal(err)
			}
			cfg := env.AWS("dynamodb")
			if got := aws.ToString(cfg.BaseEndpoint); got != test.endpoint {
				t.Errorf("endpoint is %q, want %q", got, test.endpoint)
			}
			if cfg.RetryMaxAttempts != test.attempts || cfg.RetryMode != test.mode {
				t.Errorf("%d attempts, mode %s; want %d, %s",
					cfg.RetryMaxAttempts, cfg.RetryMode, test.attempts, test.mode)
			}
			if cfg.Region != "ca-central-1" {
				t.Errorf("Region is %q, want ca-central-1", cfg.Region)
			}
		})
	}
}

func TestCredentialsAreReadForEachRequest(t *testing.T) {
	vars := map[string]string{"AWS_REGION": "r", "ENVIRONMENT": "e"}
	env, err := Read(from(vars))
	if err != nil {
		t.Fatal(err)
	}
	provider := env.AWS("DYNAMODB").Credentials
	if _, err := provider.Retrieve(t.Context()); err == nil {
		t.Error("got credentials from an empty environment")
	}
	maps.Copy(vars, map[string]string{
		"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
	})
	got, err := provider.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := aws.Credentials{
		AccessKeyID: "id", SecretAccessKey: "secret", SessionToken: "token", Source: "LambdaEnvironment",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("credentials (-want +got):\n%s", diff)
	}
}
