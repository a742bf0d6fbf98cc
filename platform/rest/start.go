package rest

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/meridian-api/meridian/platform/connect"
	"github.com/meridian-api/meridian/platform/logs"
	"github.com/meridian-api/meridian/platform/tracing"
)

// Start serves the operation with the handler and does not return: it is the
// last line of a Lambda's main. Its type parameters hold the handler to the
// contract. It reads ENVIRONMENT, AWS_REGION and AWS_XRAY_DAEMON_ADDRESS, logs
// JSON lines to standard output, and ends the process with one line when the
// operation is no contract.
func Start[In, Out any](op Operation[In, Out], h Handler[In, Out]) {
	log := logs.New(os.Stdout)
	a, err := NewAdapter(op, h, Surroundings{
		Environment: os.Getenv("ENVIRONMENT"), Region: os.Getenv("AWS_REGION"), Log: log, Metrics: os.Stdout,
		Tracer: tracing.New(os.Getenv("AWS_XRAY_DAEMON_ADDRESS")),
	})
	if err != nil {
		log.Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	connect.Wait() // a connection half open at the end of init would be frozen so
	lambda.StartWithOptions(a)
}
