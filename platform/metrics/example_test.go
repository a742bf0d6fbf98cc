package metrics_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/meridian-api/meridian/platform/metrics"
)

// A handler counts what it has done. The adapter, whose part the example plays, creates
// the context and writes the line after the handler has returned.
func ExampleCount() {
	ctx := metrics.WithUsage(context.Background())

	metrics.Count(ctx, "AccountsCreated", 1, metrics.Dim("country", "CA"))

	var line bytes.Buffer
	request := metrics.Invocation{Environment: "prod", Service: "accounts", Operation: "createAccount", Status: 201}
	request.Write(ctx, &line)

	var members struct {
		AWS struct {
			CloudWatchMetrics []struct{ Dimensions, Metrics json.RawMessage }
		} `json:"_aws"`

		Environment, Service, Country string
		Requests, AccountsCreated     float64
	}
	if err := json.Unmarshal(line.Bytes(), &members); err != nil {
		panic(err)
	}
	own := members.AWS.CloudWatchMetrics[1]
	fmt.Printf("%s\n%s\n", own.Dimensions, own.Metrics)
	fmt.Println(members.Requests, members.AccountsCreated, members.Environment, members.Service, members.Country)
	// Output:
	// [["environment","service","country"]]
	// [{"Name":"AccountsCreated","Unit":"Count"}]
	// 1 1 prod accounts CA
}
