package dynamodb

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// arrivals writes a transaction of ten items in one Region and returns the order in which
// another Region receives them, by seed of the random delays. Items that arrive within
// one millisecond are in one group.
func arrivals(t *testing.T, seed uint64) (groups [][]string) {
	synctest.Test(t, func(t *testing.T) {
		opts := defaults()
		opts.seed, opts.sweep = seed, time.Hour
		cfg := Config{Regions: threeRegions[:2], Tables: counters(""), Lag: 100 * time.Millisecond, Log: quiet()}
		g, err := open(t.Context(), cfg, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer g.Close()
		var writes []string
		for n := range 10 {
			writes = append(writes, fmt.Sprintf(`{"Put":{"TableName":"test-counters","Item":{"id":{"S":"%d"}}}}`, n))
		}
		mustSend(t, g.Handler(threeRegions[0]), "TransactWriteItems", `{"TransactItems":[`+strings.Join(writes, ",")+`]}`)
		var seen []string
		for begin := time.Now(); len(seen) < len(writes); time.Sleep(time.Millisecond) {
			if time.Since(begin) > time.Second {
				t.Fatalf("only %d of %d items arrived", len(seen), len(writes))
			}
			scan := mustSend(t, g.Handler(threeRegions[1]), "Scan", `{"TableName":"test-counters"}`)
			var out struct {
				Items []struct{ ID struct{ S string } }
			}
			if err := json.Unmarshal(scan.Body.Bytes(), &out); err != nil {
				t.Fatal(err)
			}
			var group []string
			for _, item := range out.Items {
				if !slices.Contains(seen, item.ID.S) {
					group = append(group, item.ID.S)
				}
			}
			if len(group) > 0 && time.Since(begin) < cfg.Lag {
				t.Errorf("items %v arrived after %v, before the lag", group, time.Since(begin))
			}
			if len(group) > 0 {
				slices.Sort(group)
				groups, seen = append(groups, group), append(seen, group...)
			}
		}
	})
	return groups
}

// TestTransactionArrivesItemByItem checks that another Region sees parts of a
// transaction, in an order that the seed decides.
func TestTransactionArrivesItemByItem(t *testing.T) {
	first := arrivals(t, 1)
	if len(first) < 5 {
		t.Errorf("the transaction arrived in %d parts: %v", len(first), first)
	}
	if slices.IsSorted(slices.Concat(first...)) {
		t.Errorf("the items arrived in the order of the transaction: %v", first)
	}
	if diff := cmp.Diff(first, arrivals(t, 1)); diff != "" {
		t.Errorf("the same seed leads to another order (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(first, arrivals(t, 2)); diff == "" {
		t.Errorf("another seed leads to the same order: %v", first)
	}
}
