package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
)

var things = resource.Table{Name: "things", HashKey: resource.Key{Name: "pk", Type: resource.String}}

// eachWithItem runs the test on each DynamoDB, with a table that contains one red item.
func eachWithItem(t *testing.T, test func(t *testing.T, db *dynamo.DB, table dynamo.Table)) {
	dynamodbtest.Each(t, []resource.Table{things}, func(t *testing.T, env lambdaenv.Env) {
		db := Open(env)
		table := db.Table(things.PhysicalName(env.Environment))
		if err := table.Put(red).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		test(t, db, table)
	})
}

var red = map[string]string{"pk": "existing", "color": "red"}

// checkItem checks that the item is the red one.
func checkItem(t *testing.T, item dynamo.Item) {
	t.Helper()
	var got map[string]string
	if err := dynamo.UnmarshalItem(item, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(red, got); diff != "" {
		t.Errorf("item (-want +got):\n%s", diff)
	}
}

func TestFailedConditionsOfEachAction(t *testing.T) {
	eachWithItem(t, func(t *testing.T, db *dynamo.DB, table dynamo.Table) {
		for _, test := range []struct {
			name string
			// add adds an action on the item whose condition fails.
			add func(tx *dynamo.WriteTx, pk string)
		}{
			{name: "put", add: func(tx *dynamo.WriteTx, pk string) {
				tx.Put(table.Put(map[string]string{"pk": pk}).If("color = ?", "green"))
			}},
			{name: "update", add: func(tx *dynamo.WriteTx, pk string) {
				tx.Update(table.Update("pk", pk).Set("color", "blue").If("color = ?", "green"))
			}},
			{name: "delete", add: func(tx *dynamo.WriteTx, pk string) {
				tx.Delete(table.Delete("pk", pk).If("color = ?", "green"))
			}},
			{name: "check", add: func(tx *dynamo.WriteTx, pk string) {
				tx.Check(table.Check("pk", pk).If("color = ?", "green"))
			}},
		} {
			t.Run(test.name, func(t *testing.T) {
				tx := db.WriteTx().Put(table.Put(map[string]string{"pk": "new"}))
				test.add(tx, "existing")
				test.add(tx, "absent")
				failed := FailedConditions(fmt.Errorf("wrapped: %w", tx.Run(t.Context())))
				if item, ok := failed[2]; len(failed) != 2 || !ok || item != nil {
					t.Fatalf("got %v, want action 1 with its item and action 2 without one", failed)
				}
				checkItem(t, failed[1])
			})
		}
	})
}

func TestFailedWriteReturnsTheItem(t *testing.T) {
	eachWithItem(t, func(t *testing.T, db *dynamo.DB, table dynamo.Table) {
		for _, test := range []struct {
			name  string
			write func(context.Context) error
		}{
			{name: "put", write: table.Put(map[string]string{"pk": "existing"}).If("color = ?", "green").Run},
			{name: "update", write: table.Update("pk", "existing").Set("color", "blue").If("color = ?", "green").Run},
			{name: "delete", write: table.Delete("pk", "existing").If("color = ?", "green").Run},
		} {
			t.Run(test.name, func(t *testing.T) {
				err := test.write(t.Context())
				var failed *types.ConditionalCheckFailedException
				if !errors.As(err, &failed) {
					t.Fatalf("got error %v, want a failed condition", err)
				}
				checkItem(t, failed.Item)
			})
		}
	})
}

func TestOtherErrorsHaveNoFailedConditions(t *testing.T) {
	for _, err := range []error{
		nil, errors.New("other"), &types.ConditionalCheckFailedException{}, cancellation("None", "ValidationError"),
	} {
		if failed := FailedConditions(err); len(failed) != 0 {
			t.Errorf("%v: got %v", err, failed)
		}
	}
}
