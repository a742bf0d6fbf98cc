package policy

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/meridian-api/meridian/platform/metrics"
)

// written is what functions write, as their lines tell CloudWatch.
var written = func() (d struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []struct{ Name string }
}) {
	if err := json.Unmarshal([]byte(metrics.Directive), &d); err != nil {
		panic(err) // a constant: metrics' own tests parse it
	}
	return d
}()

// drawn holds a dashboard's graphs of functions' own metrics to what functions
// write: CloudWatch draws an empty graph of a metric that nobody writes.
var drawn = Rule{"dashboards draw metrics that functions write", "aws_cloudwatch_dashboard", func(r Resource, _ []Resource) string {
	var body struct {
		Widgets []struct{ Properties struct{ Metrics [][]any } }
	}
	if err := json.Unmarshal([]byte(r.text("dashboard_body")), &body); err != nil {
		return err.Error()
	}
	for _, w := range body.Widgets {
		for _, line := range w.Properties.Metrics {
			if line[0] == written.Namespace && !isWritten(line[1:]) {
				return fmt.Sprintf("none writes %v", line)
			}
		}
	}
	return ""
}}

// isWritten tells it of a graph's line: a metric's name, pairs of dimension and
// value, and how to draw it.
func isWritten(line []any) bool {
	var dimensions []string
	for i := 1; i+1 < len(line); i += 2 {
		name, _ := line[i].(string)
		dimensions = append(dimensions, name)
	}
	return slices.ContainsFunc(written.Metrics, func(m struct{ Name string }) bool { return m.Name == line[0] }) &&
		slices.ContainsFunc(written.Dimensions, func(d []string) bool { return slices.Equal(d, dimensions) })
}
