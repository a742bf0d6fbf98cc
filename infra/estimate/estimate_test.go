package estimate

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meridian-api/meridian/contract/manifest"
)

// things returns a context with a table, a secret and functions.
func things() []*manifest.Service {
	grant := func(action string) []manifest.Grant {
		return []manifest.Grant{{Table: "things", Actions: []string{action}}}
	}
	return []*manifest.Service{{
		Name:    "things",
		Tables:  map[string]manifest.Table{"things": {Indexes: map[string]manifest.Index{"by-x": {}}}},
		Secrets: map[string]manifest.Secret{"key": {}},
		Functions: map[string]manifest.Function{
			"get":   {OperationID: "getMyAccount", MemoryMB: 512, Grants: grant("dynamodb:GetItem")},
			"put":   {OperationID: "putProfile", MemoryMB: 1024, Grants: grant("dynamodb:PutItem")},
			"check": {OperationID: "check", MemoryMB: 512, Health: true, Grants: grant("dynamodb:GetItem")},
			"a":     {OperationID: "createAccount"}, "b": {OperationID: "getProfile"}, "c": {OperationID: "getPublicProfile"},
		},
	}}
}

// production returns an environment with the traffic of things in the Regions.
func production(regions ...string) Environment {
	e := Environment{Name: "prod", Home: regions[0], Regions: regions, Profile: ProfileFull}
	e.Traffic.MonthlyUsers = 100_000
	e.Traffic.RequestsPerMonth = map[string]float64{
		"default": 100_000, "getMyAccount": 30e6, "putProfile": 300_000, "getProfile": 730,
	}
	e.SignIn.ThreatProtection = "ENFORCED"
	e.Health.IntervalSeconds, e.Traces.Rate, e.SLO.Operation = 10, 0.05, "things-get"
	return e
}

// mustEstimate estimates things in an environment.
func mustEstimate(t *testing.T, environment Environment) *Estimate {
	t.Helper()
	e, err := New(things(), environment)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// row returns the estimate's row for an operation in a Region.
func row(t *testing.T, e *Estimate, operation, region string) Row {
	t.Helper()
	for _, r := range e.Rows {
		if r.Operation == operation && r.Region == region {
			return r
		}
	}
	t.Fatalf("no row for %s in %s", operation, region)
	return Row{}
}

// expectNear fails the test if the numbers differ by more than 1 in 1,000,000.
func expectNear(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*math.Max(math.Abs(got), math.Abs(want)) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The expected numbers are computed by hand from prices.json and assumptions.json.
func TestCostInOneRegion(t *testing.T) {
	e := mustEstimate(t, production("us-east-1"))
	// 30.6 million requests are 11.64 a second, so that almost every second has a first one.
	const all = 30e6 + 300_000 + 2*100_000 + 730
	seconds := 730 * 3600 * (1 - math.Exp(-all/(730*3600)))
	traced := (seconds + 0.05*(all-seconds)) / all
	t.Run("read", func(t *testing.T) {
		want := Cost{
			Requests: 30e6, API: 30 * 3.5, Firewall: 30 * 0.6, Lambda: 30*0.2 + 30e6*0.015*0.5*0.0000133334,
			DynamoDB: 30 * 0.5 * 0.125, Logs: 30e6 * 2100 / 1e9 * 0.5, XRay: 30 * traced * (5 + 1), Metrics: (5 + 6) * 0.3,
		}
		get := row(t, e, "getMyAccount", "us-east-1")
		if diff := cmp.Diff(want, get.Cost, cmpopts.EquateApprox(1e-6, 0)); diff != "" {
			t.Errorf("cost (-want +got):\n%s", diff)
		}
	})
	t.Run("write to a table and its index", func(t *testing.T) {
		expectNear(t, "DynamoDB's cost", row(t, e, "putProfile", "us-east-1").DynamoDB, 0.3*2*0.625)
	})
	t.Run("health checks", func(t *testing.T) {
		check := row(t, e, "check", "us-east-1")
		expectNear(t, "the number of requests, the canary's included", check.Requests, 6*730*3600/10+6*730*3600/30)
		expectNear(t, "X-Ray's cost", check.XRay, 0)
	})
	// 730 requests are one an hour on average; 37 % of the hours have no request.
	t.Run("metrics of a rare operation", func(t *testing.T) {
		expectNear(t, "the metrics' cost", row(t, e, "getProfile", "us-east-1").Metrics, (5+6)*0.3*(1-1/math.E))
	})
	t.Run("secrets", func(t *testing.T) { expectNear(t, "the cost", e.Secrets, 0.4) })
	t.Run("fixed", func(t *testing.T) {
		// A firewall of six rules, a key, one context's check and the Region's, alarms on three
		// metrics of each of six routes, of the API and on two of a table and its index, two
		// composite alarms, two dashboards. The objective has four alarms on two metrics in place
		// of one, and two composite alarms. The home Region has a canary with an alarm and a
		// dashboard.
		expectNear(t, "the cost", e.fixedCost(), 5+6+1+4.75+0.5+(3*6+3+2*2)*0.1+2*0.5+2*3+7*0.1+2*0.5+2.75+0.1+3)
	})
	t.Run("the canary is in the home Region only", func(t *testing.T) {
		two := mustEstimate(t, production("us-east-1", "us-west-2"))
		expectNear(t, "the requests elsewhere", row(t, two, "check", "us-west-2").Requests, 6*730*3600/10)
		if home, other := len(two.Fixed["us-east-1"]), len(two.Fixed["us-west-2"]); home != other+1 {
			t.Errorf("%d kinds of resources at home and %d elsewhere, want one more at home", home, other)
		}
	})
	t.Run("checks every 30 s are cheaper", func(t *testing.T) {
		slow := production("us-east-1")
		slow.Health.IntervalSeconds = 30
		expectNear(t, "the difference", e.fixedCost()-mustEstimate(t, slow).fixedCost(), 2)
	})
}

func TestUsers(t *testing.T) {
	for _, test := range []struct {
		name    string
		threats string
		users   float64
		tier    string
		want    float64
	}{
		{name: "threat protection from the first user", threats: "AUDIT", users: 1000, tier: "Plus", want: 20},
		{name: "100,000 users", threats: "ENFORCED", users: 100_000, tier: "Plus", want: 2000},
		{name: "free users", threats: "OFF", users: 10_000, tier: "Essentials", want: 0},
		{name: "more than the free users", threats: "OFF", users: 100_000, tier: "Essentials", want: 90_000 * 0.015},
	} {
		t.Run(test.name, func(t *testing.T) {
			environment := production("us-east-1")
			environment.SignIn.ThreatProtection, environment.Traffic.MonthlyUsers = test.threats, test.users
			tier, usd := mustEstimate(t, environment).usersCost()
			if tier != test.tier {
				t.Errorf("tier %s, want %s", tier, test.tier)
			}
			expectNear(t, "the cost", usd, test.want)
		})
	}
}

func TestTracedShare(t *testing.T) {
	for _, test := range []struct {
		name           string
		requests, rate float64
		want           float64
	}{
		{name: "no requests", requests: 0, rate: 1, want: 0},
		{name: "all", requests: 1e9, rate: 1, want: 1},
		{name: "rare requests", requests: 1, rate: 0, want: 1},
		{name: "the first of ten in a second", requests: 10 * secondsPerMonth, rate: 0, want: 0.1},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := tracedShare(test.requests, test.rate); math.Abs(got-test.want) > 1e-4 {
				t.Errorf("tracedShare(%v, %v) = %v, want %v", test.requests, test.rate, got, test.want)
			}
		})
	}
}

func TestMalformedFiles(t *testing.T) {
	prices := func(data []byte) error { _, err := readPrices(data); return err }
	assumed := func(data []byte) error { _, err := readAssumptions(data); return err }
	for _, test := range []struct {
		name             string
		read             func([]byte) error
		file             []byte
		old, replacement string
		want             string
	}{
		{
			name: "misspelt price", read: prices, file: pricesFile,
			old: `"readPerMillion"`, replacement: `"readPerMilion"`,
			want: "unknown price readPerMilion",
		},
		{
			name: "price listed twice", read: prices, file: pricesFile,
			old: `"readPerMillion"`, replacement: `"writePerMillion"`,
			want: "writePerMillion is listed twice",
		},
		{
			name: "negative price", read: prices, file: pricesFile,
			old: `{"*": 5.0}`, replacement: `{"*": -5}`,
			want: "firewallList in * is -5: use a number above 0",
		},
		{
			name: "no date", read: prices, file: pricesFile,
			old: `"date": "2026-11-28"`, replacement: `"date": ""`,
			want: "apiPerMillion: set the unit, the address of the source and the date",
		},
		{
			name: "no source", read: prices, file: pricesFile,
			old: `"source": "https://aws.amazon.com/api-gateway/pricing/"`, replacement: `"source": "a colleague"`,
			want: "apiPerMillion: set the unit, the address of the source and the date",
		},
		{
			name: "unknown member", read: prices, file: pricesFile,
			old: `"unit"`, replacement: `"units"`, want: `unknown field "units"`,
		},
		{
			name: "division by 0", read: assumed, file: assumptionsFile,
			old: `"durationMilliseconds": 15`, replacement: `"durationMilliseconds": 0`,
			want: "DurationMilliseconds is 0: use a number above 0",
		},
		{
			name: "string in place of a number", read: assumed, file: assumptionsFile,
			old: `"durationMilliseconds": 15`, replacement: `"durationMilliseconds": "15"`,
			want: "cannot unmarshal string",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !bytes.Contains(test.file, []byte(test.old)) {
				t.Fatalf("the file does not contain %s", test.old)
			}
			err := test.read(bytes.Replace(test.file, []byte(test.old), []byte(test.replacement), 1))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func TestMissingPrice(t *testing.T) {
	quotes, err := readPrices(pricesFile)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(quotes[1:])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readPrices(data); err == nil || !strings.Contains(err.Error(), "add the missing one") {
		t.Errorf("error %v, want a missing price", err)
	}
}

func TestSecondRegion(t *testing.T) {
	one, two := mustEstimate(t, production("us-east-1")), mustEstimate(t, production("us-east-1", "us-west-2"))
	t.Run("requests are shared", func(t *testing.T) {
		var requests float64
		for _, region := range two.Environment.Regions {
			requests += row(t, two, "getMyAccount", region).Requests
		}
		expectNear(t, "the number of requests in both Regions", requests, 30e6)
	})
	t.Run("writes cost twice as much", func(t *testing.T) {
		var writes float64
		for _, region := range two.Environment.Regions {
			writes += row(t, two, "putProfile", region).DynamoDB
		}
		expectNear(t, "the cost of writes", writes, 2*row(t, one, "putProfile", "us-east-1").DynamoDB)
	})
	t.Run("no round trip is longer", func(t *testing.T) {
		for i, c := range two.Cities {
			if c.RoundTrip > one.Cities[i].RoundTrip {
				t.Errorf("with two Regions %+v, with one %+v", c, one.Cities[i])
			}
			if c.Name == "Seattle" && (c.Region != "us-west-2" || c.RoundTrip > 50) {
				t.Errorf("%+v, want us-west-2 within 50 ms", c)
			}
		}
	})
}

// A write to a strongly consistent table costs the same in each of at most three replicas.
func TestStrongTable(t *testing.T) {
	services := things()
	table := services[0].Tables["things"]
	table.Consistency = manifest.Strong
	services[0].Tables["things"] = table
	for _, test := range []struct {
		name     string
		regions  []string
		replicas float64 // that a write costs
	}{
		{name: "two replicas and a witness", regions: []string{"us-east-1", "us-west-2"}, replicas: 2},
		{name: "three replicas, four Regions", regions: []string{"us-east-1", "us-east-2", "us-west-2", "ca-central-1"},
			replicas: 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := New(services, production(test.regions...))
			if err != nil {
				t.Fatal(err)
			}
			if len(e.Strong) != 1 || len(e.Strong[0].Replicas) != int(test.replicas) {
				t.Fatalf("strongly consistent tables: %+v", e.Strong)
			}
			var all float64
			for _, c := range e.Totals() {
				all += c.DynamoDB
			}
			expectNear(t, "the only table's cost", e.Strong[0].Cost, all)
			put := row(t, e, "putProfile", "us-east-1")
			// A write to the table and its index costs 0.625 a million in each US Region.
			expectNear(t, "putProfile", put.DynamoDB, put.Requests/1e6*2*0.625*test.replicas)
		})
	}
}

func TestNewErrors(t *testing.T) {
	unpriced, unknown := production("eu-west-1"), production("us-east-1")
	unknown.Traffic.RequestsPerMonth["getThing"] = 1
	for _, test := range []struct {
		name        string
		environment Environment
		want        string
	}{
		{
			name: "Region without prices", environment: unpriced,
			want: `REGIONS: prices.json has no prices for "eu-west-1": add them, or use ca-central-1, `,
		},
		{
			name: "traffic for an operation that does not exist", environment: unknown,
			want: "traffic.requestsPerMonth has the operation getThing, which does not exist: ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := New(things(), test.environment)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error %v, want %s...", err, test.want)
			}
		})
	}
}

// The repository's own environments, and a developer's without a file.
func TestReadEnvironment(t *testing.T) {
	for _, test := range []struct {
		name      string
		variables map[string]string
		want      string // profile, Regions and users
		wantError string
	}{
		{name: "prod by default", want: "full [us-east-1 us-west-2] 100000"},
		{name: "a developer's", variables: map[string]string{"ENV": "ada"}, want: "lean [us-east-1 us-west-2] 10"},
		{
			name:      "other Regions and profile",
			variables: map[string]string{"ENV": "dev", "REGIONS": "us-east-1", "PROFILE": "lean"},
			want:      "lean [us-east-1] 200",
		},
		{
			name: "unknown profile", variables: map[string]string{"PROFILE": "tiny"},
			wantError: `PROFILE is "tiny": set it to full or lean`,
		},
		{name: "no name", variables: map[string]string{"ENV": "../x"}, wantError: `"../x" is not an environment's name`},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := readEnvironment("../..", func(name string) string { return test.variables[name] })
			if test.wantError != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantError) {
					t.Errorf("error %v, want %s", err, test.wantError)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%s %v %v", e.Profile, e.Regions, e.Traffic.MonthlyUsers); got != test.want {
				t.Errorf("environment %s, want %s", got, test.want)
			}
		})
	}
}

func TestEnvironmentCheck(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Environment)
		want   string
	}{
		{name: "no Region", change: func(e *Environment) { e.Regions = nil }, want: "regions is empty"},
		{
			name: "no default", change: func(e *Environment) { delete(e.Traffic.RequestsPerMonth, "default") },
			want: "traffic.requestsPerMonth has no default",
		},
		{
			name: "negative traffic", change: func(e *Environment) { e.Traffic.RequestsPerMonth["default"] = -1 },
			want: "traffic.requestsPerMonth.default is -1",
		},
		{
			name: "negative users", change: func(e *Environment) { e.Traffic.MonthlyUsers = -1 },
			want: "traffic.monthlyUsers is -1",
		},
		{
			name: "rate above 1", change: func(e *Environment) { e.Traces.Rate = 5 },
			want: "traces.rate is 5: use a share from 0 to 1",
		},
		{
			name: "division by 0", change: func(e *Environment) { e.Health.IntervalSeconds = 0 },
			want: "health.intervalSeconds is 0",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := production("us-east-1")
			test.change(&e)
			if err := e.check(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

// A phone on a mobile network, in the city of the Region and in one inland.
func TestWaits(t *testing.T) {
	e := mustEstimate(t, production("us-east-1", "us-west-2"))
	at := func(city string) int {
		return slices.IndexFunc(e.Cities, func(c City) bool { return c.Name == city })
	}
	t.Run("first and tenth response", func(t *testing.T) {
		w, c := e.Waits[1].Cities[at("Washington")], e.Cities[at("Washington")]
		expectNear(t, "the tenth", w.Tenth, c.RoundTrip+10+15)
		expectNear(t, "the first", w.First, 42+3*c.RoundTrip+10+15)
		if c.RoundTrip < 42 || c.RoundTrip > 44 {
			t.Errorf("the round trip is %v ms, want 42 to 44", c.RoundTrip)
		}
	})
	t.Run("inland", func(t *testing.T) {
		c := e.Cities[at("Denver")]
		plain := c
		plain.Inland, plain.Region, plain.RoundTrip = false, "", 0
		expectNear(t, "the difference", c.RoundTrip-nearest([]City{plain}, e.Environment.Regions, 42)[0].RoundTrip, 12)
	})
	t.Run("one, two and three Regions", func(t *testing.T) {
		var regions [][]string
		for i, w := range e.Waits {
			regions = append(regions, w.Regions)
			if i > 0 && w.Mean.Tenth >= e.Waits[i-1].Mean.Tenth {
				t.Errorf("%v are not faster than %v", w.Regions, e.Waits[i-1].Regions)
			}
		}
		want := [][]string{{"us-east-1"}, {"us-east-1", "us-west-2"}, {"us-east-1", "us-west-2", "us-west-1"}}
		if diff := cmp.Diff(want, regions); diff != "" {
			t.Errorf("Regions (-want +got):\n%s", diff)
		}
	})
}

func TestOutput(t *testing.T) {
	e := mustEstimate(t, production("us-east-1", "us-west-2", "ca-central-1"))
	t.Run("tables", func(t *testing.T) {
		var text strings.Builder
		if err := e.Print(&text); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"getMyAccount", "all Regions", "Toronto", "The fixed costs of each Region", "Assumptions",
			"Not counted", "2026-11-28",
			"users 2000.00 (100000 in Cognito's tier Plus)", "https://aws.amazon.com/waf/pricing/",
		} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("the tables lack %s:\n%s", want, &text)
			}
		}
	})
	t.Run("map is XML", func(t *testing.T) {
		var svg bytes.Buffer
		if err := e.Map(&svg); err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(&svg); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestLabelBeside(t *testing.T) {
	var taken labels
	taken.mark(0, 0, 5)
	taken.mark(60, 2, 5) // in the area of the first one's text
	if at, anchor := taken.beside(0, 0, 5, "Los Angeles"); at != -8 || anchor != "end" {
		t.Errorf("right side taken: %v %s, want -8 end", at, anchor)
	}
	if at, anchor := taken.beside(60, 2, 5, "Phoenix"); at != 68 || anchor != "start" {
		t.Errorf("right side free: %v %s, want 68 start", at, anchor)
	}
}

// TestLeanEnvironmentCostsOnlySecretsAtRest estimates a context with one secret, which has
// a replica.
func TestLeanEnvironmentCostsOnlySecretsAtRest(t *testing.T) {
	environment := production("us-east-1", "us-west-2")
	environment.Profile = ProfileLean
	e := mustEstimate(t, environment)
	expectNear(t, "at rest", e.fixedCost()+e.Secrets+e.healthCost(), 2*0.40)
	get := row(t, e, "getMyAccount", "us-east-1")
	expectNear(t, "the firewall's cost", get.Firewall, 0)
	expectNear(t, "the cost of the function's own metrics", get.Metrics, 6*0.3)
}
