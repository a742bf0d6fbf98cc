package compat

import (
	"testing"
	"time"
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
