package up

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/control"
)

// request prints a line about a request, and the cause of its failure, if someone looks on.
func (t *terminal) request(r control.Request) {
	if t.live() {
		t.printf("%s", requestLine(r))
	}
}

// requestLine returns the lines about a request.
func requestLine(r control.Request) string {
	temperature := ""
	invoked := slices.ContainsFunc(r.Spans, func(s control.Span) bool { return s.Kind == control.SpanFunction })
	switch {
	case r.Cold:
		temperature = "cold"
	case invoked: // otherwise the gateway has refused the request
		temperature = "warm"
	}
	line := fmt.Sprintf("%-14s %-7s %-32s %3d %7.1f ms  %s %s", r.Region, r.Method, r.Path, r.Status, r.DurationMs, temperature, r.Function)
	line = strings.TrimRight(line, " ") + "\n"
	if r.Error != "" {
		line += "    " + r.Error + "\n"
	}
	return line
}

// functionLine prints what a function logs about an error, such as the stack of a panic.
func (t *terminal) functionLine(l control.Line) {
	if !t.live() {
		return // every line of every request comes here
	}
	if text := errorText(l.Text); text != "" {
		t.printf("%-14s %s: %s\n", l.Region, l.Function, text)
	}
}

// lambdaLines begin the lines of Lambda itself that are not errors.
var lambdaLines = []string{"START ", "END ", "REPORT ", "INIT_START ", "EXTENSION "}

// errorText returns what the terminal shows of a line of a function: a JSON record of level
// ERROR as text, and a line that is not JSON, as of a panic, as it is.
func errorText(line string) string {
	for _, prefix := range lambdaLines {
		if strings.HasPrefix(line, prefix) {
			return ""
		}
	}
	if !strings.HasPrefix(line, "{") {
		return line
	}
	var record struct {
		Level, Msg, Error, Stack string
	}
	if json.Unmarshal([]byte(line), &record) != nil || record.Level != "ERROR" {
		return ""
	}
	text := strings.TrimSuffix(record.Msg+": "+record.Error, ": ")
	if record.Stack != "" {
		text += "\n" + strings.TrimRight(record.Stack, "\n")
	}
	return text
}
