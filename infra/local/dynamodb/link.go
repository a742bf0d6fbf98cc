package dynamodb

import (
	"container/heap"
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// record is the effect of a write on one item: its new content, or its deletion.
type record struct {
	table   string
	key     attr.Item
	id      string    // of the item, unique among all tables
	image   attr.Item // nil for a tombstone
	version version
	due     time.Time // earliest time of arrival
}

// link replicates the writes of one Region to another, item by item. Each item has its
// own random delay, so the items of a transaction or batch arrive separately and in any
// order, as on AWS.
type link struct {
	from, to string
	lag      time.Duration // minimum delay
	jitter   time.Duration // maximum additional delay
	deliver  func([]record, func(*store.Tx)) error
	stored   *store.Map[record] // the queue and what is being sent, by itemKey
	log      *slog.Logger

	mu      sync.Mutex
	random  *rand.Rand
	queue   recordQueue
	sending []record // being delivered; not in the queue
	cut     bool
	pause   time.Time     // earliest time of the next delivery after a failed one; zero otherwise
	changed chan struct{} // closed, and replaced, when any of the above changes
}

// recordQueue is a heap of records, earliest due first.
type recordQueue []record

func (q recordQueue) Len() int           { return len(q) }
func (q recordQueue) Less(a, b int) bool { return q[a].due.Before(q[b].due) }
func (q recordQueue) Swap(a, b int)      { q[a], q[b] = q[b], q[a] }
func (q *recordQueue) Push(r any)        { *q = append(*q, r.(record)) }

func (q *recordQueue) Pop() any {
	last := len(*q) - 1
	r := (*q)[last]
	(*q)[last] = record{} // release the item
	*q = (*q)[:last]
	return r
}

// retryAfter is the delay after a failed delivery. A delivery fails only if
// DynamoDB Local does not respond.
const retryAfter = 200 * time.Millisecond

func newLink(from, to string, lag, jitter time.Duration, random *rand.Rand, s *store.Store, deliver func([]record, func(*store.Tx)) error, log *slog.Logger) *link {
	l := &link{
		from: from, to: to, lag: lag, jitter: jitter, random: random, deliver: deliver, log: log,
		stored: store.NewMap(s, from+"/link/"+to, recordCodec), changed: make(chan struct{}),
	}
	var earlier []record
	for _, r := range l.stored.All(store.Everything) {
		earlier = append(earlier, r)
	}
	l.enqueue(earlier)
	return l
}

// add queues the records of one write in its transaction.
func (l *link) add(tx *store.Tx, records []record) {
	for _, r := range records {
		l.stored.Set(tx, itemKey(r.version.moment, r.id), r)
	}
	l.enqueue(records)
}

func (l *link) enqueue(records []record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for _, r := range records {
		r.due = now.Add(l.lag + time.Duration(l.random.Int64N(int64(l.jitter)+1)))
		heap.Push(&l.queue, r)
	}
	l.announce()
}

// set cuts or heals the link. When it cuts the link, it waits for a delivery in
// progress.
func (l *link) set(cut bool) {
	l.mu.Lock()
	l.cut = cut
	l.announce()
	for l.cut && l.sending != nil {
		changed := l.changed
		l.mu.Unlock()
		<-changed
		l.mu.Lock()
	}
	l.mu.Unlock()
}

// isCut reports whether the link is cut.
func (l *link) isCut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cut
}

// settled waits until all records are delivered or the link is cut.
func (l *link) settled(ctx context.Context) error {
	for {
		l.mu.Lock()
		done, changed := l.cut || len(l.queue) == 0 && l.sending == nil, l.changed
		l.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// run delivers the records that are due, in batches, until the context ends.
func (l *link) run(ctx context.Context) {
	for ctx.Err() == nil {
		batch, wait, changed := l.take(time.Now())
		if batch != nil {
			l.sent(l.deliver(batch, func(tx *store.Tx) { l.arrived(tx, batch) }))
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// take returns the records that are due, or the time to wait for the next one. Call sent
// when the records have been delivered.
func (l *link) take(now time.Time) (batch []record, wait time.Duration, changed chan struct{}) {
	const forever = time.Hour // any change wakes the caller earlier
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut || len(l.queue) == 0 {
		return nil, forever, l.changed
	}
	due := l.queue[0].due
	if l.pause.After(due) {
		due = l.pause
	}
	if due.After(now) {
		return nil, due.Sub(now), l.changed
	}
	for len(l.queue) > 0 && !l.queue[0].due.After(now) {
		l.sending = append(l.sending, heap.Pop(&l.queue).(record))
	}
	l.announce()
	return l.sending, 0, nil
}

// deliverAll delivers the queue of a link that is not running.
func (l *link) deliverAll() error {
	batch := l.queue
	if len(batch) == 0 {
		return nil
	}
	l.queue = nil
	return l.deliver(batch, func(tx *store.Tx) { l.arrived(tx, batch) })
}

// arrived removes records from the store in the transaction that stores them in the other
// Region.
func (l *link) arrived(tx *store.Tx, batch []record) {
	for _, r := range batch {
		l.stored.Remove(tx, itemKey(r.version.moment, r.id))
	}
}

// oldest returns the moment of the earliest write that has not arrived, or limit if that
// is earlier.
func (l *link) oldest(limit int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, records := range [][]record{l.queue, l.sending} {
		for _, r := range records {
			limit = min(limit, r.version.moment)
		}
	}
	return limit
}

// sent ends a delivery. If it failed, its records return to the queue.
func (l *link) sent(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		if l.pause.IsZero() {
			l.log.Error("cannot replicate, will retry", "error", err)
		}
		l.pause = time.Now().Add(retryAfter)
		for _, r := range l.sending {
			heap.Push(&l.queue, r)
		}
	} else {
		l.pause = time.Time{}
	}
	l.sending = nil
	l.announce()
}

func (l *link) announce() {
	close(l.changed)
	l.changed = make(chan struct{})
}
