package dynamodb

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// TestConvergence writes random changes to a few items in three Regions, while links are
// cut and healed at random. In the end all Regions must have the same data. The seed
// decides the writes but not how they interleave.
func TestConvergence(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			opts := defaults()
			opts.sweep = time.Hour // the test compares the stamps of deleted items
			w := openTestAt(t, Config{Regions: threeRegions, Tables: counters("")}, opts)
			var writers sync.WaitGroup
			for n, region := range threeRegions {
				h, random := w.Handler(region), rand.New(rand.NewPCG(seed, uint64(n)))
				writers.Go(func() {
					for step := range 150 {
						operation, body := randomWrite(random, step)
						if response := send(h, operation, body); response.Code != http.StatusOK {
							t.Errorf("%s %s: %s", operation, body, response.Body)
						}
					}
				})
			}
			w.disturb(&writers, rand.New(rand.NewPCG(seed, 99)))
			w.settle()
			w.wantRegionsEqual()
			w.collect(time.Now())
			w.wantStampsOfLiveItemsOnly()
		})
	}
}

// disturb cuts and heals links until the writers are done. In the end all are healed.
func (w *cluster) disturb(writers *sync.WaitGroup, random *rand.Rand) {
	w.t.Helper()
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	change := func(do func(a, b string) error, n int) {
		if err := do(w.names[n], w.names[(n+1)%len(w.names)]); err != nil {
			w.t.Error(err)
		}
	}
	for {
		select {
		case <-done:
			for n := range w.names {
				change(w.Heal, n)
			}
			return
		case <-time.After(time.Duration(random.IntN(1000)) * time.Microsecond):
			change([]func(a, b string) error{w.Cut, w.Heal}[random.IntN(2)], random.IntN(len(w.names)))
		}
	}
}

// randomWrite returns a random write to one or two of a few items.
func randomWrite(random *rand.Rand, step int) (operation, body string) {
	const table = `"TableName":"test-counters"`
	id := func() string { return fmt.Sprintf(`{"id":{"S":"item-%d"}}`, random.IntN(6)) }
	item := func(id int) string { return fmt.Sprintf(`{"id":{"S":"item-%d"},"n":{"N":"%d"}}`, id, step) }
	const add = `"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"1"}}`
	switch random.IntN(5) {
	case 0:
		return "PutItem", fmt.Sprintf(`{%s,"Item":%s}`, table, item(random.IntN(6)))
	case 1:
		return "UpdateItem", fmt.Sprintf(`{%s,"Key":%s,%s}`, table, id(), add)
	case 2:
		return "DeleteItem", fmt.Sprintf(`{%s,"Key":%s}`, table, id())
	case 3:
		return "BatchWriteItem", fmt.Sprintf(`{"RequestItems":{"test-counters":[{"PutRequest":{"Item":%s}},`+
			`{"DeleteRequest":{"Key":{"id":{"S":"item-1"}}}}]}}`, item(0))
	default:
		return "TransactWriteItems", fmt.Sprintf(`{"TransactItems":[{"Put":{%s,"Item":%s}},{"Update":{%s,`+
			`"Key":{"id":{"S":"item-3"}},%s}}]}`, table, item(2), table, add)
	}
}

// wantRegionsEqual checks that all Regions have the same items with the same stamps.
func (w *cluster) wantRegionsEqual() {
	w.t.Helper()
	scan := func(region string) string {
		response := send(w.Handler(region), "Scan", `{"TableName":"test-counters","ConsistentRead":true}`)
		if response.Code != http.StatusOK {
			w.t.Fatalf("%s: %s", region, response.Body)
		}
		return response.Body.String()
	}
	first, stamps := scan(w.names[0]), w.regions[w.names[0]].stored.versions
	for _, region := range w.names[1:] {
		if items := scan(region); items != first {
			w.t.Errorf("%s and %s differ:\n%s\n%s", w.names[0], region, first, items)
		}
		for id, stamp := range w.regions[region].stored.versions.All(store.Everything) {
			known, _ := stamps.Get(id)
			if known.version != stamp.version || known.alive != stamp.alive {
				w.t.Errorf(
					"%q was last written by %+v for %s and by %+v for %s",
					id,
					known,
					w.names[0],
					stamp,
					region,
				)
			}
		}
	}
}
