package dynamodb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/meridian-api/meridian/platform/metrics"
)

// countCapacity is an API option that asks DynamoDB for each call's consumed
// capacity, which costs nothing, and adds it to the invocation's metrics.
func countCapacity(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("MeridianCapacity", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		ask(in.Parameters)
		out, metadata, err := next.HandleInitialize(ctx, in)
		read, write := consumed(out.Result)
		metrics.AddCapacity(ctx, read, write)
		return out, metadata, err
	}), middleware.Before)
}

// ask sets ReturnConsumedCapacity unless the caller has.
func ask(input any) {
	var member *types.ReturnConsumedCapacity
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		member = &in.ReturnConsumedCapacity
	case *dynamodb.PutItemInput:
		member = &in.ReturnConsumedCapacity
	case *dynamodb.UpdateItemInput:
		member = &in.ReturnConsumedCapacity
	case *dynamodb.DeleteItemInput:
		member = &in.ReturnConsumedCapacity
	case *dynamodb.QueryInput:
		member = &in.ReturnConsumedCapacity
	case *dynamodb.BatchGetItemInput:
		member = &in.ReturnConsumedCapacity
	case *dynamodb.TransactWriteItemsInput:
		member = &in.ReturnConsumedCapacity
	}
	if member != nil && *member == "" {
		*member = types.ReturnConsumedCapacityTotal
	}
}

// consumed tells the units of a call's output.
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
