package dynamodb

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
)

func TestFailedConditionsTellWhatTheyMet(t *testing.T) {
	things := resource.Table{Name: "things", HashKey: resource.Key{Name: "pk", Type: resource.String}}
	dynamodbtest.Each(t, []resource.Table{things}, func(t *testing.T, env lambdaenv.Env) {
		ctx, db := context.Background(), Open(env)
		table := db.Table(things.PhysicalName(env.Environment))
		item := map[string]string{"pk": "there", "color": "red"}
		if err := table.Put(item).Run(ctx); err != nil {
			t.Fatal(err)
		}
		err := db.WriteTx().
			Put(table.Put(item).If("attribute_not_exists(pk)")).
			Put(table.Put(map[string]string{"pk": "fine"}).If("attribute_not_exists(pk)")).
			Update(table.Update("pk", "absent").Set("color", "blue").If("color = ?", "red")).
			Delete(table.Delete("pk", "absent too").If("attribute_exists(pk)")).
			Check(table.Check("pk", "absent as well").IfExists()).
			Run(ctx)
		failed := FailedConditions(fmt.Errorf("wrapped: %w", err))
		if len(failed) != 4 || failed[2] != nil || failed[3] != nil || failed[4] != nil {
			t.Fatalf("got %v, %v", failed, err)
		}
		var met map[string]string
		if err := dynamo.UnmarshalItem(failed[0], &met); err != nil || met["color"] != "red" {
			t.Errorf("got %v, %v", met, err)
		}
		if failed := FailedConditions(&types.ConditionalCheckFailedException{}); len(failed) != 0 {
			t.Errorf("another error: %v", failed)
		}
	})
}
