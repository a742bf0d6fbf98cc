package metrics_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/meridian-api/meridian/platform/metrics"
)

// A handler calls only Count and Observe. The rest is the adapter's part: it creates the
// context, and writes the line after the handler has returned.
func ExampleCount() {
	ctx := metrics.WithUsage(context.Background())
	metrics.Count(ctx, "Payments", 1, metrics.Dim("country", "CA"))

	var line bytes.Buffer
	request := metrics.Invocation{Environment: "prod", Service: "payments", Operation: "pay", Status: 201}
	request.Write(ctx, &line)
	text := line.String()
	fmt.Println(text[strings.LastIndex(text, `"Dimensions"`):strings.Index(text, `]},"timestamp"`)])
	fmt.Println(text[strings.Index(text, `"environment":`):strings.Index(text, `,"Requests"`)])
	fmt.Println(text[strings.Index(text, `"country":`):])
	// Output:
	// "Dimensions":[["environment","service","country"]],"Metrics":[{"Name":"Payments","Unit":"Count"}]}
	// "environment":"prod","service":"payments","operation":"pay","status":201
	// "country":"CA","Payments":1}
}
