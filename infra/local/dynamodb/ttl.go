package dynamodb

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// maxExpiryAge is the age at which an expiry no longer deletes its item: AWS
// assumes that an expiry more than five years in the past is a mistake. Source:
// "Using time to live (TTL) in DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
const maxExpiryAge = 5 * 365 * 24 * time.Hour

// expiry schedules the deletion of an item.
type expiry struct {
	table string
	key   attr.Item
	value string // of the table's TTL attribute, a number
}

// readExpiry returns the expiry of a written item and its time in seconds since 1970. It
// reports false if the item lacks the attribute or the attribute is not a number.
func readExpiry(written record, attribute string) (e expiry, at float64, ok bool) {
	value := written.image[attribute]
	if attribute == "" || value.Kind != attr.N {
		return expiry{}, 0, false
	}
	at, err := strconv.ParseFloat(value.Text, 64)
	return expiry{table: written.table, key: written.key, value: value.Text}, at, err == nil
}

// due returns the expiries that are due now. Those that are too old are ignored.
func (r *region) due(now time.Time) []expiry {
	const nanoseconds = 1e9
	seconds := float64(now.UnixNano()) / nanoseconds
	var due []expiry
	over := store.Span{
		From: expiryKey(math.Nextafter(seconds-maxExpiryAge.Seconds(), seconds), ""),
		To:   expiryKey(math.Nextafter(seconds, math.Inf(1)), ""),
	}
	for _, e := range r.stored.expiring.All(over) {
		due = append(due, e)
	}
	return due
}

// dropExpiries removes the expiries of a table. The caller holds r.mu.
func (r *region) dropExpiries(tx *store.Tx, table string) {
	for key, e := range r.stored.expiring.All(store.Everything) {
		if e.table == table {
			r.stored.expiring.Remove(tx, key)
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
// it. Until then the item is visible to readers, as on AWS. A deletion that fails is tried
// again by the next sweep.
func (r *region) sweep(ctx context.Context) {
	r.mu.Lock()
	due := r.due(r.clock.now())
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
			"ExpressionAttributeValues": attr.Item{":expiry": {Kind: attr.N, Text: e.value}},
		})
		if err != nil {
			r.log.Error("cannot delete an expired item", "table", e.table, "error", err)
			continue
		}
		if response := r.write(ctx, "DeleteItem", body); response.Status >= http.StatusInternalServerError {
			r.log.Error("cannot delete an expired item", "table", e.table, "response", string(response.Body))
		}
	}
}
