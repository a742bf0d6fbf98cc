package dynamodb

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/guregu/dynamo/v2"
)

// returnItems is an API option that asks DynamoDB to tell, with each condition
// that fails, the item that it met. It costs no capacity and saves the read
// that would follow, which could also meet a later item. guregu/dynamo has no
// way to ask for it.
func returnItems(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("MeridianReturnItems", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		const all = types.ReturnValuesOnConditionCheckFailureAllOld
		switch in := in.Parameters.(type) {
		case *dynamodb.PutItemInput:
			in.ReturnValuesOnConditionCheckFailure = all
		case *dynamodb.UpdateItemInput:
			in.ReturnValuesOnConditionCheckFailure = all
		case *dynamodb.DeleteItemInput:
			in.ReturnValuesOnConditionCheckFailure = all
		case *dynamodb.TransactWriteItemsInput:
			for _, item := range in.TransactItems {
				switch {
				case item.Put != nil:
					item.Put.ReturnValuesOnConditionCheckFailure = all
				case item.Update != nil:
					item.Update.ReturnValuesOnConditionCheckFailure = all
				case item.Delete != nil:
					item.Delete.ReturnValuesOnConditionCheckFailure = all
				case item.ConditionCheck != nil:
					item.ConditionCheck.ReturnValuesOnConditionCheckFailure = all
				}
			}
		}
		return next.HandleInitialize(ctx, in)
	}), middleware.Before)
}

// FailedConditions tells which conditions of a transaction failed: by the
// position of the action, the item that it met, nil when there was none. For
// any other error it is empty.
func FailedConditions(err error) map[int]dynamo.Item {
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) {
		return nil
	}
	failed := map[int]dynamo.Item{}
	for i, reason := range canceled.CancellationReasons {
		if aws.ToString(reason.Code) == "ConditionalCheckFailed" {
			failed[i] = reason.Item
		}
	}
	return failed
}

// crowded reports whether a transaction was cancelled for nothing but the load:
// another one on the same items, or throttling.
func crowded(canceled *types.TransactionCanceledException) bool {
	found := false
	for _, reason := range canceled.CancellationReasons {
		switch aws.ToString(reason.Code) {
		case "", "None":
		case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
			found = true
		default:
			return false
		}
	}
	return found
}
