package estimate

import (
	"encoding/json"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/metrics"
)

// fixedPrices has the prices of one item for a month in US dollars.
type fixedPrices struct {
	// Firewall is the price of the web ACL and its four rules.
	Firewall, Key float64
	// HealthCheck is the price of an HTTPS check every ten seconds. CalculatedCheck
	// is the price of a check that combines others.
	HealthCheck, CalculatedCheck float64
	Metric, AlarmedMetric        float64
	CompositeAlarm, Dashboard    float64
}

// Item is a kind of resource that each Region has.
type Item struct {
	Name  string
	Count int
	// Price of one in US dollars a month.
	Price float64
}

// Total returns the price of all in US dollars a month.
func (i Item) Total() float64 { return float64(i.Count) * i.Price }

// metricsByRoute is the number of API Gateway's metrics for a route: Count, 4XXError,
// 5XXError, Latency and IntegrationLatency.
const metricsByRoute = 5

// metricsByFunction is the number of metrics that CloudWatch extracts from a
// function's log lines.
var metricsByFunction = func() int {
	var directive struct{ Metrics []any }
	if err := json.Unmarshal([]byte(metrics.Directive()), &directive); err != nil {
		panic(err) // the tests of package metrics parse this constant
	}
	return len(directive.Metrics)
}()

// fixedItems returns what infra/terraform creates in each Region and AWS charges
// without any requests. It is the same in every Region.
func fixedItems(services []*manifest.Service, regions int, p fixedPrices) []Item {
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
	// Three for each operation, three for the API, one for reads and one for writes
	// of each table and index, and one for the replication to each other Region.
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

// fixedCost returns the sum of Fixed in US dollars.
func (e *Estimate) fixedCost() float64 {
	var sum float64
	for _, i := range e.Fixed {
		sum += i.Total()
	}
	return sum
}

// healthCost returns the cost of the requests of health checks in US dollars.
func (e *Estimate) healthCost() float64 {
	var sum float64
	for _, r := range e.Rows {
		if r.health {
			sum += r.Total()
		}
	}
	return sum
}
