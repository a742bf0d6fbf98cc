package estimate

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
)

func things() []*manifest.Service {
	grant := func(actions ...string) []manifest.Grant { return []manifest.Grant{{Table: "things", Actions: actions}} }
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

func row(t *testing.T, e *Estimate, operation, region string) Row {
	t.Helper()
	for _, r := range e.Rows {
		if r.Operation == operation && r.Region == region {
			return r
		}
	}
	t.Fatalf("no row of %s in %s", operation, region)
	return Row{}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Max(math.Abs(a), math.Abs(b)) }

func TestCostOfOneRegionByHand(t *testing.T) {
	e, err := New(things(), []string{"us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	get := row(t, e, "getMyAccount", "us-east-1")
	want := Cost{
		Requests: 30e6, API: 30 * 3.5, Lambda: 30*0.2 + 30e6*0.015*0.5*0.0000133334,
		DynamoDB: 30 * 0.5 * 0.125, Logs: 30e6 * 2100 / 1e9 * 0.5, XRay: 30 * 0.05 * 5,
	}
	if !near(get.Total(), want.Total()) || !near(get.Lambda, want.Lambda) || !near(get.DynamoDB, want.DynamoDB) {
		t.Errorf("got %+v, want %+v", get.Cost, want)
	}
	if put := row(t, e, "putProfile", "us-east-1"); !near(put.DynamoDB, 0.3*2*0.625) { // the table and its index
		t.Errorf("a write costs %v", put.DynamoDB)
	}
	if check := row(t, e, "check", "us-east-1"); !near(check.Requests, 6*730*3600/10) || check.XRay != 0 {
		t.Errorf("%v health checks, traced for %v", check.Requests, check.XRay)
	}
	if !near(e.Secrets, 0.4) {
		t.Errorf("secrets cost %v", e.Secrets)
	}
	// A firewall, a key, one context's check and the Region's, five metrics for each of six routes and six
	// for its function, alarms on three of each and of the API and on two of a table and its index, two composite alarms, two dashboards.
	if rest := e.restOfARegion(); !near(rest, 9+1+4.75+0.5+(5+6)*6*0.3+(3*6+3+2*2)*0.1+2*0.5+2*3) {
		t.Errorf("a Region at rest costs %v: %+v", rest, e.Rest)
	}
}

func TestFilesThatWouldGiveAWrongSum(t *testing.T) {
	prices := func(data []byte) error { _, err := readPrices(data); return err }
	traffic := func(data []byte) error { _, err := readTraffic(data); return err }
	for _, test := range []struct {
		read           func([]byte) error
		file           []byte
		old, new, want string
	}{
		{prices, pricesFile, `"readPerMillion": 0.125`, `"readPerMilion": 0.125`, `unknown field "readPerMilion"`},
		{prices, pricesFile, `"readPerMillion": 0.125,`, ``, "regions.us-east-1.ReadPerMillion is 0: give a number above 0"},
		{prices, pricesFile, `"firewall": 9.00`, `"firewall": -9`, "atRest.Firewall is -9"},
		{prices, pricesFile, `"date": "2026-11-01"`, `"date": ""`, "say the source and the date"},
		{traffic, trafficFile, `"default": 100000,`, ``, "requestsPerMonth has no default"},
		{traffic, trafficFile, `"default": 100000,`, `"default": -1,`, "requestsPerMonth.default is -1"},
		{traffic, trafficFile, `"tracedShare": 0.05`, `"tracedShare": 5`, "tracedShare is 5: give a share from 0 to 1"},
		{traffic, trafficFile, `"healthCheckSeconds": 10`, `"healthCheckSeconds": 0`, "HealthCheckSeconds is 0: give a number above 0"},
		{traffic, trafficFile, `"durationMilliseconds": 15`, `"durationMilliseconds": "15"`, "cannot unmarshal string"},
	} {
		if !bytes.Contains(test.file, []byte(test.old)) {
			t.Fatalf("%s is not there", test.old)
		}
		err := test.read(bytes.Replace(test.file, []byte(test.old), []byte(test.new), 1))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.new, err, test.want)
		}
	}
}

func TestAnotherRegionIsNearerAndWritesCostMore(t *testing.T) {
	one, err := New(things(), []string{"us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	two, err := New(things(), []string{"us-east-1", "us-west-2"})
	if err != nil {
		t.Fatal(err)
	}
	var requests, writes float64
	for _, region := range two.Regions {
		requests += row(t, two, "getMyAccount", region).Requests
		writes += row(t, two, "putProfile", region).DynamoDB
	}
	if !near(requests, 30e6) {
		t.Errorf("%v requests in both Regions", requests)
	}
	if !near(writes, 2*row(t, one, "putProfile", "us-east-1").DynamoDB) {
		t.Errorf("replicated writes cost %v", writes)
	}
	for i, p := range two.Places {
		if p.RoundTrip > one.Places[i].RoundTrip || p.Name == "Seattle" && (p.Region != "us-west-2" || p.RoundTrip > 20) {
			t.Errorf("%+v, with one Region %+v", p, one.Places[i])
		}
	}
}

func TestUnknownRegionAndOperation(t *testing.T) {
	if _, err := New(things(), []string{"eu-west-1"}); err == nil || !strings.Contains(err.Error(), `no prices of "eu-west-1", only of ca-central-1`) {
		t.Errorf("got %v", err)
	}
	if _, err := New(nil, []string{"us-east-1"}); err == nil || !strings.Contains(err.Error(), "there is no operation") {
		t.Errorf("got %v", err)
	}
}

func TestOutput(t *testing.T) {
	e, err := New(things(), []string{"us-east-1", "us-west-2", "ca-central-1"})
	if err != nil {
		t.Fatal(err)
	}
	var text, svg bytes.Buffer
	if err := errors.Join(e.Print(&text), e.Map(&svg)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"getMyAccount", "all Regions", "Toronto", "A Region at rest", "Assumed", e.Prices.Date} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("lacks %s:\n%s", want, &text)
		}
	}
	d := xml.NewDecoder(&svg)
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestALabelGoesWhereThereIsRoom(t *testing.T) {
	var taken labels
	taken.mark(0, 0, 5)
	taken.mark(60, 2, 5) // where the first one's text would be
	if at, anchor := taken.beside(0, 0, 5, "Los Angeles"); at != -8 || anchor != "end" {
		t.Errorf("beside a taken place: %v %s", at, anchor)
	}
	if at, anchor := taken.beside(60, 2, 5, "Phoenix"); at != 68 || anchor != "start" {
		t.Errorf("beside a free place: %v %s", at, anchor)
	}
}
