package store

import (
	"errors"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/precondition"
)

// explain converts the error of an update whose condition did not hold: it
// returns the result of refused for the item that the condition found, zero if
// there is no item. DynamoDB returns that item with the error, so no second read
// is needed, which could find another state.
func explain(err error, refused func(found item) error) error {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return err
	}
	var found item
	if err := dynamo.UnmarshalItem(failed.Item, &found); err != nil {
		return err
	}
	return refused(found)
}

// versionIn returns the condition that match contains the item's version. The
// list begins with 0, which is not a version, because it must not be empty.
func versionIn(match precondition.Match) dynamo.ExpressionLiteral {
	names, values := []string{":none"}, dynamo.Item{":none": &types.AttributeValueMemberN{Value: "0"}}
	for i, v := range match.Versions {
		name := ":" + strconv.Itoa(i)
		names = append(names, name)
		values[name] = &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}
	}
	return dynamo.ExpressionLiteral{Expression: "version IN (" + strings.Join(names, ",") + ")", AttributeValues: values}
}
