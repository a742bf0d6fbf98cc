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

// explainErrors adds middleware that returns an Unavailable problem if DynamoDB
// throttles, is slow or is down, because a client of the API can retry then. The
// error is its cause. Other errors, such as failed conditions, are not changed.
func explainErrors(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("MeridianExplainErrors", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleInitialize(ctx, in)
		return out, metadata, explain(err)
	}), middleware.Before)
}

func explain(err error) error {
	if err == nil || !temporary(err) {
		return err
	}
	p := problem.Wrap(problem.Unavailable, err, "The database is busy or down.")
	p.RetryAfter = 1
	return p
}

// temporary reports whether the same call can succeed later.
func temporary(err error) bool {
	var (
		throughput *types.ProvisionedThroughputExceededException
		limit      *types.RequestLimitExceeded
		throttled  *types.ThrottlingException
		conflict   *types.TransactionConflictException
		progress   *types.TransactionInProgressException
		replicated *types.ReplicatedWriteConflictException
		canceled   *types.TransactionCanceledException
		api        smithy.APIError
		network    net.Error
	)
	switch {
	case errors.As(err, &throughput), errors.As(err, &limit), errors.As(err, &throttled),
		errors.As(err, &conflict), errors.As(err, &progress), errors.As(err, &replicated):
		return true
	case errors.As(err, &canceled):
		return overloaded(canceled)
	case errors.As(err, &api):
		return api.ErrorFault() == smithy.FaultServer
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network)
}
