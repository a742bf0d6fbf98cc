package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"
	"github.com/guregu/dynamo/v2/dynamodbiface"

	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/rest"
)

// telling is a client that is told, when the condition of an update does not
// hold, the item as it was then: the reason, without a read that could find
// something else. dynamo has no option for it.
type telling struct{ dynamodbiface.DynamoDBAPI }

// UpdateItem implements dynamodbiface.DynamoDBAPI.
func (t telling) UpdateItem(ctx context.Context, in *sdk.UpdateItemInput, options ...func(*sdk.Options)) (*sdk.UpdateItemOutput, error) {
	in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	return t.DynamoDBAPI.UpdateItem(ctx, in, options...)
}

// explain turns an update's error into one of this store's. refused is asked
// when the condition did not hold; was is the zero item when there was none.
func explain(err error, refused func(was item) error) error {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return dynamodb.Explain(err)
	}
	var was item
	if err := dynamo.UnmarshalItem(failed.Item, &was); err != nil {
		return err
	}
	return refused(was)
}

// versionIn is the condition that the version is one of those that If-Match
// names. No version is 0, which keeps the list from being empty.
func versionIn(match rest.Match) dynamo.ExpressionLiteral {
	names, values := []string{":none"}, dynamo.Item{":none": &types.AttributeValueMemberN{Value: "0"}}
	for i, v := range match.Versions {
		name := ":" + strconv.Itoa(i)
		names = append(names, name)
		values[name] = &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}
	}
	return dynamo.ExpressionLiteral{Expression: "version IN (" + strings.Join(names, ",") + ")", AttributeValues: values}
}
