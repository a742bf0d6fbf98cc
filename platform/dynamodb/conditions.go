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

// returnItems adds middleware that makes DynamoDB return the item for which a
// condition failed. That costs no capacity. It saves the caller a read, which could
// also return a later version of the item. guregu/dynamo has no option for it.
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

// FailedConditions returns the failed conditions of a transaction. The keys are the
// positions of the actions. The values are the existing items, or nil if the item
// does not exist. FailedConditions returns no conditions for any other error.
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

// overloaded reports whether a transaction was canceled only because of load:
// throttling, or another transaction on the same items.
func overloaded(canceled *types.TransactionCanceledException) bool {
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
