package dynamodb

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
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

// link replicates the writes of one Region to another, in their order.
type link struct {
	from, to string
	lag      time.Duration
	deliver  func([]record) error
	log      *slog.Logger

	mu      sync.Mutex
	queue   []record
	cut     bool
	sending bool
	pause   time.Time     // earliest time of the next delivery after a failed one; zero otherwise
	changed chan struct{} // closed, and replaced, when any of the above changes
}

// retryAfter is the delay after a failed delivery. A delivery fails only if
// DynamoDB Local does not respond.
const retryAfter = 200 * time.Millisecond

func newLink(from, to string, lag time.Duration, deliver func([]record) error, log *slog.Logger) *link {
	return &link{from: from, to: to, lag: lag, deliver: deliver, log: log, changed: make(chan struct{})}
}

// add queues the records of one write.
func (l *link) add(records []record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	due := time.Now().Add(l.lag)
	for _, r := range records {
		r.due = due
		l.queue = append(l.queue, r)
	}
	l.announce()
}

// set cuts or heals the link. When it cuts the link, it waits for a delivery in
// progress.
func (l *link) set(cut bool) {
	l.mu.Lock()
	l.cut = cut
	l.announce()
	for l.cut && l.sending {
		changed := l.changed
		l.mu.Unlock()
		<-changed
		l.mu.Lock()
	}
	l.mu.Unlock()
}

// settled waits until the queue is empty or the link is cut.
func (l *link) settled(ctx context.Context) error {
	for {
		l.mu.Lock()
		done, changed := l.cut || len(l.queue) == 0, l.changed
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
			l.sent(len(batch), l.deliver(batch))
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

// take returns the records that are due, or the time to wait for the next one. The
// records stay in the queue until sent is called.
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
	n := 0
	for n < len(l.queue) && !l.queue[n].due.After(now) {
		n++
	}
	l.sending = true
	l.announce()
	return l.queue[:n:n], 0, nil
}

func (l *link) sent(n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sending = false
	if err != nil {
		if l.pause.IsZero() {
			l.log.Error("cannot replicate, will retry", "error", err)
		}
		l.pause = time.Now().Add(retryAfter)
	} else {
		l.pause = time.Time{}
		l.queue = l.queue[n:]
	}
	l.announce()
}

func (l *link) announce() {
	close(l.changed)
	l.changed = make(chan struct{})
}
