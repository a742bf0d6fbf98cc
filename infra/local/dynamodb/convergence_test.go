package dynamodb

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestConvergence lets writers of three Regions write at random to few items
// while links are cut and healed at random. Whatever happened, all Regions must
// end with the same data; a seed that fails is named, and fails again.
func TestConvergence(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := openTest(t, Config{Regions: threeRegions, Tables: counters("")})
			var writers sync.WaitGroup
			for n, region := range threeRegions {
				p := peer{t, w.client(region)}
				random := rand.New(rand.NewPCG(seed, uint64(n)))
				writers.Go(func() {
					for step := range 120 {
						p.random(random, step)
					}
				})
			}
			disturb := rand.New(rand.NewPCG(seed, 99))
			done := make(chan struct{})
			go func() { writers.Wait(); close(done) }()
			for open := true; open; {
				select {
				case <-done:
					open = false
				default:
					from := disturb.IntN(len(threeRegions))
					to := (from + 1) % len(threeRegions)
					change := w.Cut
					if disturb.IntN(2) == 0 {
						change = w.Heal
					}
					if err := change(threeRegions[from], threeRegions[to]); err != nil {
						t.Error(err)
					}
				}
			}
			for n, from := range threeRegions {
				if err := w.Heal(from, threeRegions[(n+1)%len(threeRegions)]); err != nil {
					t.Error(err)
				}
			}
			w.settle()
			w.wantSame()
		})
	}
}

// random is one write of a few kinds to one of a few items.
func (p peer) random(random *rand.Rand, step int) {
	p.t.Helper()
	id := func() string { return fmt.Sprintf("item-%d", random.IntN(6)) }
	switch random.IntN(5) {
	case 0:
		p.put(id(), step)
	case 1:
		p.add(id(), 1)
	case 2:
		p.remove(id())
	case 3:
		_, err := p.db.BatchWriteItem(p.t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
			*counterTable: {
				{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{"id": text("item-0"), "n": number(step)}}},
				{DeleteRequest: &types.DeleteRequest{Key: key("item-1")}},
			},
		}})
		if err != nil {
			p.t.Error(err)
		}
	default:
		_, err := p.db.TransactWriteItems(p.t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: counterTable, Item: map[string]types.AttributeValue{"id": text("item-2"), "n": number(step)}}},
			{Update: &types.Update{TableName: counterTable, Key: key("item-3"), UpdateExpression: aws.String("ADD n :n"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":n": number(1)}}},
		}})
		if err != nil {
			p.t.Error(err)
		}
	}
}

// wantSame fails unless all Regions hold the same items, and know them by the
// same last writes.
func (w *world) wantSame() {
	w.t.Helper()
	var first string
	for n, region := range w.names {
		status, body := post(w.t, w.endpoint(region), "Scan", `{"TableName":"test-counters","ConsistentRead":true}`)
		if status != 200 {
			w.t.Fatalf("%s: %s", region, body)
		}
		if n == 0 {
			first = string(body)
		} else if string(body) != first {
			w.t.Errorf("%s and %s differ:\n%s\n%s", w.names[0], region, first, body)
		}
	}
	stamps := w.regions[w.names[0]].versions
	for _, region := range w.names[1:] {
		for id, stamp := range w.regions[region].versions {
			if stamps[id] != stamp {
				w.t.Errorf("%q was last written by %+v for %s and by %+v for %s", id, stamps[id], w.names[0], stamp, region)
			}
		}
	}
}
