package adapter

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/meridian-api/meridian/platform/connect"
	"github.com/meridian-api/meridian/platform/logs"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/tracing"
)

// Start serves the operation with the handler and does not return, so it is the
// last line of a Lambda's main. It reads ENVIRONMENT, AWS_REGION and
// AWS_XRAY_DAEMON_ADDRESS, and logs JSON lines to standard output. If the
// operation's types cannot be a contract, it logs one line and exits with
// status 1.
func Start[In, Out any](op rest.Operation[In, Out], h Handler[In, Out]) {
	log := logs.New(os.Stdout)
	a, err := New(op, h, Config{
		Environment: os.Getenv("ENVIRONMENT"), Region: os.Getenv("AWS_REGION"), Log: log, Metrics: os.Stdout,
		Tracer: tracing.New(os.Getenv("AWS_XRAY_DAEMON_ADDRESS")),
	})
	if err != nil {
		log.Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	// Lambda freezes the process after init: a handshake in progress would be
	// frozen, too, and fail afterwards.
	connect.Wait()
	lambda.StartWithOptions(a)
}
