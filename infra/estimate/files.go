package estimate

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

//go:embed prices.json
var pricesFile []byte

//go:embed traffic.json
var trafficFile []byte

// prices has the prices in US dollars.
type prices struct {
	Source, Date string
	AtRest       fixedPrices
	Regions      map[string]price
}

type price struct {
	APIPerMillion, LambdaPerMillion, LambdaPerGBSecond float64
	ReadPerMillion, WritePerMillion                    float64
	LogsPerGB, TracesPerMillion, SecretPerMonth        float64
}

// Traffic is the assumed use in a month.
type Traffic struct {
	// RequestsPerMonth has the requests by operation ID. "default" is for all others.
	RequestsPerMonth map[string]float64
	// DurationMilliseconds is a request's billed time.
	DurationMilliseconds float64
	// LogBytesPerRequest is the sum of the function's log line (some 800 bytes),
	// Lambda's two (500), the gateway's access log (700), and the 26 bytes that
	// CloudWatch adds to each of these lines.
	LogBytesPerRequest float64
	// TracedShare is the part of requests that X-Ray records, 0 to 1.
	TracedShare float64
	// ReadUnitsPerCall and WriteUnitsPerCall are DynamoDB's request units of one call.
	ReadUnitsPerCall, WriteUnitsPerCall float64
	// HealthCheckers is the number of Route 53 checkers. Each calls the health
	// operation of every context in every Region every HealthCheckSeconds.
	HealthCheckers, HealthCheckSeconds float64
}

// readPrices parses prices.json. A price that is missing or misspelt is an error,
// because it would count as 0.
func readPrices(data []byte) (prices, error) {
	var p prices
	if err := decode(data, &p); err != nil {
		return prices{}, err
	}
	if p.Source == "" || p.Date == "" {
		return prices{}, errors.New("source or date is empty: set the source and the date of the prices")
	}
	if err := checkPositive("atRest", p.AtRest); err != nil {
		return prices{}, err
	}
	for _, r := range slices.Sorted(maps.Keys(p.Regions)) {
		if err := checkPositive("regions."+r, p.Regions[r]); err != nil {
			return prices{}, err
		}
	}
	return p, nil
}

// readTraffic parses traffic.json and checks the ranges of its numbers.
func readTraffic(data []byte) (Traffic, error) {
	var t Traffic
	if err := decode(data, &t); err != nil {
		return Traffic{}, err
	}
	if _, ok := t.RequestsPerMonth["default"]; !ok {
		return Traffic{}, errors.New("requestsPerMonth has no default: add one for the operations without a number")
	}
	for _, id := range slices.Sorted(maps.Keys(t.RequestsPerMonth)) {
		if n := t.RequestsPerMonth[id]; n < 0 {
			return Traffic{}, fmt.Errorf("requestsPerMonth.%s is %v: use a number from 0", id, n)
		}
	}
	if t.TracedShare < 0 || t.TracedShare > 1 {
		return Traffic{}, fmt.Errorf("tracedShare is %v: use a share from 0 to 1", t.TracedShare)
	}
	rest := t
	rest.TracedShare = 1 // checked above: it may be 0
	return t, checkPositive("", rest)
}

// decode parses JSON and fails on unknown members.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// checkPositive fails if a number in the struct is 0 or negative. path is the struct's
// path in its file.
func checkPositive(path string, of any) error {
	v := reflect.ValueOf(of)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Float64 && f.Float() <= 0 {
			return fmt.Errorf("%s is %v: use a number above 0", strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), f.Float())
		}
	}
	return nil
}
