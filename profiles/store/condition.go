package store

import (
	"errors"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/precondition"
)

// explain turns an update's error into one of this store's. refused is asked
// when the condition did not hold, with the item as DynamoDB met it: the reason,
// without a read that could find something else. was is zero when there was none.
func explain(err error, refused func(was item) error) error {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return err
	}
	var was item
	if err := dynamo.UnmarshalItem(failed.Item, &was); err != nil {
		return err
	}
	return refused(was)
}

// versionIn is the condition that the version is one of those that If-Match
// names. No version is 0, which keeps the list from being empty.
func versionIn(match precondition.Match) dynamo.ExpressionLiteral {
	names, values := []string{":none"}, dynamo.Item{":none": &types.AttributeValueMemberN{Value: "0"}}
	for i, v := range match.Versions {
		name := ":" + strconv.Itoa(i)
		names = append(names, name)
		values[name] = &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}
	}
	return dynamo.ExpressionLiteral{Expression: "version IN (" + strings.Join(names, ",") + ")", AttributeValues: values}
}
