package deploy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/release"
)

func TestMarkers(t *testing.T) {
	first := &release.Release{
		Commit: "aaaa", Modules: map[string]string{"orders": "v1.0.0", "sales": "v2.0.0"},
		Manifests: map[string]release.File{"orders": {SHA256: "m1"}, "sales": {SHA256: "m2"}},
		Functions: map[string]map[string]release.File{"orders": {"get": {SHA256: "f1"}}},
		Origins:   map[string]release.Origin{"sales": {Commit: "bbbb"}},
	}
	second := *first
	second.Commit, second.Modules = "cccc", map[string]string{"orders": "v1.1.0", "sales": "v2.0.0"}
	second.Functions = map[string]map[string]release.File{"orders": {"get": {SHA256: "f2"}}}
	start := time.Date(2026, 11, 2, 3, 4, 5, 678, time.UTC)

	type line struct{ Context, Version, Commit, Time string }
	lines := func(markers map[string][]Marker) (list []line) {
		for _, context := range []string{"orders", "sales"} {
			for _, m := range markers[context] {
				list = append(list, line{context, m.Version, m.Commit, m.Time.Format(time.RFC3339Nano)})
			}
		}
		return list
	}
	markers := marked(nil, first, start)
	want := []line{
		{"orders", "v1.0.0", "aaaa", "2026-11-02T03:04:05Z"},
		{"sales", "v2.0.0", "bbbb", "2026-11-02T03:04:05Z"},
	}
	if diff := cmp.Diff(want, lines(markers)); diff != "" {
		t.Errorf("the first release (-want +got):\n%s", diff)
	}
	markers = marked(markers, first, start.Add(time.Hour))
	if diff := cmp.Diff(want, lines(markers)); diff != "" {
		t.Errorf("the same release again (-want +got):\n%s", diff)
	}
	markers = marked(markers, &second, start.Add(time.Hour))
	want = append([]line{{"orders", "v1.1.0", "cccc", "2026-11-02T04:04:05Z"}}, want...)
	if diff := cmp.Diff(want, lines(markers)); diff != "" {
		t.Errorf("a release that changes one context (-want +got):\n%s", diff)
	}
	for i := range 10 {
		markers = marked(markers, []*release.Release{first, &second}[i%2], start)
	}
	if n := len(markers["orders"]); n != 5 {
		t.Errorf("%d markers of orders are kept, want 5", n)
	}
	second.Manifests = map[string]release.File{"sales": {SHA256: "m2"}}
	if left := marked(markers, &second, start)["orders"]; left != nil {
		t.Errorf("a context that is gone has the markers %v", left)
	}
}
