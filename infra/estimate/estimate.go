// Package estimate computes, before anything is deployed, a month's cost in each Region
// and the clients' round trips. Its assumptions are data files in this folder: the
// traffic, the prices and the cities.
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
type Cost struct{ Requests, API, Lambda, DynamoDB, Logs, XRay float64 }

// Total returns the sum of all services in US dollars.
func (c Cost) Total() float64 { return c.API + c.Lambda + c.DynamoDB + c.Logs + c.XRay }

func (c *Cost) add(o Cost) {
	c.Requests += o.Requests
	c.API += o.API
	c.Lambda += o.Lambda
	c.DynamoDB += o.DynamoDB
	c.Logs += o.Logs
	c.XRay += o.XRay
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
	Regions []string
	Rows    []Row
	// Secrets is the cost of all secrets and their replicas in US dollars.
	Secrets float64
	// Strong has the strongly consistent tables; Rows include their cost.
	Strong []StrongTable
	// Fixed is what each Region costs without any requests.
	Fixed   []Item
	Cities  []City
	Prices  prices
	Traffic Traffic

	lean bool
}

// ProfileLean is the profile of environments with nothing that costs something at rest
// and that requests can do without: no firewall, keys, health checks, alarms, dashboards
// and metrics by route (infra/terraform/README.md, "Profiles").
const ProfileLean = "lean"

// New estimates the contexts in the Regions of an environment with a profile. It fails on
// a Region without prices, and on traffic for an operation that does not exist.
func New(services []*manifest.Service, regions []string, profile string) (*Estimate, error) {
	e := &Estimate{Regions: regions, lean: profile == ProfileLean}
	var err error
	if e.Prices, err = readPrices(pricesFile); err != nil {
		return nil, fmt.Errorf("prices.json: %w", err)
	}
	if e.Traffic, err = readTraffic(trafficFile); err != nil {
		return nil, fmt.Errorf("traffic.json: %w", err)
	}
	for _, r := range regions {
		if _, ok := e.Prices.Regions[r]; !ok {
			return nil, fmt.Errorf("%s: prices.json has no prices for %q: add them, or use %s",
				geo.RegionsVariable, r, strings.Join(slices.Sorted(maps.Keys(e.Prices.Regions)), ", "))
		}
	}
	if e.Cities, err = readCities(regions); err != nil {
		return nil, err
	}
	shares := populationShares(e.Cities)
	known := map[string]bool{"default": true}
	for _, s := range services {
		for _, name := range slices.Sorted(maps.Keys(s.Functions)) {
			f := s.Functions[name]
			known[f.OperationID] = true
			for _, r := range regions {
				e.Rows = append(e.Rows, Row{f.OperationID, r, e.cost(s, f, r, e.requests(f, shares[r])), f.Health})
			}
		}
		for range s.Secrets {
			for _, r := range regions {
				e.Secrets += e.Prices.Regions[r].SecretPerMonth
			}
		}
	}
	for id := range e.Traffic.RequestsPerMonth {
		if !known[id] {
			return nil, fmt.Errorf("traffic.json: requestsPerMonth has the operation %s, which does not exist: remove or rename it", id)
		}
	}
	e.Strong = e.strongTables(services, shares)
	if !e.lean {
		e.Fixed = fixedItems(services, len(regions), e.Prices.AtRest)
	}
	return e, nil
}

const secondsPerMonth = 730 * 3600

// requests returns a function's requests per month in a Region with a share of the
// clients, 0 to 1. Health checks call every Region equally.
func (e *Estimate) requests(f manifest.Function, share float64) float64 {
	t := e.Traffic
	if f.Health && e.lean {
		return 0
	}
	if f.Health {
		return t.HealthCheckers * secondsPerMonth / t.HealthCheckSeconds
	}
	n, ok := t.RequestsPerMonth[f.OperationID]
	if !ok {
		n = t.RequestsPerMonth["default"]
	}
	return n * share
}

// cost returns the cost of n requests to a function in a Region.
func (e *Estimate) cost(s *manifest.Service, f manifest.Function, region string, n float64) Cost {
	p, t := e.Prices.Regions[region], e.Traffic
	millions := n / 1e6
	c := Cost{
		Requests: n,
		API:      millions * p.APIPerMillion,
		Lambda:   millions*p.LambdaPerMillion + n*t.DurationMilliseconds/1e3*float64(f.MemoryMB)/1024*p.LambdaPerGBSecond,
		Logs:     n * t.LogBytesPerRequest / 1e9 * p.LogsPerGB,
	}
	if !f.Health { // no sampling rule traces health checks
		c.XRay = millions * t.TracedShare * p.TracesPerMillion
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
	cost := millions * reads * e.Traffic.ReadUnitsPerCall * e.Prices.Regions[region].ReadPerMillion
	for _, replica := range e.replicas(s.Tables[table]) {
		cost += millions * writes * e.Traffic.WriteUnitsPerCall * e.Prices.Regions[replica].WritePerMillion
	}
	return cost
}

// replicas returns the Regions with a replica of a table. A strongly consistent one has at
// most three; its witness in two Regions costs nothing.
func (e *Estimate) replicas(t manifest.Table) []string {
	if t.Consistency == manifest.Strong {
		return e.Regions[:min(3, len(e.Regions))]
	}
	return e.Regions
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
			for _, f := range s.Functions {
				for _, r := range e.Regions {
					t.Cost += e.tableCost(s, name, f, r, e.requests(f, shares[r]))
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
