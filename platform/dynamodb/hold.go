package dynamodb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"github.com/meridian-api/meridian/platform/problem"
)

// holdSeconds is when a client tries a held write again. The hold takes as long as a look at
// every item of the table.
const holdSeconds = 10

// holdWrites adds middleware that refuses every call that writes, before it is sent.
func holdWrites(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("MeridianHoldWrites", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		switch in.Parameters.(type) {
		case *dynamodb.GetItemInput, *dynamodb.QueryInput, *dynamodb.BatchGetItemInput, *dynamodb.ScanInput:
			return next.HandleInitialize(ctx, in)
		}
		held := problem.New(problem.Unavailable, "The database is being moved. Reads work, and writes will in a moment.")
		held.RetryAfter = holdSeconds
		return middleware.InitializeOutput{}, middleware.Metadata{}, held
	}), middleware.Before)
}
