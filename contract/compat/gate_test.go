package compat

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
)

func manifests(ordersVersion string) []*manifest.Service {
	return []*manifest.Service{{Name: "parcels", Version: "0.0.1"}, {Name: "orders", Version: ordersVersion}}
}

// Reports on the context orders.
var (
	operationRemoved = Change{
		ID: "api-removed-without-deprecation", Level: Breaking, Verdict: BreaksClients, Operation: "POST /orders",
		Text: "removed",
	}
	summaryChanged = Change{ID: documentation, Level: None, Operation: "GET /orders", Text: "`summary` changed"}

	breakingReport = Report{
		Context: "orders", Base: "orders/v1.2.3", Current: "1.2.3", Level: Breaking, Bump: Major, Next: "2.0.0",
		Changes: []Change{operationRemoved, summaryChanged},
	}
	documentationReport = Report{
		Context: "orders", Base: "orders/v1.2.3", Current: "1.2.3", Level: None, Bump: Patch, Next: "1.2.4",
		Changes: []Change{summaryChanged},
	}
	unchangedReport = Report{
		Context: "orders", Base: "orders/v1.2.3", Current: "1.2.3", Level: None, Bump: NoBump, Next: "1.2.3",
	}
	firstReport = Report{Context: "orders", First: true, Level: None, Bump: NoBump, Next: "0.1.0"}
)

func TestGate(t *testing.T) {
	deprecated := Change{ID: removedWithWarning, Operation: "GET /a"}
	notDeprecated := Change{ID: removedWithoutWarning, Operation: "GET /b"}
	for _, test := range []struct {
		name    string
		report  Report
		version string
		want    []string // contained in the error; nil if the report must pass
	}{
		{name: "unchanged", report: unchangedReport, version: "1.2.3"},
		{name: "unchanged with a higher version", report: unchangedReport, version: "1.9.0"},
		{
			name: "lower than the release", report: unchangedReport, version: "1.2.2",
			want: []string{"orders", "1.2.2", "1.2.3 is already released"},
		},
		{name: "first release", report: firstReport, version: "0.1.0"},
		{
			name: "documentation without a bump", report: documentationReport, version: "1.2.3",
			want: []string{"1.2.4", "changed since orders/v1.2.3: GET /orders: `summary` changed"},
		},
		{name: "documentation with a patch", report: documentationReport, version: "1.2.4"},
		{
			name: "breaking without a bump", report: breakingReport, version: "1.2.3",
			want: []string{
				"orders", "1.2.3", "2.0.0", "breaking change since orders/v1.2.3", "POST /orders: removed",
				"mage generate",
			},
		},
		{name: "breaking with a minor", report: breakingReport, version: "1.10.0", want: []string{"2.0.0"}},
		{name: "breaking with a major", report: breakingReport, version: "2.0.0"},
		{name: "breaking with a prerelease of a major", report: breakingReport, version: "2.0.0-rc.1"},
		{
			name: "breaking with a prerelease of a minor", report: breakingReport, version: "1.9.0-rc.1",
			want: []string{"2.0.0"},
		},
		{
			name: "invalid version", report: unchangedReport, version: "next",
			want: []string{`"next" is not a semantic version`},
		},
		{
			name: "no manifest", report: Report{Context: "nowhere"}, version: "1.0.0",
			want: []string{"nowhere", "no manifest"},
		},
		{
			name:   "removed without deprecation",
			report: Report{Context: "old", Base: "main", Removed: true, Changes: []Change{deprecated, notDeprecated}},
			want:   []string{"old", "GET /b", "deprecated in main"},
		},
		{
			name:   "removed after a deprecation",
			report: Report{Context: "old", Base: "main", Removed: true, Changes: []Change{deprecated}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := Gate([]Report{test.report}, manifests(test.version))
			if test.want == nil {
				if err != nil {
					t.Errorf("error %v, want none", err)
				}
				return
			}
			if err == nil {
				t.Fatalf("no error, want one with %q", test.want)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not contain %q", err, want)
				}
			}
		})
	}
}

func TestGateReturnsOneLineForEachContext(t *testing.T) {
	err := Gate([]Report{breakingReport, breakingReport}, manifests("1.2.3"))
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("error %q, want two lines", err)
	}
}

func TestGateOfARepository(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3", "parcels/v0.1.0")
	repo.spec("orders", breaking)
	repo.spec("parcels", breaking)
	services := []*manifest.Service{{Name: "orders", Version: "1.2.3"}, {Name: "parcels", Version: "0.2.0"}}
	err := Gate(repo.run(""), services)
	if err == nil || !strings.Contains(err.Error(), "orders: version 1.2.3 is too low, it must be 2.0.0 or higher") {
		t.Errorf("error %v, want one about the version of orders", err)
	}
	if err != nil && strings.Contains(err.Error(), "parcels") {
		t.Errorf("error %v is about parcels, whose version is high enough", err)
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
		{version: "1.2.3", level: Breaking, changed: true, bump: Major, next: "2.0.0"},
		{version: "1.2.3", level: Compatible, changed: true, bump: Minor, next: "1.3.0"},
		{version: "1.2.3", level: None, changed: true, bump: Patch, next: "1.2.4"},
		{version: "1.2.3", level: None, changed: false, bump: NoBump, next: "1.2.3"},
		{version: "0.2.3", level: Breaking, changed: true, bump: Minor, next: "0.3.0"},
		{version: "0.2.3", level: Compatible, changed: true, bump: Patch, next: "0.2.4"},
		{version: "0.0.3", level: Breaking, changed: true, bump: Minor, next: "0.1.0"},
		{version: "1.3.0-rc.1", level: Compatible, changed: true, bump: Minor, next: "1.3.0"},
		{version: "1.3.0-rc.1", level: None, changed: false, bump: NoBump, next: "1.3.0-rc.1"},
		{version: "1.2.3+b.4", level: Compatible, changed: true, bump: Minor, next: "1.3.0"},
	} {
		t.Run(test.version+" "+string(test.level), func(t *testing.T) {
			step, next, err := Next(test.version, test.level, test.changed)
			if err != nil || step != test.bump || next != test.next {
				t.Errorf("bump %s to %s, error %v; want %s to %s", step, next, err, test.bump, test.next)
			}
		})
	}
}

func TestBumpRefusesInvalidVersions(t *testing.T) {
	for _, version := range []string{"", "1", "1.2", "v1.2.3", "1.2.x", "latest", "99999999999999999999.0.0"} {
		t.Run(version, func(t *testing.T) {
			if _, next, err := Next(version, None, true); err == nil {
				t.Errorf("next version %s, want an error", next)
			}
		})
	}
}

func TestBreakingReturnsOnlyBreakingChanges(t *testing.T) {
	if diff := cmp.Diff([]Change{operationRemoved}, breakingReport.Breaking()); diff != "" {
		t.Errorf("breaking changes of a mixed report (-want +got):\n%s", diff)
	}
	only := Report{Changes: slices.Repeat([]Change{operationRemoved}, 2)}
	if diff := cmp.Diff(only.Changes, only.Breaking()); diff != "" {
		t.Errorf("breaking changes of a report without others (-want +got):\n%s", diff)
	}
}
