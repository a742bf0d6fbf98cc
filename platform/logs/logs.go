// Package logs creates the logger of a Lambda function.
package logs

import (
	"io"
	"log/slog"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// New returns a logger that writes each record to w as a line of JSON. w is usually
// standard output. Time, level and text have the names that Lambda expects:
// "timestamp" (RFC 3339), "level" and "message". Lambda treats a line without them
// as INFO and assigns its own time.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
//
// Texts of more than MaxText bytes are cut: an error can quote what a client has sent,
// of up to 6 MB, and each byte of a log is paid for.
func New(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		a = lambdacontext.ReplaceAttr(groups, a)
		if a.Value.Kind() == slog.KindString {
			a.Value = slog.StringValue(cut(a.Value.String()))
		}
		return a
	}}))
}

// MaxText is the maximum length of a text in bytes, enough for the stack of a panic.
const MaxText = 16 << 10

// cut returns s, or its beginning and its length if it is longer than MaxText.
func cut(s string) string {
	if len(s) <= MaxText {
		return s
	}
	return strings.ToValidUTF8(s[:MaxText], "") + "... (" + strconv.Itoa(len(s)) + " bytes)"
}
