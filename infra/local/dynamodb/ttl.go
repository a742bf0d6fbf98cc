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

// maxExpiryAge is the age at which an expiry no longer deletes its item: AWS
// assumes that an expiry more than five years in the past is a mistake. Source:
// "Using time to live (TTL) in DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
const maxExpiryAge = 5 * 365 * 24 * time.Hour

// expiry schedules the deletion of an item, which happens unless the item's expiry
// has changed by then.
type expiry struct {
	table string
	key   attr.Item
	at    float64    // seconds since 1970
	value attr.Value // of the table's TTL attribute
}

// expiries is the queue of a Region's expiries, earliest first.
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

// note schedules the deletion of a written item. An item without the attribute, or
// whose attribute is not a number, does not expire.
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

// due removes and returns the expiries that are due now.
func (e *expiries) due(now time.Time) []expiry {
	const nanoseconds = 1e9
	seconds := float64(now.UnixNano()) / nanoseconds
	var due []expiry
	for len(e.queue) > 0 && e.queue[0].at <= seconds {
		next := heap.Pop(&e.queue).(expiry)
		if next.at > seconds-maxExpiryAge.Seconds() {
			due = append(due, next)
		}
	}
	return due
}

func (e *expiries) drop(table string) {
	e.queue = slices.DeleteFunc(e.queue, func(x expiry) bool { return x.table == table })
	heap.Init(&e.queue)
}

// runSweeper deletes expired items at every interval until the context ends.
func (r *region) runSweeper(ctx context.Context, interval time.Duration) {
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

// sweep deletes the items that have expired. A deletion by TTL is an ordinary
// write: it replicates, and any Region that has the item may be the first to delete
// it. Until then the item is visible to readers, as on AWS.
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
			continue // TTL has been disabled in the meantime
		}
		body, err := json.Marshal(map[string]any{
			"TableName": e.table, "Key": e.key,
			"ConditionExpression":       "#expiry = :expiry",
			"ExpressionAttributeNames":  map[string]string{"#expiry": attribute},
			"ExpressionAttributeValues": attr.Item{":expiry": e.value},
		})
		if err != nil {
			r.log.Error("cannot delete an expired item", "table", e.table, "error", err)
			continue
		}
		if response := r.write(ctx, "DeleteItem", body); response.Status >= http.StatusInternalServerError {
			r.log.Error("cannot delete an expired item", "table", e.table, "response", string(response.Body))
			r.postpone(e)
		}
	}
}

// postpone schedules an expiry for the next sweep.
func (r *region) postpone(e expiry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.at = math.Max(e.at, float64(r.clock.now().Unix()))
	heap.Push(&r.expiring.queue, e)
}
