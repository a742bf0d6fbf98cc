package dynamodb

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/memory"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
)

func TestOpenRefuses(t *testing.T) {
	hash := manifest.Key{Name: "id", Type: "S"}
	table := func(t manifest.Table) map[string]manifest.Table { return map[string]manifest.Table{"the-table": t} }
	duplicate := manifest.Table{HashKey: hash, Indexes: map[string]manifest.Index{
		"byId": {HashKey: manifest.Key{Name: "id", Type: "N"}, Projection: "ALL"},
	}}
	projection := manifest.Table{HashKey: hash, Indexes: map[string]manifest.Index{
		"byId": {HashKey: hash, Projection: "SOME"},
	}}
	for _, test := range []struct {
		name string
		cfg  Config
		want []string // parts of the error
	}{
		{name: "no Regions", cfg: Config{}, want: []string{"no Regions"}},
		{name: "duplicate Region", cfg: Config{Regions: []string{"a", "a"}}, want: []string{"unique"}},
		{name: "empty Region", cfg: Config{Regions: []string{""}}, want: []string{"unique"}},
		{name: "negative lag", cfg: Config{Regions: []string{"a"}, Lag: -1}, want: []string{"Lag"}},
		{
			name: "invalid URL", cfg: Config{Regions: []string{"a"}, Remote: "127.0.0.1:8000"},
			want: []string{"127.0.0.1:8000", "http://"},
		},
		{
			name: "key type",
			cfg:  Config{Regions: []string{"a"}, Tables: table(manifest.Table{HashKey: manifest.Key{Name: "id", Type: "BOOL"}})},
			want: []string{"the-table", "BOOL", "S, N or B"},
		},
		{
			name: "key with two types", cfg: Config{Regions: []string{"a"}, Tables: table(duplicate)},
			want: []string{"the-table", `"id"`, "S and N"},
		},
		{
			name: "projection", cfg: Config{Regions: []string{"a"}, Tables: table(projection)},
			want: []string{"the-table", "in a", "SOME"},
		},
		{
			name: "table name",
			cfg:  Config{Regions: []string{"a"}, Tables: map[string]manifest.Table{"x": {HashKey: hash}}},
			want: []string{"table x in a"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			g, err := Open(t.Context(), test.cfg)
			if err == nil {
				g.Close()
				t.Fatal("Open succeeded")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q lacks %q", err, want)
				}
			}
		})
	}
}

func TestOpenWithoutDynamoDBLocal(t *testing.T) {
	nobody := httptest.NewServer(http.NotFoundHandler())
	url := nobody.URL
	_, err := Open(t.Context(), Config{Regions: []string{"a"}, Remote: url})
	if err == nil || !strings.Contains(err.Error(), url) || !strings.Contains(err.Error(), "404") {
		t.Errorf("another server: %v", err)
	}
	nobody.Close()
	_, err = Open(t.Context(), Config{Regions: []string{"a"}, Remote: url})
	if err == nil || !strings.Contains(err.Error(), url) || !strings.Contains(err.Error(), "start one") ||
		strings.Contains(err.Error(), "\n") {
		t.Errorf("no server: %v", err)
	}
}

// TestReopen reopens a Global on engines that keep their data, like DynamoDB Local.
func TestReopen(t *testing.T) {
	opts := defaults()
	kept := map[string]engine{}
	opts.engine = func(region string) engine {
		if kept[region] == nil {
			kept[region] = memory.New(memory.Options{Region: region, Now: time.Now})
		}
		return kept[region]
	}
	cfg := Config{Regions: threeRegions, Tables: counters("until"), Log: quiet()}
	first, err := open(t.Context(), cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	h := first.Handler(threeRegions[0])
	for _, id := range []string{"kept", "expired"} {
		mustSend(t, h, "PutItem", `{"TableName":"test-counters","Item":{"id":{"S":"`+id+`"},"n":{"N":"1"}}}`)
	}
	if response := send(h, "PutItem", `{"TableName":"test-counters","Item":{"id":{"S":"expired"},"n":{"N":"1"},`+
		`"until":{"N":"1700000000"}}}`); response.Code != 200 {
		t.Fatal(response.Body)
	}
	if err := first.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	w := openTestAt(t, cfg, opts)
	a, b, c := w.peers()
	a.wantCounter("kept", 1)
	a.remove("kept") // the item is known to exist, so its deletion is replicated
	w.regions[threeRegions[1]].sweep(t.Context())
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.wantCounter("kept", gone)
		p.wantCounter("expired", gone)
	}

	cfg.Tables = map[string]manifest.Table{"test-counters": {HashKey: manifest.Key{Name: "name", Type: "N"}}}
	_, err = open(t.Context(), cfg, opts)
	if err == nil {
		t.Fatal("opened a table with other keys")
	}
	for _, want := range []string{"test-counters", threeRegions[0], "(id S)", "(name N)", "delete the existing table"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
}

func TestReopenDynamoDBLocal(t *testing.T) {
	url := dynamodbtest.LocalURL(t)
	cfg := Config{
		Regions: threeRegions[:2],
		Remote:  url,
		Log:     quiet(),
		Tables:  map[string]manifest.Table{"reopened": conformanceTables["two"]},
	}
	openSuite(t, cfg).Close()
	openTest(t, cfg).Close() // adopts the tables of the first
	cfg.Tables = map[string]manifest.Table{"reopened": conformanceTables["one"]}
	if g, err := Open(t.Context(), cfg); err == nil {
		g.Close()
		t.Error("opened a table with other keys")
	} else if !strings.Contains(err.Error(), "all (g S, r N) ALL") {
		t.Error(err)
	}
}

func TestLinks(t *testing.T) {
	w := openTest(t, Config{Regions: threeRegions, Tables: counters("")})
	for _, pair := range [][2]string{{"eu-west-1", "eu-west-1"}, {"eu-west-1", "mars-1"}, {"", ""}} {
		if err := w.Cut(pair[0], pair[1]); err == nil || !strings.Contains(err.Error(), "eu-west-1, us-east-1") {
			t.Errorf("cut %q: %v", pair, err)
		}
		if err := w.Heal(pair[0], pair[1]); err == nil {
			t.Errorf("healed %q", pair)
		}
	}
	// Settled must not wait for a link that is cut, and must return when its context ends.
	slow := openTest(t, Config{Regions: threeRegions, Tables: counters(""), Lag: time.Hour})
	a, _, _ := slow.peers()
	a.put("x", 1)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := slow.Settled(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("settled: %v", err)
	}
	for n, from := range threeRegions {
		if err := slow.Cut(from, threeRegions[(n+1)%len(threeRegions)]); err != nil {
			t.Fatal(err)
		}
	}
	slow.settle()
}

func TestCloseStopsGoroutines(t *testing.T) {
	goroutines := func() int {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		return len(slices.DeleteFunc(strings.Split(string(stacks), "\n\n"), func(stack string) bool {
			return !strings.Contains(stack, "dynamodb.(*link)") && !strings.Contains(stack, "dynamodb.(*region)") &&
				!strings.Contains(stack, "dynamodb.(*Global)")
		}))
	}
	before := goroutines()
	g, err := Open(t.Context(), Config{Regions: threeRegions, Tables: counters("until"), Lag: time.Hour, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	h := g.Handler(threeRegions[0])
	send(h, "PutItem", `{"TableName":"test-counters","Item":{"id":{"S":"x"},"n":{"N":"1"}}}`)
	if err := g.Cut(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	if after := goroutines(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	if err := g.Close(); err != nil {
		t.Error("closed twice:", err)
	}
}
