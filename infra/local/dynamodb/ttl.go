package dynamodb

import (
	"container/heap"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// maxExpiryAge is the age at which an expiry no longer deletes its item: AWS
// assumes that an expiry more than five years in the past is a mistake. Source:
// "Using time to live (TTL) in DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
const maxExpiryAge = 5 * 365 * 24 * time.Hour

// expiry schedules the deletion of an item.
type expiry struct {
	table string
	id    string // of the item, unique among all tables
	key   attr.Item
	at    float64    // seconds since 1970
	value attr.Value // of the table's TTL attribute
	index int        // in the queue
}

// expiries contains the expiry of each item of a Region that has one.
type expiries struct {
	queue expiryQueue
	byID  map[string]*expiry
}

// expiryQueue is a heap of expiries, earliest first.
type expiryQueue []*expiry

func (q expiryQueue) Len() int           { return len(q) }
func (q expiryQueue) Less(a, b int) bool { return q[a].at < q[b].at }

func (q expiryQueue) Swap(a, b int) {
	q[a], q[b] = q[b], q[a]
	q[a].index, q[b].index = a, b
}

func (q *expiryQueue) Push(e any) {
	e.(*expiry).index = len(*q)
	*q = append(*q, e.(*expiry))
}

func (q *expiryQueue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	(*q)[last] = nil // release the item
	*q = (*q)[:last]
	return e
}

// note replaces the expiry of a written item. An item without the attribute, or whose
// attribute is not a number, does not expire.
func (e *expiries) note(written record, attribute string) {
	if earlier := e.byID[written.id]; earlier != nil {
		heap.Remove(&e.queue, earlier.index)
		delete(e.byID, written.id)
	}
	value := written.image[attribute]
	if attribute == "" || value.Kind != attr.N {
		return
	}
	at, err := strconv.ParseFloat(value.Text, 64)
	if err != nil {
		return
	}
	e.add(&expiry{table: written.table, id: written.id, key: written.key, at: at, value: value})
}

func (e *expiries) add(x *expiry) {
	if e.byID == nil {
		e.byID = map[string]*expiry{}
	}
	e.byID[x.id] = x
	heap.Push(&e.queue, x)
}

// due removes and returns the expiries that are due now.
func (e *expiries) due(now time.Time) []*expiry {
	const nanoseconds = 1e9
	seconds := float64(now.UnixNano()) / nanoseconds
	var due []*expiry
	for len(e.queue) > 0 && e.queue[0].at <= seconds {
		next := heap.Pop(&e.queue).(*expiry)
		delete(e.byID, next.id)
		if next.at > seconds-maxExpiryAge.Seconds() {
			due = append(due, next)
		}
	}
	return due
}

// postpone schedules an expiry again unless the item has been written in the meantime.
func (e *expiries) postpone(x *expiry, at time.Time) {
	if e.byID[x.id] == nil {
		x.at = math.Max(x.at, float64(at.Unix()))
		e.add(x)
	}
}

// drop removes the expiries of a table.
func (e *expiries) drop(table string) {
	for id, x := range e.byID {
		if x.table == table {
			heap.Remove(&e.queue, x.index)
			delete(e.byID, id)
		}
	}
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
			r.mu.Lock()
			r.expiring.postpone(e, r.clock.now())
			r.mu.Unlock()
		}
	}
}
