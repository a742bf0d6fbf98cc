package compat

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
)

func orders(version string) []*manifest.Service {
	return []*manifest.Service{{Name: "parcels", Version: "0.0.1"}, {Name: "orders", Version: version}}
}

func TestGate(t *testing.T) {
	removed := Change{ID: "api-removed-without-deprecation", Level: Breaking, Operation: "POST /orders", Text: "removed"}
	words := Change{ID: documentation, Level: None, Operation: "GET /orders", Text: "`summary` changed"}
	broken := Report{Context: "orders", Base: "orders/v1.2.3", Current: "1.2.3", Level: Breaking, Bump: Major, Next: "2.0.0", Changes: []Change{removed, words}}
	worded := Report{Context: "orders", Base: "orders/v1.2.3", Current: "1.2.3", Level: None, Bump: Patch, Next: "1.2.4", Changes: []Change{words}}
	same := Report{Context: "orders", Base: "orders/v1.2.3", Current: "1.2.3", Level: None, Bump: NoBump, Next: "1.2.3"}
	first := Report{Context: "orders", First: true, Level: None, Bump: NoBump, Next: "0.1.0"}
	for _, test := range []struct {
		name    string
		report  Report
		version string
		want    []string // in the error; none passes
	}{
		{"as released", same, "1.2.3", nil},
		{"ahead of need", same, "1.9.0", nil},
		{"lower than released", same, "1.2.2", []string{"orders", "1.2.2", "1.2.3 is released"}},
		{"first", first, "0.1.0", nil},
		{"words without a bump", worded, "1.2.3", []string{"1.2.4", "GET /orders: `summary` changed"}},
		{"words with one", worded, "1.2.4", nil},
		{"broken without a bump", broken, "1.2.3", []string{"orders", "1.2.3", "2.0.0", "breaking since orders/v1.2.3", "POST /orders: removed", "mage generate"}},
		{"broken with too little", broken, "1.10.0", []string{"2.0.0"}},
		{"broken with enough", broken, "2.0.0", nil},
		{"a prerelease of enough", broken, "2.0.0-rc.1", nil},
		{"a prerelease of too little", broken, "1.9.0-rc.1", []string{"2.0.0"}},
		{"no version", same, "next", []string{`"next" is not a semantic version`}},
		{"not whose manifest is there", Report{Context: "nowhere"}, "1.0.0", []string{"nowhere", "no manifest"}},
		{"gone without warning", Report{Context: "old", Base: "main", Removed: true, Changes: []Change{
			{ID: removedWithWarning, Operation: "GET /a"}, {ID: removedWithoutWarning, Operation: "GET /b"}}}, "1.0.0", []string{"old", "GET /b", "deprecated"}},
		{"gone with warning", Report{Context: "old", Base: "main", Removed: true, Changes: []Change{{ID: removedWithWarning, Operation: "GET /a"}}}, "1.0.0", nil},
	} {
		err := Gate([]Report{test.report}, orders(test.version))
		if (err != nil) != (test.want != nil) {
			t.Errorf("%s: %v", test.name, err)
		}
		for _, want := range test.want {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q should tell %q", test.name, err, want)
			}
		}
	}
	if err := Gate([]Report{broken, broken}, orders("1.2.3")); strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("a line for each context: %q", err)
	}
}

func TestGateOfARepository(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3", "parcels/v0.1.0")
	repo.spec("orders", breaking)
	repo.spec("parcels", breaking)
	err := Gate(repo.run(""), []*manifest.Service{{Name: "orders", Version: "1.2.3"}, {Name: "parcels", Version: "0.2.0"}})
	if err == nil || !strings.Contains(err.Error(), "orders: version 1.2.3 is too low, 2.0.0 or higher") || strings.Contains(err.Error(), "parcels") {
		t.Errorf("got %v", err)
	}
}

func TestBump(t *testing.T) {
	for _, test := range []struct {
		version string
		level   Level
		changed bool
		bump    Bump
		next    string
	}{
		{"1.2.3", Breaking, true, Major, "2.0.0"},
		{"1.2.3", Compatible, true, Minor, "1.3.0"},
		{"1.2.3", None, true, Patch, "1.2.4"},
		{"1.2.3", None, false, NoBump, "1.2.3"},
		{"0.2.3", Breaking, true, Minor, "0.3.0"},
		{"0.2.3", Compatible, true, Patch, "0.2.4"},
		{"0.0.3", Breaking, true, Minor, "0.1.0"},
		{"1.3.0-rc.1", Compatible, true, Minor, "1.3.0"},
		{"1.2.3+b.4", Compatible, true, Minor, "1.3.0"},
	} {
		step, next, err := bump(test.version, test.level, test.changed)
		if err != nil || step != test.bump || next != test.next {
			t.Errorf("%+v: got %s, %s, %v", test, step, next, err)
		}
	}
	for _, version := range []string{"", "1", "1.2", "v1.2.3", "1.2.x", "latest", "99999999999999999999.0.0"} {
		if _, next, err := bump(version, None, true); err == nil {
			t.Errorf("%q should be refused, not followed by %s", version, next)
		}
	}
}

const printed = `CONTEXT  SINCE          VERDICT        CHANGES                           LEAST NEXT VERSION
billing  -              first release  -                                 0.1.0
old      main           removed        1 breaking                        -
orders   orders/v1.2.3  breaking       1 breaking, 1 compatible, 2 in words  2.0.0 (major)
parcels  parcels/v1.0.0 unchanged      -                                 none
`

func TestPrint(t *testing.T) {
	reports := []Report{
		{Context: "billing", First: true, Level: None, Next: "0.1.0", Changes: []Change{}},
		{Context: "old", Base: "main", Level: Breaking, Removed: true, Changes: []Change{{Level: Breaking, Operation: "GET /old", Text: "gone", Place: "main:old/openapi.json#/paths/~1old/get"}}},
		{Context: "orders", Base: "orders/v1.2.3", Level: Breaking, Bump: Major, Current: "1.2.3", Next: "2.0.0", Changes: []Change{
			{Level: Breaking, Operation: "POST /orders", Text: "removed", Place: "orders/v1.2.3:orders/openapi.json:12"},
			{Level: Compatible, Operation: "GET /orders", Text: "deprecated", Place: "orders/openapi.json:3"},
			{Level: None, Text: "`description` changed"}, {Level: None, Text: "`summary` changed"}}},
		{Context: "parcels", Base: "parcels/v1.0.0", Level: None, Bump: NoBump, Current: "1.0.0", Next: "1.0.0", Changes: []Change{}},
	}
	var out bytes.Buffer
	if err := Print(&out, reports); err != nil {
		t.Fatal(err)
	}
	const details = `
old since main
  breaking    GET /old: gone
              main:old/openapi.json#/paths/~1old/get

orders since orders/v1.2.3
  breaking    POST /orders: removed
              orders/v1.2.3:orders/openapi.json:12
  compatible  GET /orders: deprecated
              orders/openapi.json:3
`
	columns := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	table, rest, _ := strings.Cut(out.String(), "\n\n")
	if columns(table) != columns(printed) || "\n"+rest != details {
		t.Errorf("got\n%s", &out)
	}

	out.Reset()
	if err := JSON(&out, reports); err != nil {
		t.Fatal(err)
	}
	var back []Report
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || len(back) != 4 || back[2].Changes[0] != reports[2].Changes[0] {
		t.Errorf("%v: got %s", err, &out)
	}
	out.Reset()
	if err := JSON(&out, nil); err != nil || out.String() != "[]\n" {
		t.Errorf("no reports are an empty list: %v %q", err, &out)
	}
	if got := len(reports[2].Breaking()); got != 1 {
		t.Errorf("%d breaking", got)
	}
	r, w := io.Pipe()
	r.CloseWithError(errors.New("gone"))
	if err := Print(w, reports); err == nil {
		t.Error("a writer that fails should be told")
	}
}
