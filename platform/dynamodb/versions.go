package dynamodb

import (
	"errors"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/precondition"
)

// VersionIn returns the condition that a match contains the number in an attribute of
// the item, and with Any that the item has the attribute. The attribute's name must
// not be a reserved word. The list of versions begins with 0, which is not a version
// (see precondition.NewVersion), because it must not be empty.
func VersionIn(attribute string, match precondition.Match) dynamo.ExpressionLiteral {
	if match.Any {
		return dynamo.ExpressionLiteral{Expression: "attribute_exists(" + attribute + ")"}
	}
	names, values := []string{":none"}, dynamo.Item{":none": &types.AttributeValueMemberN{Value: "0"}}
	for i, v := range match.Versions {
		name := ":" + strconv.Itoa(i)
		names = append(names, name)
		values[name] = &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}
	}
	return dynamo.ExpressionLiteral{Expression: attribute + " IN (" + strings.Join(names, ",") + ")", AttributeValues: values}
}

// OnFailedCondition returns the result of explain if err says that the condition of a
// write failed, and err otherwise. explain gets the item that the condition saw, or the
// zero T if the item does not exist. DynamoDB returns that item with the error, so no
// second read is needed, which could find another state.
func OnFailedCondition[T any](err error, explain func(found T) error) error {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return err
	}
	var found T
	if err := dynamo.UnmarshalItem(failed.Item, &found); err != nil {
		return err
	}
	return explain(found)
}
