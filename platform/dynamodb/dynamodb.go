// Package dynamodb connects a Lambda to its tables.
package dynamodb

import (
	"cmp"
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// Open makes a client of the Region's DynamoDB and begins to connect to it. It
// tries again what was throttled and what met another transaction, after a
// pause with jitter and while the call's context lasts: four times in all, or
// as AWS_MAX_ATTEMPTS and AWS_RETRY_MODE tell. What is busy or down even then is
// of kind Unavailable.
func Open(env lambdaenv.Env) *dynamo.DB {
	cfg := env.AWS("DYNAMODB")
	retries := retryer(cfg.RetryMode, cfg.RetryMaxAttempts)
	cfg.Retryer = func() aws.Retryer { return retries }
	cfg.APIOptions = append(cfg.APIOptions, countCapacity, returnItems, explained)
	endpoint, err := dynamodb.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(), dynamodb.EndpointParameters{
		Region: &cfg.Region, Endpoint: cfg.BaseEndpoint, UseFIPS: aws.Bool(env.FIPS()),
	})
	if err == nil { // else the first request tells
		env.Connect(endpoint.URI)
	}
	return dynamo.New(cfg)
}

// retryer retries as AWS's newest clients of DynamoDB do, unless the environment
// tells attempts, and what they do not: transactions that met another one.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
func retryer(mode aws.RetryMode, attempts int) aws.Retryer {
	standard := func(o *retry.StandardOptions) {
		dynamo.RetryTxConflicts(o)
		o.MaxAttempts = cmp.Or(attempts, 4)
		o.BaseDelay = 25 * time.Millisecond // doubles, with jitter; throttles wait longer
	}
	if mode == aws.RetryModeAdaptive {
		return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) { o.StandardOptions = append(o.StandardOptions, standard) })
	}
	return retry.NewStandard(standard)
}
