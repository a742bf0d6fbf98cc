package metrics_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/meridian-api/meridian/platform/metrics"
)

// A handler counts what it has done. The adapter, whose part the example plays, creates
// the context and writes the line after the handler has returned.
func ExampleCount() {
	ctx := metrics.WithUsage(context.Background())

	metrics.Count(ctx, "AccountsCreated", 1, metrics.Dim("country", "CA"))

	var line bytes.Buffer
	metrics.Invocation{
		Environment: "prod", Service: "accounts", Operation: "createAccount", Status: 201, Start: time.UnixMilli(1772651717123),
	}.Write(ctx, &line)

	var members struct {
		AWS struct{ CloudWatchMetrics []json.RawMessage } `json:"_aws"`

		Environment, Service, Country string
		Requests, AccountsCreated     float64
	}
	if err := json.Unmarshal(line.Bytes(), &members); err != nil {
		panic(err)
	}
	fmt.Printf("%s\n", members.AWS.CloudWatchMetrics[1])
	fmt.Println(members.Requests, members.AccountsCreated, members.Environment, members.Service, members.Country)
	// Output:
	// {"Namespace":"Meridian","Dimensions":[["environment","service","country"]],"Metrics":[{"Name":"AccountsCreated","Unit":"Count"}]}
	// 1 1 prod accounts CA
}
