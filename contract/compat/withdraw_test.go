package compat

import (
	"slices"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
)

// TestWithdraw removes an operation that earlier releases deprecated.
func TestWithdraw(t *testing.T) {
	deprecate := func(spec object) { operationOf(spec, "/orders", "post")["deprecated"] = true }
	keep := func(object) {}
	type release struct {
		version string
		days    int // before the removal
		edit    func(object)
	}
	for _, test := range []struct {
		name     string
		releases []release
		level    Level
		next     string
		text     string
		advice   string
	}{
		{
			name:     "after the notice",
			releases: []release{{"1.2.0", 400, keep}, {"1.3.0", 180, deprecate}, {"1.4.0", 2, deprecate}},
			level:    Compatible, next: "1.5.0", text: "withdrawn, 180 days after orders/v1.3.0 deprecated it",
		},
		{
			name:     "too early",
			releases: []release{{"1.2.0", 400, keep}, {"1.3.0", 179, deprecate}},
			level:    Breaking, next: "2.0.0", text: "api removed with deprecation",
			advice: "withdraw it 180 days after the release that deprecated it (orders/v1.3.0, 179 days ago)",
		},
		{
			name: "the deprecation was taken back in between",
			releases: []release{
				{"1.2.0", 400, deprecate}, {"1.3.0", 300, keep}, {"1.4.0", 20, deprecate},
			},
			level: Breaking, next: "2.0.0", text: "api removed with deprecation",
			advice: "withdraw it 180 days after the release that deprecated it (orders/v1.4.0, 20 days ago)",
		},
		{
			name: "without a deprecation", releases: []release{{"1.2.0", 400, keep}},
			level: Breaking, next: "2.0.0", text: "api removed without deprecation",
		},
		{
			name:     "before 1.0.0",
			releases: []release{{"0.2.0", 400, deprecate}},
			level:    Breaking, next: "0.3.0", text: "api removed with deprecation",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			repo := newMonorepo(t)
			end := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
			at := func(days int) {
				t.Setenv("GIT_COMMITTER_DATE", end.AddDate(0, 0, -days).Format(time.RFC3339))
			}
			for _, r := range test.releases {
				at(r.days)
				repo.spec("orders", r.edit)
				repo.version("orders", r.version)
				repo.commit("orders/v" + r.version)
			}
			at(0)
			repo.spec("orders", breaking)
			repo.commit()
			got := repo.report("", "orders")
			if got.Level != test.level || got.Next != test.next {
				t.Errorf("level %s, next version %s, want %s and %s", got.Level, got.Next, test.level, test.next)
			}
			for _, c := range got.Changes {
				if c.Operation == "POST /orders" {
					if c.Text != test.text || c.Advice != test.advice {
						t.Errorf("text %q, advice %q\nwant %q and %q", c.Text, c.Advice, test.text, test.advice)
					}
					return
				}
			}
			t.Errorf("no change of POST /orders in %v", got.Changes)
		})
	}
}

// TestDeprecations checks the dates that the portal shows.
func TestDeprecations(t *testing.T) {
	repo := newMonorepo(t)
	first := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	deprecate := func(spec object) { operationOf(spec, "/orders", "post")["deprecated"] = true }
	for i, version := range []string{"1.2.0", "1.3.0"} {
		t.Setenv("GIT_COMMITTER_DATE", first.AddDate(0, i, 0).Format(time.RFC3339))
		repo.spec("orders", deprecate)
		repo.version("orders", version)
		repo.commit("orders/v" + version)
	}
	ws, err := workspace.Find(repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Deprecations(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	got = slices.DeleteFunc(got, func(d Deprecation) bool { return d.Operation == "GET /orders/old" })
	if len(got) != 1 || got[0].Operation != "POST /orders" || got[0].Tag != "orders/v1.2.0" || !got[0].Time.Equal(first) {
		t.Fatalf("deprecations %+v, want POST /orders in orders/v1.2.0 at %s", got, first)
	}
	if ends := got[0].Ends(); !ends.Equal(first.AddDate(0, 0, 180)) {
		t.Errorf("it ends at %s, want 180 days later", ends)
	}
}
