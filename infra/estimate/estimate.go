// Package estimate tells, before anything is deployed, what a month would cost
// in each Region and how far clients would be from their answers. It is arithmetic
// on assumptions: the traffic, the prices and the cities are data files beside it.
package estimate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
)

// Cost is a month's cost of something in US dollars, by service.
type Cost struct{ Requests, API, Lambda, DynamoDB, Logs, XRay float64 }

// Total is the sum in US dollars.
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

// Estimate is the outcome.
type Estimate struct {
	Regions []string
	Rows    []Row
	// Secrets is the cost of all secrets and their replicas.
	Secrets float64
	// Rest is what each Region costs besides, whether or not anybody calls it.
	Rest    []Item
	Places  []Place
	Prices  prices
	Traffic Traffic
}

// New estimates the contexts in the Regions. It fails on a Region without
// prices, naming those that have some, and on traffic for an operation that
// there is not.
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
			return nil, fmt.Errorf("REGIONS: prices.json has no prices of %q, only of %s", r, strings.Join(slices.Sorted(maps.Keys(e.Prices.Regions)), ", "))
		}
	}
	if e.Places, err = places(regions); err != nil {
		return nil, err
	}
	shares := sharesOf(e.Places)
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
			return nil, fmt.Errorf("traffic.json: there is no operation %s", id)
		}
	}
	e.Rest = atRest(services, len(regions), e.Prices.AtRest)
	return e, nil
}

const secondsPerMonth = 730 * 3600

// requests of a function in a Region that gets the share of clients. Health
// checks ask every Region alike.
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
	if !f.Health { // which no rule samples
		c.XRay = millions * t.TracedShare * p.TracesPerMillion
	}
	for _, replica := range e.Regions { // a write is paid for in every Region
		c.DynamoDB += millions * writes * t.WriteUnitsPerCall * e.Prices.Regions[replica].WritePerMillion
	}
	return c
}

// calls counts a request's DynamoDB calls, as if it used each of its rights
// once. A write to a table is one to each of its indexes too.
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

// Totals are the costs by Region.
func (e *Estimate) Totals() map[string]Cost {
	totals := map[string]Cost{}
	for _, r := range e.Rows {
		c := totals[r.Region]
		c.add(r.Cost)
		totals[r.Region] = c
	}
	return totals
}
