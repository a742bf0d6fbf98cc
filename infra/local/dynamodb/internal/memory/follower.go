package memory

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// follower is a copy of a table that receives every write some time after the table did.
// Eventually consistent reads go to the table or to its copy at random, as on AWS they
// go to one of several storage nodes. A read of the copy sees the state of one moment.
type follower struct {
	lag time.Duration

	mu      sync.Mutex
	random  *rand.Rand
	table   *table // without a follower
	pending []write
}

// write is a row that the copy has not received yet.
type write struct {
	due      time.Time
	position string
	after    *row
}

// newFollower returns a copy of a table in memory.
func newFollower(t *table, lag time.Duration, seed uint64) *follower {
	copied, kept, local := *t, t.rows, store.New()
	copied.counts, copied.totals, copied.indexes = nil, totals{}, nil
	for _, i := range t.indexes {
		index := *i
		index.totals = totals{}
		copied.indexes = append(copied.indexes, &index)
	}
	copied.open(local, "")
	for position, r := range kept.All(store.Everything) {
		copied.set(time.Time{}, local.Begin(), position, r)
	}
	return &follower{lag: lag, table: &copied, random: rand.New(rand.NewPCG(seed, 0))}
}

func (r *follower) add(now time.Time, position string, after *row) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.receive(now) // so that a table without reads does not keep every write
	r.pending = append(r.pending, write{due: now.Add(r.lag), position: position, after: after})
}

// receive stores the writes that are due. The caller holds r.mu.
func (r *follower) receive(now time.Time) {
	received := 0
	for ; received < len(r.pending) && !r.pending[received].due.After(now); received++ {
		w := r.pending[received]
		r.table.set(now, nil, w.position, w.after)
	}
	r.pending = r.pending[received:]
}

// read returns the table for a read, and a function to call after the read. The caller
// holds e.mu.
func (e *Engine) read(t *table, consistent bool) (*table, func()) {
	r := t.follower
	if consistent || r == nil {
		return t, func() {}
	}
	r.mu.Lock()
	if r.random.IntN(2) == 0 {
		r.mu.Unlock()
		return t, func() {}
	}
	r.receive(e.options.Now())
	return r.table, r.mu.Unlock
}
