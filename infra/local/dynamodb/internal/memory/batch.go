package memory

import (
	"iter"
	"maps"
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

const (
	maxBatchGet   = 100      // items per BatchGetItem
	maxBatchWrite = 25       // items per BatchWriteItem
	maxBatchBytes = 16 << 20 // size of the items that a BatchGetItem returns
)

// batchGet contains the reads of one table in a BatchGetItem.
type batchGet struct {
	lookups    []lookup
	consistent bool
	request    map[string]any // as received, to return the unprocessed keys in
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
	if err := e.checkTables(maps.Keys(batches)); err != nil {
		return nil, err
	}
	responses, unprocessed, room := map[string][]attr.Item{}, map[string]any{}, maxBatchBytes
	for _, table := range slices.Sorted(maps.Keys(batches)) {
		items, deferred, err := e.getBatch(batches[table], used, &room)
		if err != nil {
			return nil, err
		}
		responses[table] = items
		if deferred != nil {
			unprocessed[table] = batches[table].retryRequest(deferred)
		}
	}
	response := map[string]any{"Responses": responses, "UnprocessedKeys": unprocessed}
	used.reportAll(response)
	return success(response)
}

func readBatchGet(o *protocol.Object, table string) *batchGet {
	checkUsedName(o, "requestItems", table)
	refuseMixed(o, "ProjectionExpression")
	batch := &batchGet{consistent: o.Bool("ConsistentRead"), request: o.Members()}
	keys, _ := attr.ReadItems(o, "Keys")
	if len(keys) == 0 {
		o.Fail(protocol.Invalidf("The list of keys in RequestItems for BatchGetItem is required: %s has empty list", table))
	}
	placeholders := expr.ReadPlaceholders(o, "ProjectionExpression")
	projection := readProjection(o, placeholders)
	o.Fail(placeholders.Unused())
	o.Done()
	for n, key := range keys {
		if slices.ContainsFunc(keys[:n], func(earlier attr.Item) bool { return attr.EqualItems(earlier, key) }) {
			o.Fail(errDuplicateKeys())
		}
		batch.lookups = append(batch.lookups, lookup{table: table, key: key, projection: projection})
	}
	return batch
}

// checkTables returns an error unless all tables exist. The caller holds e.mu.
func (e *Engine) checkTables(names iter.Seq[string]) error {
	for _, name := range slices.Sorted(names) {
		if e.tables[name] == nil {
			return errNoTable()
		}
	}
	return nil
}

// getBatch reads items as long as there is room in the response, and returns the
// keys of the others as deferred.
func (e *Engine) getBatch(batch *batchGet, used *usage, room *int) (items, deferred []attr.Item, err error) {
	items = []attr.Item{}
	for _, l := range batch.lookups {
		r, err := e.find(l, batch.consistent)
		if err != nil {
			return nil, nil, err
		}
		if *room -= r.bytes(); *room < 0 {
			deferred = append(deferred, l.key)
			continue
		}
		used.add(l.table, readUnits(r.bytes(), batch.consistent))
		if r != nil {
			items = append(items, project(r.item, l.projection))
		}
	}
	return items, deferred, nil
}

// retryRequest returns the request for the deferred keys.
func (b *batchGet) retryRequest(keys []attr.Item) map[string]any {
	request := maps.Clone(b.request)
	request["Keys"] = keys
	return request
}

func (e *Engine) batchWriteItem(tx *store.Tx, o *protocol.Object) (*result, error) {
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
	collections := readMetrics(o)
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
		c.apply(e.options.Now(), tx)
		collections.write(c)
	}
	response := map[string]any{"UnprocessedItems": map[string]any{}}
	used.reportAll(response)
	collections.reportAll(response)
	return success(response)
}

func readBatchWrite(requests *protocol.Object, table string) []action {
	checkUsedName(requests, "requestItems", table)
	writes := requests.Objects(table)
	if len(writes) == 0 {
		requests.Fail(protocol.Invalidf("The batch write request list for a table cannot be null or empty: %s", table))
	}
	actions := make([]action, 0, len(writes))
	for _, write := range writes {
		puts, deletes := write.Object("PutRequest"), write.Object("DeleteRequest")
		a := action{table: table, kind: put, batched: true}
		switch {
		case (puts == nil) == (deletes == nil):
			write.Fail(protocol.Invalidf("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"))
			return nil
		case puts != nil:
			a.key = readPutItem(puts)
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

// planBatch plans all writes before any is applied: a batch with an invalid write
// writes nothing. Duplicates are reported last.
func (e *Engine) planBatch(actions []action) ([]*change, error) {
	changes, seen, duplicates := make([]*change, 0, len(actions)), map[string]bool{}, false
	for _, a := range actions {
		c, err := e.plan(a)
		if err != nil {
			return nil, err
		}
		duplicates = duplicates || seen[c.id()]
		seen[c.id()] = true
		changes = append(changes, c)
	}
	if duplicates {
		return nil, errDuplicateKeys()
	}
	return changes, nil
}

// id identifies the item among the items of all tables.
func (c *change) id() string { return c.table.name + "\x00" + c.position }

func errDuplicateKeys() error {
	return protocol.Invalidf("Provided list of item keys contains duplicates")
}
