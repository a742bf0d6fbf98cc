package dynamodb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/meridian-api/meridian/platform/metrics"
)

// countCapacity adds middleware that requests the consumed capacity of each call,
// which is free, and adds it to the invocation's metrics.
func countCapacity(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("MeridianCapacity", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		requestCapacity(in.Parameters)
		out, metadata, err := next.HandleInitialize(ctx, in)
		read, write := consumed(out.Result)
		metrics.AddCapacity(ctx, read, write)
		return out, metadata, err
	}), middleware.Before)
}

// requestCapacity sets ReturnConsumedCapacity unless the caller has set it.
func requestCapacity(input any) {
	var field *types.ReturnConsumedCapacity
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		field = &in.ReturnConsumedCapacity
	case *dynamodb.PutItemInput:
		field = &in.ReturnConsumedCapacity
	case *dynamodb.UpdateItemInput:
		field = &in.ReturnConsumedCapacity
	case *dynamodb.DeleteItemInput:
		field = &in.ReturnConsumedCapacity
	case *dynamodb.QueryInput:
		field = &in.ReturnConsumedCapacity
	case *dynamodb.BatchGetItemInput:
		field = &in.ReturnConsumedCapacity
	case *dynamodb.TransactWriteItemsInput:
		field = &in.ReturnConsumedCapacity
	}
	if field != nil && *field == "" {
		*field = types.ReturnConsumedCapacityTotal
	}
}

// consumed returns the capacity units that a call consumed.
func consumed(output any) (read, write float64) {
	switch out := output.(type) {
	case *dynamodb.GetItemOutput:
		read = units(out.ConsumedCapacity)
	case *dynamodb.QueryOutput:
		read = units(out.ConsumedCapacity)
	case *dynamodb.BatchGetItemOutput:
		for i := range out.ConsumedCapacity {
			read += units(&out.ConsumedCapacity[i])
		}
	case *dynamodb.PutItemOutput:
		write = units(out.ConsumedCapacity)
	case *dynamodb.UpdateItemOutput:
		write = units(out.ConsumedCapacity)
	case *dynamodb.DeleteItemOutput:
		write = units(out.ConsumedCapacity)
	case *dynamodb.TransactWriteItemsOutput:
		for i := range out.ConsumedCapacity {
			write += units(&out.ConsumedCapacity[i])
		}
	}
	return read, write
}

func units(c *types.ConsumedCapacity) float64 {
	if c == nil || c.CapacityUnits == nil {
		return 0
	}
	return *c.CapacityUnits
}
