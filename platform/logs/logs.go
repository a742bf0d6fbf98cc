// Package logs makes the logger of a Lambda function.
package logs

import (
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// New returns a logger that writes a line of JSON for each record to w, usually
// standard output. Time, level and text have the names that Lambda knows them by,
// "timestamp" (RFC 3339), "level" and "message": a line that lacks them is filed as
// INFO, whatever it says, and is given another time.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
func New(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr}))
}
