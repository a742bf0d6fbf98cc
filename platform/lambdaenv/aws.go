package lambdaenv

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"

	"github.com/meridian-api/meridian/platform/tracing"
)

// Timeouts of one attempt of a call to AWS in the same Region, where a
// connection takes about a millisecond and DynamoDB answers within tens: a
// slow dependency must leave time for an answer before the function's own end.
const (
	connectTimeout  = 500 * time.Millisecond
	responseTimeout = 1500 * time.Millisecond
)

// AWS is the configuration for the client of one service, by the service's
// name in the environment, such as "DYNAMODB". It reads
// AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, AWS_MAX_ATTEMPTS and
// AWS_RETRY_MODE, and takes the credentials that Lambda sets. Calls in a
// traced invocation become subsegments.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
func (e Env) AWS(service string) aws.Config {
	cfg := aws.Config{
		Region:      e.Region,
		Credentials: credentials{e.getenv},
		HTTPClient:  &http.Client{Transport: transport(), CheckRedirect: noRedirect},
		RetryMode:   aws.RetryModeStandard,
		APIOptions:  []func(*middleware.Stack) error{tracing.Instrument},
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_" + strings.ToUpper(service), "AWS_ENDPOINT_URL"} {
		if url := e.getenv(name); url != "" {
			cfg.BaseEndpoint = &url
			break
		}
	}
	if n, err := strconv.Atoi(e.getenv("AWS_MAX_ATTEMPTS")); err == nil && n > 0 {
		cfg.RetryMaxAttempts = n
	}
	if mode, err := aws.ParseRetryMode(e.getenv("AWS_RETRY_MODE")); err == nil {
		cfg.RetryMode = mode
	}
	return cfg
}

func transport() *http.Transport {
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   connectTimeout,
		ResponseHeaderTimeout: responseTimeout,
		MaxIdleConnsPerHost:   4,
		// A frozen execution environment may thaw minutes later; a connection that died meanwhile is found by the retry.
		IdleConnTimeout: 90 * time.Second,
	}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// credentials reads the execution role's keys, which Lambda keeps in the environment.
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

type missing string

func (m missing) Error() string { return string(m) }

const errNoCredentials = missing("the environment lacks AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY")
