package e2e

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/function"
	"github.com/meridian-api/meridian/platform/resource"
)

// TestCompromisedFunctionMayCallOnlyWhatItsOperationDeclares calls DynamoDB with the
// identities of functions.
func TestCompromisedFunctionMayCallOnlyWhatItsOperationDeclares(t *testing.T) {
	cloud := startCloud(t)
	ada := absentProfile(t, cloud, "ada")
	ada.do(t, ada.put(profileContent, ifNoneExists))
	table := aws.String(resource.TableName(local.Environment, "profiles"))
	key := map[string]types.AttributeValue{
		"accountId": &types.AttributeValueMemberS{Value: subject(cloud, "ada")},
		"part":      &types.AttributeValueMemberS{Value: "@us-east-1"},
	}
	getAccount := func(key string) func(*dynamodb.Client) error {
		return func(c *dynamodb.Client) error {
			_, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{
				TableName: aws.String(resource.TableName(local.Environment, "accounts")),
				Key:       map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: key}},
			})
			return err
		}
	}
	query := func(projection, account string) func(*dynamodb.Client) error {
		return func(c *dynamodb.Client) error {
			in := &dynamodb.QueryInput{
				TableName: table, KeyConditionExpression: aws.String("accountId = :id"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":id": &types.AttributeValueMemberS{Value: account}},
			}
			if projection != "" {
				in.ProjectionExpression = &projection
			}
			_, err := c.Query(t.Context(), in)
			return err
		}
	}
	for _, test := range []struct {
		name, function string
		call           func(c *dynamodb.Client) error
		allowed        bool
	}{
		{"the public profile's function reads names", "profiles-get-public-profile",
			query("displayName", subject(cloud, "ada")), true},
		{"the public profile's function reads preferences", "profiles-get-public-profile",
			query("displayName, preferences", subject(cloud, "ada")), false},
		{"the public profile's function reads complete profiles", "profiles-get-public-profile",
			query("", subject(cloud, "ada")), false},
		{"the health operation reads its item", "profiles-check-profiles", query("", "health"), true},
		{"the health operation reads a profile", "profiles-check-profiles", query("", subject(cloud, "ada")), false},
		{"the deletion's function deletes without its ledger", "profiles-delete-profile", func(c *dynamodb.Client) error {
			_, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: table, Key: key})
			return err
		}, false},
		{"a reader deletes", "profiles-get-profile", func(c *dynamodb.Client) error {
			_, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: table, Key: key})
			return err
		}, false},
		{"the accounts' health operation reads its item", "accounts-check-accounts", getAccount("account#health"), true},
		{"the accounts' health operation reads an account", "accounts-check-accounts",
			getAccount("account#" + subject(cloud, "ada")), false},
		{"a change reads an account", "accounts-update-account", getAccount("account#" + subject(cloud, "ada")), true},
		{"a change reads a claim", "accounts-update-account", getAccount("email#1"), false},
		{"a change deletes an account", "accounts-update-account", func(c *dynamodb.Client) error {
			_, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
				TableName: aws.String(resource.TableName(local.Environment, "accounts")),
				Key:       map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "account#1"}},
			})
			return err
		}, false},
		{"a function of another context reads", "accounts-get-account", query("", subject(cloud, "ada")), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.call(dynamodb.New(dynamodb.Options{
				Region: east, BaseEndpoint: aws.String(cloud.Regions()[0].DynamoDB),
				Credentials: credentials.NewStaticCredentialsProvider(function.AccessKeyID, function.SecretAccessKey,
					function.SessionToken(local.Environment+"-"+test.function)),
			}))
			var refused smithy.APIError
			denied := errors.As(err, &refused) && refused.ErrorCode() == "AccessDeniedException"
			if denied == test.allowed || err != nil && !denied {
				t.Errorf("got %v, want a call that is allowed: %v", err, test.allowed)
			}
		})
	}
}
