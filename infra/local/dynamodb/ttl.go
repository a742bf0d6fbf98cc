package dynamodb

import (
	"container/heap"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// tooOld is how long ago an expiry may lie for its item to be deleted; AWS takes an
// older one for a mistake.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
const tooOld = 5 * 365 * 24 * time.Hour

// expiry is an item that is to be deleted at a time, unless it has changed by then.
type expiry struct {
	table string
	key   attr.Item
	at    float64    // seconds since 1970
	value attr.Value // of the table's expiry attribute
}

// expiries are all of a Region, the earliest first.
type expiries struct{ queue expiryQueue }

type expiryQueue []expiry

func (q expiryQueue) Len() int           { return len(q) }
func (q expiryQueue) Less(a, b int) bool { return q[a].at < q[b].at }
func (q expiryQueue) Swap(a, b int)      { q[a], q[b] = q[b], q[a] }
func (q *expiryQueue) Push(e any)        { *q = append(*q, e.(expiry)) }

func (q *expiryQueue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	*q = (*q)[:last]
	return e
}

// note remembers when a written item expires. An item without the attribute, or
// with one that is not a number, does not.
func (e *expiries) note(written record, attribute string) {
	value := written.image[attribute]
	if attribute == "" || value.Kind != attr.N {
		return
	}
	at, err := strconv.ParseFloat(value.Text, 64)
	if err != nil {
		return
	}
	heap.Push(&e.queue, expiry{table: written.table, key: written.key, at: at, value: value})
}

// due takes out what expires at now or before.
func (e *expiries) due(now time.Time) []expiry {
	const nanoseconds = 1e9
	seconds := float64(now.UnixNano()) / nanoseconds
	var due []expiry
	for len(e.queue) > 0 && e.queue[0].at <= seconds {
		next := heap.Pop(&e.queue).(expiry)
		if next.at > seconds-tooOld.Seconds() {
			due = append(due, next)
		}
	}
	return due
}

func (e *expiries) drop(table string) {
	e.queue = slices.DeleteFunc(e.queue, func(x expiry) bool { return x.table == table })
	heap.Init(&e.queue)
}

// sweepEvery deletes what has expired, again and again, until the context ends.
func (r *region) sweepEvery(ctx context.Context, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			r.sweep(ctx)
		}
	}
}

// sweep deletes what has expired by now. A deletion is a write like any other: it
// replicates, and each Region that has the item may be the first to make it.
// Until then the item is there for every reader, as in AWS.
func (r *region) sweep(ctx context.Context) {
	r.mu.Lock()
	due := r.expiring.due(r.clock.now())
	attributes := map[string]string{}
	for name, t := range r.tables {
		attributes[name] = t.ttl
	}
	r.mu.Unlock()
	for _, e := range due {
		attribute := attributes[e.table]
		if attribute == "" {
			continue // switched off meanwhile
		}
		body, err := json.Marshal(map[string]any{
			"TableName": e.table, "Key": e.key,
			"ConditionExpression":       "#expiry = :expiry",
			"ExpressionAttributeNames":  map[string]string{"#expiry": attribute},
			"ExpressionAttributeValues": attr.Item{":expiry": e.value},
		})
		if err != nil {
			r.log.Error("an expired item was not deleted", "table", e.table, "error", err)
			continue
		}
		if answer := r.write(ctx, "DeleteItem", body); answer.Status >= http.StatusInternalServerError {
			r.log.Error("an expired item was not deleted", "table", e.table, "answer", string(answer.Body))
			r.postpone(e)
		}
	}
}

// postpone tries an expiry again at the next sweep.
func (r *region) postpone(e expiry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.at = math.Max(e.at, float64(r.clock.now().Unix()))
	heap.Push(&r.expiring.queue, e)
}
