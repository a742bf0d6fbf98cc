package dynamodb

import (
	"context"
	"errors"
	"net"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/meridian-api/meridian/platform/problem"
)

// explained is an API option that names the failures of DynamoDB that a client
// of the API can do something about: throttling and a service that is down or
// slow become Unavailable, with the failure as the cause. Other errors, those of
// conditions among them, stay as they are.
func explained(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("MeridianExplained", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleInitialize(ctx, in)
		return out, metadata, explain(err)
	}), middleware.Before)
}

func explain(err error) error {
	if err == nil || !passing(err) {
		return err
	}
	p := problem.Wrap(problem.Unavailable, err, "The store is busy or down.")
	p.RetryAfter = 1
	return p
}

func passing(err error) bool {
	var (
		throughput *types.ProvisionedThroughputExceededException
		limit      *types.RequestLimitExceeded
		throttled  *types.ThrottlingException
		conflict   *types.TransactionConflictException
		progress   *types.TransactionInProgressException
		canceled   *types.TransactionCanceledException
		api        smithy.APIError
		network    net.Error
	)
	switch {
	case errors.As(err, &throughput), errors.As(err, &limit), errors.As(err, &throttled), errors.As(err, &conflict), errors.As(err, &progress):
		return true
	case errors.As(err, &canceled):
		return crowded(canceled)
	case errors.As(err, &api):
		return api.ErrorFault() == smithy.FaultServer
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network)
}
