package dynamodb

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/metrics"
)

var (
	table = aws.String("things")
	key   = map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "x"}}
)

// calls are the calls whose capacity is counted.
var calls = []struct {
	name        string
	call        func(context.Context, *dynamo.DB) error
	response    string
	read, write float64
}{
	{
		name: "get", response: `{"ConsumedCapacity":{"CapacityUnits":0.5}}`, read: 0.5,
		call: func(ctx context.Context, db *dynamo.DB) error {
			_, err := db.Client().GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key})
			return err
		},
	},
	{
		name: "query", response: `{"ConsumedCapacity":{"CapacityUnits":2}}`, read: 2,
		call: func(ctx context.Context, db *dynamo.DB) error {
			_, err := db.Client().Query(ctx, &dynamodb.QueryInput{TableName: table})
			return err
		},
	},
	{
		name:     "batch get",
		response: `{"ConsumedCapacity":[{"CapacityUnits":1},{"CapacityUnits":2.5}]}`, read: 3.5,
		call: func(ctx context.Context, db *dynamo.DB) error {
			_, err := db.Client().BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
				RequestItems: map[string]types.KeysAndAttributes{
					*table: {Keys: []map[string]types.AttributeValue{key}},
				},
			})
			return err
		},
	},
	{
		name: "put", response: `{"ConsumedCapacity":{"CapacityUnits":1}}`, write: 1,
		call: func(ctx context.Context, db *dynamo.DB) error {
			_, err := db.Client().PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: key})
			return err
		},
	},
	{
		name: "update", response: `{"ConsumedCapacity":{"CapacityUnits":3}}`, write: 3,
		call: func(ctx context.Context, db *dynamo.DB) error {
			_, err := db.Client().UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table, Key: key})
			return err
		},
	},
	{
		name: "delete", response: `{"ConsumedCapacity":{"CapacityUnits":4}}`, write: 4,
		call: func(ctx context.Context, db *dynamo.DB) error {
			_, err := db.Client().DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: key})
			return err
		},
	},
	{
		name:     "transaction",
		response: `{"ConsumedCapacity":[{"CapacityUnits":2},{"CapacityUnits":4.5}]}`, write: 6.5,
		call: func(ctx context.Context, db *dynamo.DB) error {
			_, err := db.Client().TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
				TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: table, Item: key}}},
			})
			return err
		},
	},
	{
		name: "response without capacity", response: `{}`,
		call: func(ctx context.Context, db *dynamo.DB) error {
			_, err := db.Client().GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key})
			return err
		},
	},
	{
		name: "capacity without units", response: `{"ConsumedCapacity":{}}`,
		call: func(ctx context.Context, db *dynamo.DB) error {
			_, err := db.Client().GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key})
			return err
		},
	},
}

func TestCapacityIsCounted(t *testing.T) {
	for _, test := range calls {
		t.Run(test.name, func(t *testing.T) {
			db, s := openStub(t, nil, test.response)
			ctx := metrics.WithUsage(t.Context())
			if err := test.call(ctx, db); err != nil {
				t.Fatal(err)
			}
			if got := s.received()[0]["ReturnConsumedCapacity"]; got != "TOTAL" {
				t.Errorf("the request has ReturnConsumedCapacity %v, want TOTAL", got)
			}
			var line bytes.Buffer
			metrics.Invocation{}.Write(ctx, &line)
			type usage struct{ ConsumedReadCapacity, ConsumedWriteCapacity float64 }
			var got usage
			if err := json.Unmarshal(line.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(usage{test.read, test.write}, got); diff != "" {
				t.Errorf("usage (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCallerChoosesCapacity(t *testing.T) {
	db, s := openStub(t, nil, `{}`)
	_, err := db.Client().GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: table, Key: key, ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.received()[0]["ReturnConsumedCapacity"]; got != "INDEXES" {
		t.Errorf("the request has ReturnConsumedCapacity %v, want INDEXES", got)
	}
}

func TestOtherCallsAreUnchanged(t *testing.T) {
	db, s := openStub(t, nil, `{}`)
	if _, err := db.Client().ListTables(t.Context(), &dynamodb.ListTablesInput{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{}, s.received()[0]); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}
