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

// prices are in US dollars.
type prices struct {
	Source, Date string
	AtRest       atRestPrice
	Regions      map[string]price
}

type price struct {
	APIPerMillion, LambdaPerMillion, LambdaPerGBSecond float64
	ReadPerMillion, WritePerMillion                    float64
	LogsPerGB, TracesPerMillion, SecretPerMonth        float64
}

// Traffic is what is assumed of a month.
type Traffic struct {
	// RequestsPerMonth are by operation ID; "default" is for the others.
	RequestsPerMonth map[string]float64
	// DurationMilliseconds is a request's billed time.
	DurationMilliseconds float64
	// LogBytesPerRequest are the function's line (some 800 bytes), Lambda's own two
	// (500), the gateway's access log (700), and 26 that CloudWatch adds to each.
	LogBytesPerRequest float64
	// TracedShare is the part of requests that X-Ray records, 0 to 1.
	TracedShare float64
	// ReadUnitsPerCall and WriteUnitsPerCall are DynamoDB's request units of one call.
	ReadUnitsPerCall, WriteUnitsPerCall float64
	// HealthCheckers each ask every context's health in every Region, every HealthCheckSeconds.
	HealthCheckers, HealthCheckSeconds float64
}

// readPrices refuses a price that is missing or misspelt: it would be nothing.
func readPrices(data []byte) (prices, error) {
	var p prices
	if err := decode(data, &p); err != nil {
		return prices{}, err
	}
	if p.Source == "" || p.Date == "" {
		return prices{}, errors.New("say the source and the date of the prices")
	}
	if err := positive("atRest", p.AtRest); err != nil {
		return prices{}, err
	}
	for _, r := range slices.Sorted(maps.Keys(p.Regions)) {
		if err := positive("regions."+r, p.Regions[r]); err != nil {
			return prices{}, err
		}
	}
	return p, nil
}

func readTraffic(data []byte) (Traffic, error) {
	var t Traffic
	if err := decode(data, &t); err != nil {
		return Traffic{}, err
	}
	if _, ok := t.RequestsPerMonth["default"]; !ok {
		return Traffic{}, errors.New("requestsPerMonth has no default, for the operations that it does not name")
	}
	for _, id := range slices.Sorted(maps.Keys(t.RequestsPerMonth)) {
		if n := t.RequestsPerMonth[id]; n < 0 {
			return Traffic{}, fmt.Errorf("requestsPerMonth.%s is %v: give a number from 0", id, n)
		}
	}
	if t.TracedShare < 0 || t.TracedShare > 1 {
		return Traffic{}, fmt.Errorf("tracedShare is %v: give a share from 0 to 1", t.TracedShare)
	}
	untraced := t
	untraced.TracedShare = 1 // may be 0
	return t, positive("", untraced)
}

func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// positive finds a number of a struct that is missing, zero or negative.
func positive(path string, of any) error {
	v := reflect.ValueOf(of)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Float64 && f.Float() <= 0 {
			return fmt.Errorf("%s is %v: give a number above 0", strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), f.Float())
		}
	}
	return nil
}
