package dynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// region is the replica of one Region. It lets one write at a time into the engine,
// so that it can read and stamp the effects of a write before the next one changes
// them. Reads are not serialized.
type region struct {
	name   string
	engine engine
	log    *slog.Logger
	links  []*link // to the other Regions; complete before the first request is served
	strong *ensemble

	skew atomic.Int64 // nanoseconds that the clock is ahead

	mu        sync.RWMutex
	store     *store.Store
	clock     *clock
	tables    map[string]*replica
	stored    replication
	conflicts []Write // the latest last
}

// replica describes a table as its Region knows it.
type replica struct {
	keys   []string // names of the hash key and, if the table has one, the sort key
	global bool
	ttl    string // name of the TTL attribute; empty if TTL is off
}

// stamp identifies the last write to an item that this Region has stored. It
// outlives the item, because an older write that arrives late must not restore the
// item.
type stamp struct {
	version version
	alive   bool
	expires bool    // the item has an expiry
	at      float64 // its time in seconds since 1970
}

// finishWrite waits until a write in progress is queued on the links.
func (r *region) finishWrite() {
	r.mu.Lock()
	defer r.mu.Unlock()
}

// forget removes the stamps of items that were deleted before the horizon, in nanoseconds
// since 1970. The caller knows that no earlier write can arrive any more.
func (r *region) forget(horizon int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	tx := r.store.Begin()
	for key := range r.stored.graves.All(store.Span{To: itemKey(horizon, "")}) {
		moment, id := splitItemKey(key)
		if last, ok := r.stored.versions.Get(id); ok && !last.alive && last.version.moment == moment {
			r.stored.versions.Remove(tx, id)
		}
		r.stored.graves.Remove(tx, key)
	}
	if err := tx.Commit(); err != nil && tx.Changed() { // not at every sweep after a failure
		r.log.Error("cannot remove the stamps of deleted items", "error", err)
	}
}

func newRegion(name string, s *store.Store, e engine, now func() time.Time, log *slog.Logger) *region {
	r := &region{name: name, store: s, engine: e, log: log, tables: map[string]*replica{}, stored: newReplication(s, name)}
	r.clock = &clock{now: func() time.Time { return now().Add(time.Duration(r.skew.Load())) }}
	r.clock.last, _ = r.stored.clock.Get(lastMoment)
	for table, t := range r.stored.replicas.All(store.Everything) {
		if !t.global { // prepare knows the others
			r.tables[table] = &t
		}
	}
	return r
}

// commit ends a transaction of the Region, whose caller holds r.mu.
func (r *region) commit(tx *store.Tx) error {
	if tx.Changed() {
		r.storeClock(tx)
	}
	return tx.Commit()
}

func (r *region) storeClock(tx *store.Tx) { r.stored.clock.Set(tx, lastMoment, r.clock.latest()) }

// do handles one operation of a client.
func (r *region) do(ctx context.Context, operation string, body []byte) protocol.Response {
	switch operation {
	case "GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "ListTables":
		if r.strong != nil {
			if response, served := r.strong.read(ctx, r, operation, body); served {
				return response
			}
		}
		return r.read(ctx, operation, body)
	case "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems":
		return r.write(ctx, operation, body)
	case "DescribeTable":
		return r.describeTable(ctx, body)
	case "CreateTable":
		return r.createTable(ctx, body)
	case "DeleteTable":
		return r.deleteTable(ctx, body)
	case "DescribeTimeToLive":
		return r.describeTimeToLive(body)
	case "UpdateTimeToLive":
		return r.updateTimeToLive(ctx, body)
	default:
		return protocol.ErrorResponse(protocol.UnknownOperation(operation))
	}
}

// read performs a read. It waits for a write that is not on the disk yet, so that no
// reader has seen what is lost when the process is killed.
func (r *region) read(ctx context.Context, operation string, body []byte) protocol.Response {
	if r.store.Durable() {
		r.mu.RLock()
		defer r.mu.RUnlock()
	}
	return r.call(ctx, operation, body)
}

// call sends an operation to the engine. A panic in the engine fails this request
// only, not the process.
func (r *region) call(ctx context.Context, operation string, body []byte) (response protocol.Response) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("the DynamoDB engine panicked", "operation", operation, "panic", p, "stack", string(debug.Stack()))
			response = protocol.ErrorResponse(protocol.Internal())
		}
	}()
	return r.engine.Do(ctx, operation, body)
}

// write performs a client's write and queues its effects on the links in one step.
func (r *region) write(ctx context.Context, operation string, body []byte) protocol.Response {
	targets, err := requestTargets(operation, body)
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	// A write must be replicated even if its client disconnects in the meantime.
	ctx = context.WithoutCancel(ctx)
	if r.strong != nil {
		if slices.ContainsFunc(targets, func(t target) bool { return r.strong.isStrong(t.table) }) ||
			operation == "TransactWriteItems" && r.strong.checks(body) {
			return r.strong.write(ctx, r, operation, body, targets)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	tx := r.store.Begin()
	response := r.performWrite(store.WithTx(ctx, tx), tx, operation, body, targets)
	if err := r.commit(tx); err != nil {
		return protocol.ErrorResponse(err)
	}
	return response
}

// performWrite performs a write in a transaction. The caller holds r.mu.
func (r *region) performWrite(ctx context.Context, tx *store.Tx, operation string, body []byte, targets []target) protocol.Response {
	response := r.call(ctx, operation, body)
	if response.Status != http.StatusOK || response.Replay {
		return response
	}
	refs := r.refs(targets)
	if operation == "BatchWriteItem" {
		left, err := unprocessedTargets(response.Body)
		if err != nil {
			r.log.Error("cannot read the response to BatchWriteItem", "error", err)
		}
		for _, p := range r.refs(left) {
			delete(refs, p.id)
		}
	}
	if err := r.capture(ctx, tx, refs); err != nil {
		r.log.Error("cannot replicate a write", "operation", operation, "error", err)
	}
	return response
}

// itemRef identifies an item.
type itemRef struct {
	table string
	key   attr.Item
	id    string
}

// refs returns references to those items whose tables have stamps or expiries in
// this Region, by item ID.
func (r *region) refs(targets []target) map[string]itemRef {
	refs := map[string]itemRef{}
	for _, w := range targets {
		if p, ok := r.ref(w.table, w.item); ok {
			refs[p.id] = p
		}
	}
	return refs
}

// ref returns a reference to the item of a table. It reports false if the table is
// neither global nor has TTL enabled, or if the item lacks a valid key.
func (r *region) ref(table string, item attr.Item) (itemRef, bool) {
	t := r.tables[table]
	if t == nil || !t.global && t.ttl == "" {
		return itemRef{}, false
	}
	p := itemRef{table: table, key: attr.Item{}, id: table + "\x00"}
	for _, name := range t.keys {
		value, ok := item[name]
		if !ok || !value.Kind.Scalar() {
			return itemRef{}, false
		}
		p.key[name] = value
		p.id += value.KeyBytes()
	}
	return p, true
}

// capture reads the items that a write has changed, stamps them, and queues them
// for the other Regions. The caller holds r.mu.
func (r *region) capture(ctx context.Context, tx *store.Tx, refs map[string]itemRef) error {
	images, err := r.currentItems(ctx, refs)
	if err != nil {
		return err
	}
	var records []record
	for _, id := range slices.Sorted(maps.Keys(refs)) {
		p := refs[id]
		image := images[id]
		if known, _ := r.stored.versions.Get(id); image == nil && !known.alive {
			continue // the item neither existed nor exists, so nothing was written
		}
		v := version{moment: r.clock.next(), region: r.name}
		r.noteWrite(tx, record{table: p.table, key: p.key, id: id, image: image, version: v})
		if r.tables[p.table].global {
			records = append(records, record{table: p.table, key: p.key, id: id, image: image, version: v})
		}
	}
	if len(records) == 0 {
		return nil
	}
	for _, l := range r.links {
		l.add(tx, records)
	}
	return nil
}

// noteWrite records the stamp and the expiry of an item that the Region has stored.
func (r *region) noteWrite(tx *store.Tx, written record) {
	if known, ok := r.stored.versions.Get(written.id); ok && known.expires {
		r.stored.expiring.Remove(tx, expiryKey(known.at, written.id))
	}
	s := stamp{version: written.version, alive: written.image != nil}
	if !s.alive {
		r.stored.graves.Set(tx, itemKey(written.version.moment, written.id), struct{}{})
	}
	var e expiry
	if e, s.at, s.expires = readExpiry(written, r.tables[written.table].ttl); s.expires {
		r.stored.expiring.Set(tx, expiryKey(s.at, written.id), e)
	}
	r.stored.versions.Set(tx, written.id, s)
}

// apply stores writes from another Region. Of each item it stores the latest write,
// and only if that is later than the version in this Region. In the same transaction it
// calls arrived, if that is not nil.
func (r *region) apply(records []record, arrived func(*store.Tx)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	tx := r.store.Begin()
	err := r.applyIn(tx, records)
	if err == nil && arrived != nil {
		arrived(tx)
	}
	return errors.Join(err, r.commit(tx))
}

// applyIn stores writes like apply, in a transaction. The caller holds r.mu.
func (r *region) applyIn(tx *store.Tx, records []record) error {
	latest := map[string]record{}
	for _, incoming := range records {
		r.clock.see(incoming.version)
		stored, _ := r.stored.versions.Get(incoming.id)
		known := stored.version
		if other, ok := latest[incoming.id]; ok {
			known = other.version
		}
		if incoming.version.after(known) {
			latest[incoming.id] = incoming
		} else {
			r.noteConflict(incoming, known)
		}
	}
	var batch []record
	for _, incoming := range latest {
		batch = append(batch, incoming)
	}
	for len(batch) > 0 {
		n := min(len(batch), maxBatchWrite)
		if err := r.putItems(store.WithTx(context.Background(), tx), batch[:n]); err != nil {
			return err
		}
		for _, applied := range batch[:n] {
			r.noteWrite(tx, applied)
		}
		batch = batch[n:]
	}
	return nil
}

// responseError returns an engine's error response as a Go error, for the log and
// for Open. It returns nil if the response is a success.
func responseError(operation string, response protocol.Response) error {
	if response.Status == http.StatusOK {
		return nil
	}
	var refused struct {
		Type    string `json:"__type"`
		Message string // or "message"
	}
	if err := json.Unmarshal(response.Body, &refused); err != nil {
		return fmt.Errorf("%s: status %d: %.200q", operation, response.Status, response.Body)
	}
	return fmt.Errorf("%s: %s (%s)", operation, refused.Message, refused.Type[strings.LastIndexByte(refused.Type, '#')+1:])
}
