// Package dynamodb connects a Lambda to its tables.
package dynamodb

import (
	"cmp"
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
)

// Open returns a client of the Region's DynamoDB and starts to open a connection.
//
// The client retries calls that were throttled, or conflicted with a transaction or
// with a write in another Region, with backoff and jitter, until the call's context is done. It makes up to four
// attempts, unless AWS_MAX_ATTEMPTS or AWS_RETRY_MODE say otherwise. If DynamoDB is
// still busy or down, the error is a problem of kind Unavailable.
func Open(env lambdaenv.Env) *dynamo.DB { return open(env) }

func open(env lambdaenv.Env, options ...func(*middleware.Stack) error) *dynamo.DB {
	cfg := config(env, options...)
	endpoint, err := dynamodb.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(), dynamodb.EndpointParameters{
		Region: &cfg.Region, Endpoint: cfg.BaseEndpoint, UseFIPS: aws.Bool(env.FIPS()),
	})
	if err == nil { // otherwise the first request returns the error
		env.Connect(endpoint.URI)
	}
	return dynamo.New(cfg)
}

// config returns the configuration of a client of a Region's DynamoDB.
func config(env lambdaenv.Env, options ...func(*middleware.Stack) error) aws.Config {
	cfg := env.AWS("DYNAMODB")
	retries := retryer(cfg.RetryMode, cfg.RetryMaxAttempts)
	cfg.Retryer = func() aws.Retryer { return retries }
	cfg.APIOptions = append(cfg.APIOptions, countCapacity, returnItems, explainErrors)
	cfg.APIOptions = append(cfg.APIOptions, options...)
	return cfg
}

// OpenTable returns a table of the function's Region. A strongly consistent table without
// a replica there is the one of the member that the deployment names: each call is a round
// trip to that Region. While the deployment copies the table, writes are refused with a
// problem of kind Unavailable.
func OpenTable(env lambdaenv.Env, t resource.Table) dynamo.Table {
	name := t.PhysicalName(env.Environment)
	if t.Consistency != resource.Strong {
		return Open(env).Table(name)
	}
	env.Region = env.StrongRegion()
	name += env.StrongSuffix()
	if env.HoldsStrongWrites() {
		return open(env, holdWrites).Table(name)
	}
	return Open(env).Table(name)
}

// OpenOtherReplicas returns a strongly consistent table in each Region with a replica of it,
// apart from the one of OpenTable. Each call is a round trip. It opens no connection, because
// few requests need one.
func OpenOtherReplicas(env lambdaenv.Env, t resource.Table) []dynamo.Table {
	var others []dynamo.Table
	for _, region := range env.StrongReplicas() {
		if region == env.StrongRegion() {
			continue
		}
		there := env
		there.Region = region
		others = append(others, dynamo.New(config(there)).Table(t.PhysicalName(env.Environment)+env.StrongSuffix()))
	}
	return others
}

// replicatedConflict has the code of a write that conflicted with one in another Region.
var replicatedConflict = map[string]struct{}{(*types.ReplicatedWriteConflictException)(nil).ErrorCode(): {}}

// attempts is the number of attempts of a call, the default of AWS's DynamoDB clients since
// retry behavior 2.1.
const attempts = 4

// The delays before the second attempt; they double, with full jitter. throttleDelay is also
// the longest one: 2.1 waits 1, 2 and 4 s after throttles, and an operation has 3 s as a rule.
const (
	delay         = 25 * time.Millisecond
	throttleDelay = 500 * time.Millisecond
)

// retryer returns a retryer with retry behavior 2.1, which AWS's SDKs have since
// 2026-11-10: a retry takes 14 of 500 tokens of the process, or 5 after a throttle, and a
// success returns them, so that an instance stops retrying while DynamoDB is down. Module
// aws-sdk-go-v2 has the behavior. The client of DynamoDB, which stays at an older version
// (see the README), does not change it: its later versions set the same attempts and delay.
//
// A call waits 175 ms at most between its attempts, or 1,500 ms if it is throttled, unless
// DynamoDB asks for more with x-amz-retry-after; the context's deadline ends every wait.
// Unlike AWS's clients, the retryer also retries transactions that conflicted with another
// one, and writes of a strongly consistent table that conflicted with a write in another
// Region.
// Sources: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html,
// https://github.com/aws/aws-sdk-go-v2/issues/3416
func retryer(mode aws.RetryMode, maxAttempts int) aws.Retryer {
	standard := func(o *retry.StandardOptions) {
		dynamo.RetryTxConflicts(o)
		o.Retryables = append(o.Retryables, retry.RetryableErrorCode{Codes: replicatedConflict})
		o.MaxAttempts = cmp.Or(maxAttempts, attempts)
		o.BaseDelay, o.MaxBackoff = delay, throttleDelay
	}
	if mode == aws.RetryModeAdaptive {
		return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) { o.StandardOptions = append(o.StandardOptions, standard) })
	}
	return retry.NewStandard(standard)
}
