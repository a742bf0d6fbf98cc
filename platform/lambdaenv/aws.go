package lambdaenv

import (
	"context"
	"crypto/x509"
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

// responseTimeout of one attempt of a call to AWS in the same Region, where
// DynamoDB answers within tens of milliseconds. It leaves time for a second
// attempt within a function's default 3 s; the function's deadline bounds all
// attempts, since the adapter's context ends before it.
const responseTimeout = 1500 * time.Millisecond

// settings are the SDK's settings that a function's environment can hold, for
// all services alike.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
type settings struct {
	maxAttempts int // 0 is the SDK's default
	retryMode   aws.RetryMode
	fips        bool
	ahead       *connect.Ahead
	client      *http.Client
}

// readSettings reads AWS_MAX_ATTEMPTS, AWS_RETRY_MODE, AWS_USE_FIPS_ENDPOINT and
// AWS_CA_BUNDLE. Values that make no sense are errors, told by name.
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
			errs = append(errs, fmt.Errorf("AWS_RETRY_MODE: %q is neither standard nor adaptive", text))
		}
	}
	roots, err := readRoots(getenv("AWS_CA_BUNDLE"))
	s.ahead = connect.New(roots)
	s.client = &http.Client{Transport: whole{s.ahead.Transport(responseTimeout)}, CheckRedirect: noRedirect}
	return s, errors.Join(append(errs, err)...)
}

// readRoots reads the certificates to trust in place of AWS's and the system's;
// nil when there is no bundle.
func readRoots(bundle string) (*x509.CertPool, error) {
	if bundle == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(bundle)
	if err != nil {
		return nil, fmt.Errorf("AWS_CA_BUNDLE: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("AWS_CA_BUNDLE: %s holds no certificate in PEM form", bundle)
	}
	return roots, nil
}

// AWS is the configuration for the client of one service, by the service's
// name in the environment, such as "DYNAMODB": AWS_ENDPOINT_URL_DYNAMODB, else
// AWS_ENDPOINT_URL, is its endpoint if set. Credentials are those that Lambda
// sets. Calls in a traced invocation become subsegments.
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

// FIPS reports whether AWS's endpoints are to be those of FIPS 140.
func (e Env) FIPS() bool { return e.settings.fips }

// Connect begins to open a connection to the service at the endpoint, for the
// first request of any client of this environment. It returns at once;
// connect.Wait waits for it. What goes wrong is left to the first request.
func (e Env) Connect(endpoint url.URL) { e.settings.ahead.Open(endpoint) }

// fips is a source of configuration as the SDK's clients ask it.
type fips struct{}

// GetUseFIPSEndpoint tells the clients to use FIPS endpoints.
func (fips) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	return aws.FIPSEndpointStateEnabled, true, nil
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// credentials reads the execution role's keys, which Lambda keeps in the
// environment, for every request: what Lambda renews is seen at once.
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

var errNoCredentials = errors.New("the environment lacks AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY")
