package dynamodb

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// region is one Region's replica: it lets one write at a time into the engine, so
// that what a write did can be read and stamped before the next changes it. Reads
// pass it by.
type region struct {
	name   string
	engine engine
	log    *slog.Logger
	links  []*link // to the other Regions; complete before the first request

	mu       sync.Mutex
	clock    *clock
	tables   map[string]*replica
	versions map[string]stamp // by item
	expiring expiries
}

// replica is what a Region knows of a table.
type replica struct {
	keys   []string // hash, and sort if there is one
	global bool
	ttl    string // the expiry attribute, or empty
}

// stamp is the last write to an item that this Region has. It outlives the item:
// an older write that arrives late must not bring it back.
type stamp struct {
	version version
	alive   bool
}

func newRegion(name string, e engine, now func() time.Time, log *slog.Logger) *region {
	return &region{
		name: name, engine: e, log: log, clock: &clock{now: now},
		tables: map[string]*replica{}, versions: map[string]stamp{},
	}
}

// do answers one operation of a client.
func (r *region) do(ctx context.Context, operation string, body []byte) protocol.Answer {
	switch operation {
	case "GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "DescribeTable", "ListTables":
		return r.call(ctx, operation, body)
	case "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems":
		return r.write(ctx, operation, body)
	case "CreateTable":
		return r.createTable(ctx, body)
	case "DeleteTable":
		return r.deleteTable(ctx, body)
	case "DescribeTimeToLive":
		return r.describeTimeToLive(body)
	case "UpdateTimeToLive":
		return r.updateTimeToLive(ctx, body)
	default:
		return protocol.Refuse(protocol.UnknownOperation(operation))
	}
}

// call asks the engine. A panic in it is one failed request, not the end of the process.
func (r *region) call(ctx context.Context, operation string, body []byte) (answer protocol.Answer) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("the DynamoDB engine panicked", "operation", operation, "panic", p, "stack", string(debug.Stack()))
			answer = protocol.Refuse(protocol.Internal())
		}
	}()
	return r.engine.Do(ctx, operation, body)
}

// write carries out a client's write and hands what it did to the links, as one.
func (r *region) write(ctx context.Context, operation string, body []byte) protocol.Answer {
	wanted, err := targets(operation, body)
	if err != nil {
		return protocol.Refuse(err)
	}
	// A client that goes away must not leave a write that is done but not replicated.
	ctx = context.WithoutCancel(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := r.call(ctx, operation, body)
	if answer.Status != http.StatusOK || answer.Replay {
		return answer
	}
	places := r.places(wanted)
	if operation == "BatchWriteItem" {
		left, err := unprocessed(answer.Body)
		if err != nil {
			r.log.Error("the answer to BatchWriteItem cannot be read", "error", err)
		}
		for _, p := range r.places(left) {
			delete(places, p.id)
		}
	}
	if err := r.capture(ctx, places); err != nil {
		r.log.Error("a write was not replicated", "operation", operation, "error", err)
	}
	return answer
}

// place is an item by its name.
type place struct {
	table string
	key   attr.Item
	id    string
}

// places are the items of tables that this Region keeps stamps or expiries of.
func (r *region) places(wanted []target) map[string]place {
	places := map[string]place{}
	for _, w := range wanted {
		if p, ok := r.place(w.table, w.item); ok {
			places[p.id] = p
		}
	}
	return places
}

func (r *region) place(table string, item attr.Item) (place, bool) {
	t := r.tables[table]
	if t == nil || !t.global && t.ttl == "" {
		return place{}, false
	}
	p := place{table: table, key: attr.Item{}, id: table + "\x00"}
	for _, name := range t.keys {
		value, ok := item[name]
		if !ok || !value.Kind.Scalar() {
			return place{}, false
		}
		p.key[name] = value
		p.id += value.KeyBytes()
	}
	return p, true
}

// capture reads what a write has left at the places, stamps it, and queues it for
// the other Regions. The caller holds the lock.
func (r *region) capture(ctx context.Context, places map[string]place) error {
	images, err := r.images(ctx, places)
	if err != nil {
		return err
	}
	var records []record
	for id, p := range places {
		image := images[id]
		if image == nil && !r.versions[id].alive {
			continue // nothing was there and nothing is: no write happened
		}
		v := version{moment: r.clock.next(), region: r.name}
		r.keep(record{table: p.table, key: p.key, id: id, image: image, version: v})
		if r.tables[p.table].global {
			records = append(records, record{table: p.table, key: p.key, id: id, image: image, version: v})
		}
	}
	if len(records) == 0 {
		return nil
	}
	for _, l := range r.links {
		l.add(records)
	}
	return nil
}

// keep notes that the Region has a write: its stamp, and when its item expires.
func (r *region) keep(written record) {
	r.versions[written.id] = stamp{version: written.version, alive: written.image != nil}
	r.expiring.note(written, r.tables[written.table].ttl)
}

// apply takes in what another Region wrote: of each item the latest write, if it
// is later than the one that is here.
func (r *region) apply(records []record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	latest := map[string]record{}
	for _, incoming := range records {
		r.clock.see(incoming.version)
		known := r.versions[incoming.id].version
		if other, ok := latest[incoming.id]; ok {
			known = other.version
		}
		if incoming.version.after(known) {
			latest[incoming.id] = incoming
		}
	}
	var batch []record
	for _, incoming := range latest {
		batch = append(batch, incoming)
	}
	for len(batch) > 0 {
		n := min(len(batch), maxBatchWrite)
		if err := r.putAll(context.Background(), batch[:n]); err != nil {
			return err
		}
		for _, applied := range batch[:n] {
			r.keep(applied)
		}
		batch = batch[n:]
	}
	return nil
}

// failure is an engine's refusal as an error, for the log and for Open.
func failure(operation string, answer protocol.Answer) error {
	if answer.Status == http.StatusOK {
		return nil
	}
	var refused struct {
		Type    string `json:"__type"`
		Message string // or "message"
	}
	if err := json.Unmarshal(answer.Body, &refused); err != nil {
		return fmt.Errorf("%s: status %d: %.200q", operation, answer.Status, answer.Body)
	}
	return fmt.Errorf("%s: %s (%s)", operation, refused.Message, refused.Type[strings.LastIndexByte(refused.Type, '#')+1:])
}
