package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/platform/metrics"
)

// written has the metrics that functions write, as they declare them to CloudWatch. Their
// namespace is the system's title, which differs between projects.
var written = func() (d struct {
	Dimensions [][]string
	Metrics    []struct{ Name string }
}) {
	if err := json.Unmarshal([]byte(metrics.Directive()), &d); err != nil {
		panic(err) // the tests of package metrics parse it
	}
	return d
}()

// drawn checks that the graphs of functions' own metrics show metrics that functions
// write: CloudWatch draws an empty graph for any other.
var drawn = Rule{"dashboards draw metrics that functions write", "aws_cloudwatch_dashboard", func(r Resource, _ []Resource) string {
	var body struct {
		Widgets []struct{ Properties struct{ Metrics [][]any } }
	}
	if err := json.Unmarshal([]byte(r.text("dashboard_body")), &body); err != nil {
		return err.Error()
	}
	for _, w := range body.Widgets {
		for _, line := range w.Properties.Metrics {
			if namespace, _ := line[0].(string); !strings.HasPrefix(namespace, "AWS/") && !isWritten(line[1:]) {
				return fmt.Sprintf("no function writes %v", line)
			}
		}
	}
	return ""
}}

// isWritten reports whether functions write the metric of a graph's line, which has a
// metric's name, pairs of dimension and value, and how to draw it.
func isWritten(line []any) bool {
	var dimensions []string
	for i := 1; i+1 < len(line); i += 2 {
		name, _ := line[i].(string)
		dimensions = append(dimensions, name)
	}
	return slices.ContainsFunc(written.Metrics, func(m struct{ Name string }) bool { return m.Name == line[0] }) &&
		slices.ContainsFunc(written.Dimensions, func(d []string) bool { return slices.Equal(d, dimensions) })
}
