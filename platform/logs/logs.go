// Package logs creates the logger of a Lambda function.
package logs

import (
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// New returns a logger that writes each record to w as a line of JSON. w is usually
// standard output. Time, level and text have the names that Lambda expects:
// "timestamp" (RFC 3339), "level" and "message". Lambda treats a line without them
// as INFO and assigns its own time.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
func New(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr}))
}
