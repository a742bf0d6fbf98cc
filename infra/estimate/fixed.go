package estimate

import (
	"encoding/json"
	"math"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/metrics"
)

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

// firewallRules is the number of rules and groups of rules in the firewall's list: two
// limits, three of AWS's groups, and the rule that blocks.
const firewallRules = 6

// metricsByFunction is the number of metrics that CloudWatch extracts from a
// function's log lines.
var metricsByFunction = func() int {
	var directive struct{ Metrics []any }
	if err := json.Unmarshal([]byte(metrics.Directive()), &directive); err != nil {
		panic(err) // the tests of package metrics parse this value
	}
	return len(directive.Metrics)
}()

// publishedShare returns the part of a month's hours in which an operation with n requests
// has at least one, 0 to 1. CloudWatch charges a metric for the hours with a value. The
// requests are independent of each other.
func publishedShare(n float64) float64 {
	const hoursPerMonth = secondsPerMonth / 3600
	return -math.Expm1(-n / hoursPerMonth)
}

// tracedShare returns the part of a Region's n requests a month that X-Ray records: the
// first one of each second, and a share of the others.
func tracedShare(n, rate float64) float64 {
	if n == 0 {
		return 0
	}
	first := -math.Expm1(-n/secondsPerMonth) * secondsPerMonth
	return (first + rate*(n-first)) / n
}

// fixedItems returns what infra/terraform creates in each Region and AWS charges without
// any requests.
func (e *Estimate) fixedItems(services []*manifest.Service, region string) []Item {
	if e.Environment.lean() {
		return nil
	}
	p := e.prices[region]
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
	check := p.HealthCheck
	if e.Environment.Health.IntervalSeconds <= 10 {
		check = p.FastHealthCheck
	}
	// Three for each operation, three for the API, one for reads and one for writes
	// of each table and index, and one for the replication to each other Region.
	alarmed := 3*routes + 3 + 2*throttled + tables*(len(e.Environment.Regions)-1)
	composite, dashboards := len(services)+1, len(services)+1
	if hasFunction(services, e.Environment.SLO.Operation) {
		alarmed += burnAlarms*metricsByBurnAlarm - 1 // in place of the alarm on errors
		composite += burnAlarms / 2
	}
	items := []Item{
		{"firewall", 1, p.FirewallList},
		{"rules of the firewall", firewallRules, p.FirewallRule},
		{"key", 1, p.Key},
		{"health checks of contexts", checks, check},
		{"the Region's health check", 1, p.CalculatedCheck},
	}
	if region == e.Environment.Home {
		items = append(items, Item{"canary, a health check from outside", 1, p.HealthCheck})
		alarmed++
		dashboards++ // for the person on call
	}
	return append(items,
		Item{"metrics with an alarm", alarmed, p.AlarmedMetric},
		Item{"composite alarms", composite, p.CompositeAlarm},
		Item{"dashboards", dashboards, p.Dashboard})
}

// The objective has an alarm for two speeds and two windows, each on the sum and the count
// of a metric, and a composite alarm for each speed.
const (
	burnAlarms         = 4
	metricsByBurnAlarm = 2
)

// hasFunction reports whether a function of the services has the name, such as
// accounts-get-my-account.
func hasFunction(services []*manifest.Service, name string) bool {
	for _, s := range services {
		for short := range s.Functions {
			if s.Name+"-"+short == name {
				return true
			}
		}
	}
	return false
}

// canarySeconds is the interval of the canary's requests.
const canarySeconds = 30

// canaryRequests returns the canary's requests a month to a function in a Region. It calls
// the first health operation by name, and the home Region is assumed to be the nearest.
func (e *Estimate) canaryRequests(services []*manifest.Service, name, region string) float64 {
	if e.Environment.lean() || region != e.Environment.Home {
		return 0
	}
	var first string
	for _, s := range services {
		for short, f := range s.Functions {
			if full := s.Name + "-" + short; f.Health && (first == "" || full < first) {
				first = full
			}
		}
	}
	if name != first {
		return 0
	}
	return e.assumed.HealthCheckers * secondsPerMonth / canarySeconds
}

// fixedCost returns the sum of Fixed in US dollars.
func (e *Estimate) fixedCost() float64 {
	var sum float64
	for _, items := range e.Fixed {
		for _, i := range items {
			sum += i.Total()
		}
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

// freeUsers is the number of users a month that Cognito does not charge in an account in
// the tier Essentials. Plus has no free users.
const freeUsers = 10_000

// usersCost returns what Cognito costs in US dollars. Threat protection needs the tier
// Plus (infra/terraform/global/users.tf).
func (e *Estimate) usersCost() (tier string, usd float64) {
	p, n := e.prices[e.Environment.Regions[0]], e.Environment.Traffic.MonthlyUsers
	if e.Environment.SignIn.ThreatProtection == "OFF" {
		return "Essentials", max(0, n-freeUsers) * p.EssentialsUser
	}
	return "Plus", n * p.PlusUser
}
