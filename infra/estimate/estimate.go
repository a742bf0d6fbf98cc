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
}

// Estimate is the estimate of a month.
type Estimate struct {
	Regions []string
	Rows    []Row
	// Secrets is the cost of all secrets and their replicas in US dollars.
	Secrets float64
	// Fixed is what each Region costs without any requests.
	Fixed   []Item
	Cities  []City
	Prices  prices
	Traffic Traffic
}

// New estimates the contexts in the Regions. It fails on a Region without prices, and
// on traffic for an operation that does not exist.
func New(services []*manifest.Service, regions []string) (*Estimate, error) {
	e := &Estimate{Regions: regions}
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
				e.Rows = append(e.Rows, Row{f.OperationID, r, e.cost(s, f, r, e.requests(f, shares[r]))})
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
	e.Fixed = fixedItems(services, len(regions), e.Prices.AtRest)
	return e, nil
}

const secondsPerMonth = 730 * 3600

// requests returns a function's requests per month in a Region with a share of the
// clients, 0 to 1. Health checks call every Region equally.
func (e *Estimate) requests(f manifest.Function, share float64) float64 {
	t := e.Traffic
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
	reads, writes := calls(s, f)
	c := Cost{
		Requests: n,
		API:      millions * p.APIPerMillion,
		Lambda:   millions*p.LambdaPerMillion + n*t.DurationMilliseconds/1e3*float64(f.MemoryMB)/1024*p.LambdaPerGBSecond,
		DynamoDB: millions * reads * t.ReadUnitsPerCall * p.ReadPerMillion,
		Logs:     n * t.LogBytesPerRequest / 1e9 * p.LogsPerGB,
	}
	if !f.Health { // no sampling rule traces health checks
		c.XRay = millions * t.TracedShare * p.TracesPerMillion
	}
	for _, replica := range e.Regions { // AWS charges a replicated write in every Region
		c.DynamoDB += millions * writes * t.WriteUnitsPerCall * e.Prices.Regions[replica].WritePerMillion
	}
	return c
}

// calls returns the DynamoDB reads and writes of a request that uses each of its
// rights once. A write to a table also writes to each of its indexes.
func calls(s *manifest.Service, f manifest.Function) (reads, writes float64) {
	for _, g := range f.Grants {
		for _, action := range g.Actions {
			switch {
			case g.Table == "":
			case strings.HasSuffix(action, ":PutItem"), strings.HasSuffix(action, ":UpdateItem"), strings.HasSuffix(action, ":DeleteItem"):
				writes += 1 + float64(len(s.Tables[g.Table].Indexes))
			default:
				reads++
			}
		}
	}
	return reads, writes
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
