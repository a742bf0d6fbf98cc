package estimate

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

//go:embed prices.json
var pricesFile []byte

//go:embed assumptions.json
var assumptionsFile []byte

// quote is a price in prices.json.
type quote struct {
	Name string
	// Unit is what one costs, a month if it is a resource.
	Unit string
	// Source is AWS's page with the price, and Date the day on which it was entered by hand.
	Source, Date string
	// Usage says where AWS's price list has the price; nil if it is compared by hand.
	Usage *usage
	// USD has the price in US dollars by Region. The key "*" is for all Regions.
	USD map[string]float64
}

// in returns the price in a Region.
func (q quote) in(region string) (usd float64, ok bool) {
	if usd, ok = q.USD[region]; !ok {
		usd, ok = q.USD["*"]
	}
	return usd, ok
}

// price has a Region's prices in US dollars. A field has the name of a quote.
type price struct {
	APIPerMillion, LambdaPerMillion, LambdaPerGBSecond float64
	ReadPerMillion, WritePerMillion                    float64
	LogsPerGB, TracesPerMillion, InsightsPerMillion    float64
	Secret, Key                                        float64
	FirewallList, FirewallRule, FirewallPerMillion     float64
	HealthCheck, FastHealthCheck, CalculatedCheck      float64
	Metric, AlarmedMetric, CompositeAlarm, Dashboard   float64
	EssentialsUser, PlusUser                           float64
}

// assumptions has what is the same for all environments.
type assumptions struct {
	// DurationMilliseconds is a request's billed time.
	DurationMilliseconds float64
	// LogBytesPerRequest is the sum of the function's log line (some 800 bytes),
	// Lambda's two (500), the gateway's access log (700), and the 26 bytes that
	// CloudWatch adds to each of these lines.
	LogBytesPerRequest float64
	// ReadUnitsPerCall and WriteUnitsPerCall are DynamoDB's request units of one call.
	ReadUnitsPerCall, WriteUnitsPerCall float64
	// HealthCheckers is the number of Route 53 checkers. Each calls the health
	// operation of every context in every Region.
	HealthCheckers float64
	// AccessMilliseconds is the part of a phone's round trip in the mobile network: 12 ms
	// of a fixed line and 30 ms of LTE or 5G, which range from 20 to 40.
	AccessMilliseconds float64
	// GatewayMilliseconds is the time in API Gateway and the firewall.
	GatewayMilliseconds float64
}

// readPrices parses prices.json. A price that is missing, misspelt or without source is an
// error, because it would count as 0 or could not be checked.
func readPrices(data []byte) ([]quote, error) {
	var quotes []quote
	if err := decode(data, &quotes); err != nil {
		return nil, err
	}
	fields := reflect.TypeFor[price]()
	for i, q := range quotes {
		if _, ok := field(fields, q.Name); !ok {
			return nil, fmt.Errorf("unknown price %s: remove or rename it", q.Name)
		}
		if slices.ContainsFunc(quotes[:i], func(o quote) bool { return o.Name == q.Name }) {
			return nil, fmt.Errorf("%s is listed twice: remove one", q.Name)
		}
		if _, err := time.Parse(time.DateOnly, q.Date); err != nil || !strings.HasPrefix(q.Source, "https://") || q.Unit == "" {
			return nil, fmt.Errorf("%s: set the unit, the address of the source and the date", q.Name)
		}
		if u := q.Usage; u != nil && (u.Service == "" || u.Type == "" || u.Per <= 0) {
			return nil, fmt.Errorf("%s: set the service, the type and the number of units of its usage", q.Name)
		}
		for region, usd := range q.USD {
			if usd <= 0 {
				return nil, fmt.Errorf("%s in %s is %v: use a number above 0", q.Name, region, usd)
			}
		}
	}
	if len(quotes) != fields.NumField() {
		return nil, fmt.Errorf("%d prices, want %d: add the missing one", len(quotes), fields.NumField())
	}
	return quotes, nil
}

// field returns the field for a name in JSON, such as apiPerMillion.
func field(of reflect.Type, name string) (reflect.StructField, bool) {
	return of.FieldByNameFunc(func(f string) bool { return strings.EqualFold(f, name) })
}

// pricesIn returns the prices in a Region. ok is false if one is missing.
func pricesIn(quotes []quote, region string) (p price, ok bool) {
	v := reflect.ValueOf(&p).Elem()
	for _, q := range quotes {
		usd, found := q.in(region)
		if !found {
			return price{}, false
		}
		f, _ := field(v.Type(), q.Name)
		v.FieldByIndex(f.Index).SetFloat(usd)
	}
	return p, true
}

// readAssumptions parses assumptions.json.
func readAssumptions(data []byte) (assumptions, error) {
	var a assumptions
	if err := decode(data, &a); err != nil {
		return assumptions{}, err
	}
	v := reflect.ValueOf(a)
	for i := range v.NumField() {
		if n := v.Field(i).Float(); n <= 0 {
			return assumptions{}, fmt.Errorf("%s is %v: use a number above 0", v.Type().Field(i).Name, n)
		}
	}
	return a, nil
}

// decode parses JSON and fails on unknown members.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("there is text after the value")
	}
	return nil
}
