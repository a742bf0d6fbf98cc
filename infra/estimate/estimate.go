// Package estimate computes, before anything is deployed, what an environment costs in a
// month and how long its clients wait. The traffic is in the environment's settings; the
// prices, the cities and what is assumed of all environments are data files in this folder.
package estimate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/geo"
)

// Cost is the cost of a month's requests in US dollars, by service.
type Cost struct{ Requests, API, Firewall, Lambda, DynamoDB, Logs, XRay, Metrics float64 }

// Total returns the sum of all services in US dollars.
func (c Cost) Total() float64 {
	return c.API + c.Firewall + c.Lambda + c.DynamoDB + c.Logs + c.XRay + c.Metrics
}

func (c *Cost) add(o Cost) {
	c.Requests += o.Requests
	c.API += o.API
	c.Firewall += o.Firewall
	c.Lambda += o.Lambda
	c.DynamoDB += o.DynamoDB
	c.Logs += o.Logs
	c.XRay += o.XRay
	c.Metrics += o.Metrics
}

// Row is one operation's cost in one Region.
type Row struct {
	Operation, Region string
	Cost

	health bool // whether only health checks call it
}

// StrongTable is the cost of a strongly consistent table's reads and writes in US dollars.
type StrongTable struct {
	Name     string
	Replicas []string // Regions
	Cost     float64
}

// Estimate is the estimate of a month.
type Estimate struct {
	Environment Environment
	Rows        []Row
	// Secrets is the cost of all secrets and their replicas in US dollars.
	Secrets float64
	// Strong has the strongly consistent tables; Rows include their cost.
	Strong []StrongTable
	// Fixed is what each Region costs without any requests, by Region.
	Fixed map[string][]Item
	// Cities have the Region and the waits of the environment's Regions.
	Cities []City
	// Waits compares one, two and three Regions.
	Waits []Waits

	quotes  []quote
	prices  map[string]price // by Region
	assumed assumptions
	traced  map[string]float64 // the share of the requests, by Region
}

// New estimates the contexts in an environment. It fails on a Region without prices, and
// on traffic for an operation that does not exist.
func New(services []*manifest.Service, environment Environment) (*Estimate, error) {
	e := &Estimate{Environment: environment, Fixed: map[string][]Item{}, traced: map[string]float64{}}
	if err := e.read(); err != nil {
		return nil, err
	}
	shares := populationShares(e.Cities)
	if err := checkOperations(services, environment.Traffic); err != nil {
		return nil, err
	}
	for _, r := range environment.Regions {
		var n float64
		for _, s := range services {
			for _, f := range s.Functions {
				if !f.Health {
					n += e.requests(f, shares[r])
				}
			}
		}
		e.traced[r] = tracedShare(n, environment.Traces.Rate)
		e.Fixed[r] = e.fixedItems(services, r)
	}
	for _, s := range services {
		for _, name := range slices.Sorted(maps.Keys(s.Functions)) {
			f := s.Functions[name]
			for _, r := range environment.Regions {
				n := e.allRequests(services, s, name, r, shares[r])
				e.Rows = append(e.Rows, Row{f.OperationID, r, e.cost(s, f, r, n), f.Health})
			}
		}
		for range s.Secrets {
			for _, r := range environment.Regions {
				e.Secrets += e.prices[r].Secret
			}
		}
	}
	e.Strong = e.strongTables(services, shares)
	return e, nil
}

// read reads the data files for the environment's Regions.
func (e *Estimate) read() error {
	var err error
	if e.quotes, err = readPrices(pricesFile); err != nil {
		return fmt.Errorf("prices.json: %w", err)
	}
	if e.assumed, err = readAssumptions(assumptionsFile); err != nil {
		return fmt.Errorf("assumptions.json: %w", err)
	}
	e.prices = map[string]price{}
	for _, r := range geo.Regions() {
		if p, ok := pricesIn(e.quotes, r); ok {
			e.prices[r] = p
		}
	}
	for _, r := range e.Environment.Regions {
		if _, ok := e.prices[r]; !ok {
			return fmt.Errorf("%s: prices.json has no prices for %q: add them, or use %s",
				geo.RegionsVariable, r, strings.Join(slices.Sorted(maps.Keys(e.prices)), ", "))
		}
	}
	cities, err := readCities(citiesFile)
	if err != nil {
		return err
	}
	e.Cities = nearest(cities, e.Environment.Regions, e.assumed.AccessMilliseconds)
	e.Waits = e.compare(cities)
	return nil
}

// checkOperations fails on traffic for an operation that does not exist.
func checkOperations(services []*manifest.Service, t Traffic) error {
	known := map[string]bool{"default": true}
	for _, s := range services {
		for _, f := range s.Functions {
			known[f.OperationID] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.RequestsPerMonth)) {
		if !known[id] {
			return fmt.Errorf("traffic.requestsPerMonth has the operation %s, which does not exist: remove or rename it", id)
		}
	}
	return nil
}

const secondsPerMonth = 730 * 3600

// requests returns a function's requests per month in a Region with a share of the
// clients, 0 to 1. Health checks call every Region equally.
func (e *Estimate) requests(f manifest.Function, share float64) float64 {
	if f.Health && e.Environment.lean() {
		return 0
	}
	if f.Health {
		return e.assumed.HealthCheckers * secondsPerMonth / e.Environment.Health.IntervalSeconds
	}
	n, ok := e.Environment.Traffic.RequestsPerMonth[f.OperationID]
	if !ok {
		n = e.Environment.Traffic.RequestsPerMonth["default"]
	}
	return n * share
}

// allRequests returns a function's requests per month in a Region with a share of the
// clients, the canary's included.
func (e *Estimate) allRequests(services []*manifest.Service, s *manifest.Service, name, region string, share float64) float64 {
	return e.requests(s.Functions[name], share) + e.canaryRequests(services, s.Name+"-"+name, region)
}

// cost returns the cost of n requests to a function in a Region.
func (e *Estimate) cost(s *manifest.Service, f manifest.Function, region string, n float64) Cost {
	p, a := e.prices[region], e.assumed
	millions := n / 1e6
	c := Cost{
		Requests: n,
		API:      millions * p.APIPerMillion,
		Lambda:   millions*p.LambdaPerMillion + n*a.DurationMilliseconds/1e3*float64(f.MemoryMB)/1024*p.LambdaPerGBSecond,
		Logs:     n * a.LogBytesPerRequest / 1e9 * p.LogsPerGB,
		Metrics:  publishedShare(n) * float64(metricsByFunction) * p.Metric,
	}
	if !f.Health { // no sampling rule traces health checks
		c.XRay = millions * e.traced[region] * p.TracesPerMillion
	}
	if !e.Environment.lean() {
		c.Firewall = millions * p.FirewallPerMillion
		c.Metrics += publishedShare(n) * metricsByRoute * p.Metric
		if !f.Health {
			c.XRay += millions * e.traced[region] * p.InsightsPerMillion
		}
	}
	for name := range s.Tables {
		c.DynamoDB += e.tableCost(s, name, f, region, n)
	}
	return c
}

// tableCost returns the cost of a table's reads and writes by n requests to a function in
// a Region, in US dollars. AWS charges a write in every Region with a replica.
func (e *Estimate) tableCost(s *manifest.Service, table string, f manifest.Function, region string, n float64) float64 {
	millions := n / 1e6
	reads, writes := calls(s, f, table)
	cost := millions * reads * e.assumed.ReadUnitsPerCall * e.prices[region].ReadPerMillion
	for _, replica := range e.replicas(s.Tables[table]) {
		cost += millions * writes * e.assumed.WriteUnitsPerCall * e.prices[replica].WritePerMillion
	}
	return cost
}

// replicas returns the Regions with a replica of a table. A strongly consistent one has at
// most three; its witness in two Regions costs nothing.
func (e *Estimate) replicas(t manifest.Table) []string {
	if t.Consistency == manifest.Strong {
		return e.Environment.Regions[:min(3, len(e.Environment.Regions))]
	}
	return e.Environment.Regions
}

// calls returns a table's reads and writes by a request that uses each of its rights
// once. A write to a table also writes to each of its indexes.
func calls(s *manifest.Service, f manifest.Function, table string) (reads, writes float64) {
	for _, g := range f.Grants {
		if g.Table != table {
			continue
		}
		for _, action := range g.Actions {
			switch {
			case strings.HasSuffix(action, ":PutItem"), strings.HasSuffix(action, ":UpdateItem"), strings.HasSuffix(action, ":DeleteItem"):
				writes += 1 + float64(len(s.Tables[table].Indexes))
			default:
				reads++
			}
		}
	}
	return reads, writes
}

// strongTables returns the strongly consistent tables with their part of the rows, sorted.
func (e *Estimate) strongTables(services []*manifest.Service, shares map[string]float64) []StrongTable {
	var tables []StrongTable
	for _, s := range services {
		for _, name := range slices.Sorted(maps.Keys(s.Tables)) {
			if s.Tables[name].Consistency != manifest.Strong {
				continue
			}
			t := StrongTable{Name: name, Replicas: e.replicas(s.Tables[name])}
			for short, f := range s.Functions {
				for _, r := range e.Environment.Regions {
					t.Cost += e.tableCost(s, name, f, r, e.allRequests(services, s, short, r, shares[r]))
				}
			}
			tables = append(tables, t)
		}
	}
	return tables
}

// Totals returns the cost of all operations by Region.
func (e *Estimate) Totals() map[string]Cost {
	totals := map[string]Cost{}
	for _, r := range e.Rows {
		c := totals[r.Region]
		c.add(r.Cost)
		totals[r.Region] = c
	}
	return totals
}
