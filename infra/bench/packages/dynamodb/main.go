// Command dynamodb reads one item.
package main

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
	"github.com/meridian-api/meridian/platform/connect"
	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
)

var orders = resource.Table{Name: "orders", HashKey: resource.Key{Name: "pk", Type: resource.String}}

func main() {
	table := dynamodb.OpenTable(lambdaenv.Must(os.Getenv), orders)
	connect.Wait()
	bare.Start(func(ctx context.Context) error {
		var item struct {
			Email string `dynamo:"email"`
		}
		return table.Get("pk", "order#7").One(ctx, &item)
	})
}
