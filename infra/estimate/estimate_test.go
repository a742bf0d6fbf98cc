package estimate

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meridian-api/meridian/contract/manifest"
)

// things returns a context with a table, a secret and functions for the operations
// that traffic.json names.
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

// mustEstimate estimates things in the Regions.
func mustEstimate(t *testing.T, regions ...string) *Estimate {
	t.Helper()
	e, err := New(things(), regions, "full")
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

// The expected numbers are computed by hand from prices.json and traffic.json.
func TestCostInOneRegion(t *testing.T) {
	e := mustEstimate(t, "us-east-1")
	t.Run("read", func(t *testing.T) {
		want := Cost{
			Requests: 30e6, API: 30 * 3.5, Lambda: 30*0.2 + 30e6*0.015*0.5*0.0000133334,
			DynamoDB: 30 * 0.5 * 0.125, Logs: 30e6 * 2100 / 1e9 * 0.5, XRay: 30 * 0.05 * 5,
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
		expectNear(t, "the number of requests", check.Requests, 6*730*3600/10)
		expectNear(t, "X-Ray's cost", check.XRay, 0)
	})
	t.Run("secrets", func(t *testing.T) { expectNear(t, "the cost", e.Secrets, 0.4) })
	t.Run("fixed", func(t *testing.T) {
		// A firewall, a key, one context's check and the Region's, five metrics for each of six
		// routes and six for its function, alarms on three of each and of the API and on two of a
		// table and its index, two composite alarms, two dashboards.
		expectNear(t, "the cost", e.fixedCost(), 9+1+4.75+0.5+(5+6)*6*0.3+(3*6+3+2*2)*0.1+2*0.5+2*3)
	})
}

func TestMalformedFiles(t *testing.T) {
	prices := func(data []byte) error { _, err := readPrices(data); return err }
	traffic := func(data []byte) error { _, err := readTraffic(data); return err }
	for _, test := range []struct {
		name             string
		read             func([]byte) error
		file             []byte
		old, replacement string
		want             string
	}{
		{
			name: "misspelt price", read: prices, file: pricesFile,
			old: `"readPerMillion": 0.125`, replacement: `"readPerMilion": 0.125`,
			want: `unknown field "readPerMilion"`,
		},
		{
			name: "missing price", read: prices, file: pricesFile,
			old: `"readPerMillion": 0.125,`, replacement: ``,
			want: "regions.us-east-1.ReadPerMillion is 0: use a number above 0",
		},
		{
			name: "negative price", read: prices, file: pricesFile,
			old: `"firewall": 9.00`, replacement: `"firewall": -9`,
			want: "atRest.Firewall is -9",
		},
		{
			name: "no date", read: prices, file: pricesFile,
			old: `"date": "2026-11-01"`, replacement: `"date": ""`,
			want: "set the source and the date",
		},
		{
			name: "no default", read: traffic, file: trafficFile,
			old: `"default": 100000,`, replacement: ``,
			want: "requestsPerMonth has no default",
		},
		{
			name: "negative traffic", read: traffic, file: trafficFile,
			old: `"default": 100000,`, replacement: `"default": -1,`,
			want: "requestsPerMonth.default is -1",
		},
		{
			name: "share above 1", read: traffic, file: trafficFile,
			old: `"tracedShare": 0.05`, replacement: `"tracedShare": 5`,
			want: "tracedShare is 5: use a share from 0 to 1",
		},
		{
			name: "division by 0", read: traffic, file: trafficFile,
			old: `"healthCheckSeconds": 10`, replacement: `"healthCheckSeconds": 0`,
			want: "HealthCheckSeconds is 0: use a number above 0",
		},
		{
			name: "string in place of a number", read: traffic, file: trafficFile,
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

func TestSecondRegion(t *testing.T) {
	one, two := mustEstimate(t, "us-east-1"), mustEstimate(t, "us-east-1", "us-west-2")
	t.Run("requests are shared", func(t *testing.T) {
		var requests float64
		for _, region := range two.Regions {
			requests += row(t, two, "getMyAccount", region).Requests
		}
		expectNear(t, "the number of requests in both Regions", requests, 30e6)
	})
	t.Run("writes cost twice as much", func(t *testing.T) {
		var writes float64
		for _, region := range two.Regions {
			writes += row(t, two, "putProfile", region).DynamoDB
		}
		expectNear(t, "the cost of writes", writes, 2*row(t, one, "putProfile", "us-east-1").DynamoDB)
	})
	t.Run("no round trip is longer", func(t *testing.T) {
		for i, c := range two.Cities {
			if c.RoundTrip > one.Cities[i].RoundTrip {
				t.Errorf("with two Regions %+v, with one %+v", c, one.Cities[i])
			}
			if c.Name == "Seattle" && (c.Region != "us-west-2" || c.RoundTrip > 20) {
				t.Errorf("%+v, want us-west-2 within 20 ms", c)
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
			e, err := New(services, test.regions, "full")
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
	for _, test := range []struct {
		name     string
		services []*manifest.Service
		region   string
		want     string
	}{
		{
			name: "Region without prices", services: things(), region: "eu-west-1",
			want: `REGIONS: prices.json has no prices for "eu-west-1": add them, or use ca-central-1, `,
		},
		{
			name: "traffic for an operation that does not exist", region: "us-east-1",
			want: "traffic.json: requestsPerMonth has the operation ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := New(test.services, []string{test.region}, "full")
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error %v, want %s...", err, test.want)
			}
		})
	}
}

func TestOutput(t *testing.T) {
	e := mustEstimate(t, "us-east-1", "us-west-2", "ca-central-1")
	t.Run("tables", func(t *testing.T) {
		var text strings.Builder
		if err := e.Print(&text); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"getMyAccount", "all Regions", "Toronto", "The fixed costs of a Region", "Assumptions", e.Prices.Date,
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
	e, err := New(things(), []string{"us-east-1", "us-west-2"}, ProfileLean)
	if err != nil {
		t.Fatal(err)
	}
	expectNear(t, "at rest", e.fixedCost()+e.Secrets+e.healthCost(), 2*0.40)
}
