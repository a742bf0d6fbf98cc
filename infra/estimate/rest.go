package estimate

import (
	"encoding/json"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/metrics"
)

// atRestPrice are prices of one thing for a month.
type atRestPrice struct {
	// Firewall is that of the list and its four rules.
	Firewall, Key float64
	// HealthCheck asks by HTTPS every ten seconds; CalculatedCheck sums others up.
	HealthCheck, CalculatedCheck float64
	Metric, AlarmedMetric        float64
	CompositeAlarm, Dashboard    float64
}

// Item is a number of things that each Region has.
type Item struct {
	Name string
	Many int
	// Each is the price of one, in US dollars a month.
	Each float64
}

// Total is the sum in US dollars.
func (i Item) Total() float64 { return float64(i.Many) * i.Each }

// metricsByRoute are Count, 4XXError, 5XXError, Latency and IntegrationLatency.
const metricsByRoute = 5

// metricsByFunction is how many metrics CloudWatch makes of a function's lines.
var metricsByFunction = func() int {
	var directive struct{ Metrics []any }
	if err := json.Unmarshal([]byte(metrics.Directive), &directive); err != nil {
		panic(err) // a constant: metrics' own tests parse it
	}
	return len(directive.Metrics)
}()

// atRest counts what infra/terraform makes in each Region besides what requests
// use: the same everywhere.
func atRest(services []*manifest.Service, regions int, p atRestPrice) []Item {
	var routes, checks, tables, throttled int
	for _, s := range services {
		routes += len(s.Functions)
		for _, f := range s.Functions {
			if f.Health {
				checks++
			}
		}
		tables += len(s.Tables)
		for _, t := range s.Tables {
			throttled += 1 + len(t.Indexes)
		}
	}
	// Three an operation, three of the API, reads and writes of each table and
	// index, and a link to each other Region.
	alarmed := 3*routes + 3 + 2*throttled + tables*(regions-1)
	return []Item{
		{"firewall", 1, p.Firewall},
		{"key", 1, p.Key},
		{"health checks of contexts", checks, p.HealthCheck},
		{"the Region's health check", 1, p.CalculatedCheck},
		{"metrics by route", metricsByRoute * routes, p.Metric},
		{"metrics by function", metricsByFunction * routes, p.Metric},
		{"metrics with an alarm", alarmed, p.AlarmedMetric},
		{"composite alarms", len(services) + 1, p.CompositeAlarm},
		{"dashboards", len(services) + 1, p.Dashboard},
	}
}

// restOfARegion is the sum of Rest in US dollars.
func (e *Estimate) restOfARegion() float64 {
	var sum float64
	for _, i := range e.Rest {
		sum += i.Total()
	}
	return sum
}
