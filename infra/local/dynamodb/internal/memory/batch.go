package memory

import (
	"maps"
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

const (
	maxBatchGet   = 100
	maxBatchWrite = 25
	maxBatchBytes = 16 << 20 // of the items that one BatchGetItem answers
)

// batchGet is the reads of one table in a BatchGetItem.
type batchGet struct {
	lookups    []lookup
	consistent bool
	request    map[string]any // as it came, for what is put off
}

func (e *Engine) batchGetItem(o *protocol.Object) (*result, error) {
	batches, total := map[string]*batchGet{}, 0
	requests := o.Object("RequestItems")
	if requests == nil || len(requests.Names()) == 0 {
		o.Fail(protocol.Invalidf("The requestItems parameter is required for BatchGetItem"))
	} else {
		for _, table := range requests.Names() {
			if member := requests.Object(table); member != nil {
				batches[table] = readBatchGet(member, table)
				total += len(batches[table].lookups)
			}
		}
	}
	if total > maxBatchGet {
		o.Fail(protocol.Invalidf("Too many items requested for the BatchGetItem call"))
	}
	used := readUsage(o)
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	responses, left, room := map[string][]attr.Item{}, map[string]any{}, maxBatchBytes
	for _, table := range slices.Sorted(maps.Keys(batches)) {
		items, off, err := e.getBatch(batches[table], used, &room)
		if err != nil {
			return nil, err
		}
		responses[table] = items
		if off != nil {
			left[table] = batches[table].putOff(off)
		}
	}
	answer := map[string]any{"Responses": responses, "UnprocessedKeys": left}
	used.reportAll(answer)
	return succeed(answer)
}

func readBatchGet(o *protocol.Object, table string) *batchGet {
	if !validName(table) {
		o.Fail(nameError(table))
	}
	mixed(o, "ProjectionExpression")
	batch := &batchGet{consistent: o.Bool("ConsistentRead"), request: o.Members()}
	keys, _ := attr.ReadItems(o, "Keys")
	if len(keys) == 0 {
		o.Fail(protocol.Invalidf("The list of keys in RequestItems for BatchGetItem is required: %s has empty list", table))
	}
	placeholders := expr.ReadPlaceholders(o, "ProjectionExpression")
	projection := readProjection(o, placeholders)
	o.Fail(placeholders.Unused())
	o.Done()
	for _, key := range keys {
		batch.lookups = append(batch.lookups, lookup{table: table, key: key, projection: projection})
	}
	return batch
}

// getBatch reads until there is no room for another item; the keys of the others
// are put off.
func (e *Engine) getBatch(batch *batchGet, used *usage, room *int) (items, off []attr.Item, err error) {
	items = []attr.Item{}
	seen := map[string]bool{}
	for _, l := range batch.lookups {
		r, err := e.find(l)
		if err != nil {
			return nil, nil, err
		}
		position := e.tables[l.table].keys.position(l.key)
		if seen[position] {
			return nil, nil, errDuplicateKeys()
		}
		seen[position] = true
		if *room -= r.bytes(); *room < 0 {
			off = append(off, l.key)
			continue
		}
		used.add(l.table, readUnits(r.bytes(), batch.consistent))
		if r != nil {
			items = append(items, show(r.item, l.projection))
		}
	}
	return items, off, nil
}

// putOff is the request for the keys that were put off.
func (b *batchGet) putOff(keys []attr.Item) map[string]any {
	request := maps.Clone(b.request)
	request["Keys"] = keys
	return request
}

func (e *Engine) batchWriteItem(o *protocol.Object) (*result, error) {
	var actions []action
	requests := o.Object("RequestItems")
	if requests == nil || len(requests.Names()) == 0 {
		o.Fail(protocol.Invalidf("The requestItems parameter is required for BatchWriteItem"))
	} else {
		for _, table := range requests.Names() {
			actions = append(actions, readBatchWrite(requests, table)...)
		}
	}
	if len(actions) > maxBatchWrite {
		o.Fail(protocol.Invalidf("Too many items requested for the BatchWriteItem call"))
	}
	used := readUsage(o)
	readMetrics(o)
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	changes, err := e.planBatch(actions)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		used.write(c, 1)
		c.apply()
	}
	answer := map[string]any{"UnprocessedItems": map[string]any{}}
	used.reportAll(answer)
	return succeed(answer)
}

func readBatchWrite(requests *protocol.Object, table string) []action {
	if !validName(table) {
		requests.Fail(nameError(table))
	}
	writes := requests.Objects(table)
	if len(writes) == 0 {
		requests.Fail(protocol.Invalidf("The batch write request list for a table cannot be null or empty: %s", table))
	}
	actions := make([]action, 0, len(writes))
	for _, write := range writes {
		puts, deletes := write.Object("PutRequest"), write.Object("DeleteRequest")
		a := action{table: table, kind: put}
		switch {
		case (puts == nil) == (deletes == nil):
			write.Fail(protocol.Invalidf("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"))
			return nil
		case puts != nil:
			a.key = readRequired(puts, "Item")
			puts.Done()
		default:
			a.kind, a.key = remove, readRequired(deletes, "Key")
			deletes.Done()
		}
		write.Done()
		actions = append(actions, a)
	}
	return actions
}

// planBatch works all writes out before any is made: a batch with a wrong item
// writes nothing.
func (e *Engine) planBatch(actions []action) ([]*change, error) {
	changes, seen := make([]*change, 0, len(actions)), map[string]bool{}
	for _, a := range actions {
		c, err := e.plan(a)
		if err != nil {
			return nil, err
		}
		if place := c.place(); seen[place] {
			return nil, errDuplicateKeys()
		} else {
			seen[place] = true
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// place tells an item from every other in all tables.
func (c *change) place() string { return c.table.name + "\x00" + c.position }

func errDuplicateKeys() error {
	return protocol.Invalidf("Provided list of item keys contains duplicates")
}
