package lambdaenv

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"

	"github.com/meridian-api/meridian/platform/connect"
	"github.com/meridian-api/meridian/platform/tracing"
)

// responseTimeout is how long one attempt of a call waits for the response's
// header. DynamoDB in the same Region responds within tens of milliseconds. The
// timeout leaves time for a second attempt within the default function timeout of
// 3 s. The function's deadline limits all attempts together, because the adapter's
// context ends before it.
const responseTimeout = 1500 * time.Millisecond

// settings are the SDK's settings that a function's environment can contain. They
// are the same for all services.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
type settings struct {
	maxAttempts int // 0 is the SDK's default
	retryMode   aws.RetryMode
	fips        bool
	dialer      *connect.Dialer
	client      *http.Client
}

// readSettings reads AWS_MAX_ATTEMPTS, AWS_RETRY_MODE, AWS_USE_FIPS_ENDPOINT and
// AWS_CA_BUNDLE. The error names every malformed one.
func readSettings(getenv func(string) string) (settings, error) {
	s := settings{retryMode: aws.RetryModeStandard, fips: strings.EqualFold(getenv("AWS_USE_FIPS_ENDPOINT"), "true")}
	var errs []error
	if text := getenv("AWS_MAX_ATTEMPTS"); text != "" {
		var err error
		if s.maxAttempts, err = strconv.Atoi(text); err != nil || s.maxAttempts < 1 {
			errs = append(errs, fmt.Errorf("AWS_MAX_ATTEMPTS: %q is not a whole number of 1 or more", text))
		}
	}
	if text := getenv("AWS_RETRY_MODE"); text != "" {
		var err error
		if s.retryMode, err = aws.ParseRetryMode(text); err != nil {
			errs = append(errs, fmt.Errorf("AWS_RETRY_MODE: %q is not standard or adaptive", text))
		}
	}
	roots, err := readRoots(getenv("AWS_CA_BUNDLE"))
	s.dialer = connect.New(roots)
	s.client = &http.Client{Transport: bufferedTransport{s.dialer.Transport(responseTimeout)}, CheckRedirect: noRedirect}
	return s, errors.Join(append(errs, err)...)
}

// readRoots reads the certificates to trust instead of AWS's and the system's. It
// returns nil if bundle is empty.
func readRoots(bundle string) (*connect.Roots, error) {
	if bundle == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(bundle)
	if err != nil {
		return nil, fmt.Errorf("AWS_CA_BUNDLE: %w", err)
	}
	roots := connect.ParseRoots(pem)
	if roots == nil {
		return nil, fmt.Errorf("AWS_CA_BUNDLE: %s contains no PEM certificate", bundle)
	}
	return roots, nil
}

// AWS returns the configuration for the client of a service. service is the name
// of the service in environment variables, such as "DYNAMODB": the endpoint is
// AWS_ENDPOINT_URL_DYNAMODB or, if that is not set, AWS_ENDPOINT_URL. The
// credentials are the ones that Lambda sets. Calls in a traced invocation become
// subsegments.
func (e Env) AWS(service string) aws.Config {
	cfg := aws.Config{
		Region:           e.Region,
		Credentials:      credentials{e.getenv},
		HTTPClient:       e.settings.client,
		RetryMode:        e.settings.retryMode,
		RetryMaxAttempts: e.settings.maxAttempts,
		APIOptions:       []func(*middleware.Stack) error{tracing.Instrument},
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_" + strings.ToUpper(service), "AWS_ENDPOINT_URL"} {
		if url := e.getenv(name); url != "" {
			cfg.BaseEndpoint = &url
			break
		}
	}
	if e.settings.fips {
		cfg.ConfigSources = []any{fips{}}
	}
	return cfg
}

// FIPS reports whether clients must use AWS's FIPS 140 endpoints.
func (e Env) FIPS() bool { return e.settings.fips }

// Connect starts to open a connection to the endpoint, for the first request of any
// client of this environment. It returns immediately; connect.Wait waits for the
// connection. If the connection fails, the first request connects again and reports
// the error.
func (e Env) Connect(endpoint url.URL) { e.settings.dialer.Open(endpoint) }

// fips is a configuration source of the SDK's clients.
type fips struct{}

// GetUseFIPSEndpoint makes the clients use FIPS endpoints.
func (fips) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	return aws.FIPSEndpointStateEnabled, true, nil
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// credentials reads the execution role's keys from the environment for every
// request, so that keys that Lambda renews are used immediately.
type credentials struct{ getenv func(string) string }

// Retrieve implements aws.CredentialsProvider.
func (c credentials) Retrieve(context.Context) (aws.Credentials, error) {
	keys := aws.Credentials{
		AccessKeyID:     c.getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: c.getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    c.getenv("AWS_SESSION_TOKEN"),
		Source:          "LambdaEnvironment",
	}
	if !keys.HasKeys() {
		return aws.Credentials{}, errNoCredentials
	}
	return keys, nil
}

var errNoCredentials = errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set")
