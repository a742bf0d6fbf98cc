package memory

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// maxTransaction is the maximum number of actions in a transaction.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const maxTransaction = 100

func (e *Engine) transactGetItems(o *protocol.Object) (*result, error) {
	var lookups []lookup
	for _, member := range readTransactItems(o) {
		get := member.Object("Get")
		if get == nil {
			violateNull(o, "transactItems.get")
			break
		}
		lookups = append(lookups, readLookup(get))
		get.Done()
		member.Done()
	}
	used := readUsage(o)
	used.unit = "ReadCapacityUnits"
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	seen, reasons := map[string]bool{}, newReasons(len(lookups))
	responses, bytes := make([]map[string]any, 0, len(lookups)), 0
	for n, l := range lookups {
		r, err := e.find(l, true)
		if blamed, ok := asItemError(err); ok {
			return nil, reasons.blame(n, "ValidationError", blamed).cancel()
		}
		if err != nil {
			return nil, err
		}
		id := l.table + "\x00" + e.tables[l.table].keys.position(l.key)
		if seen[id] {
			return nil, errSameItem()
		}
		seen[id] = true
		if bytes += r.bytes(); bytes > maxTransactionBytes {
			return nil, errTransactionBytes()
		}
		used.add(l.table, transactional*readUnits(r.bytes(), true))
		response := map[string]any{}
		if r != nil {
			// Unlike GetItem, which returns {"Item":{}} if the projection selects nothing.
			if item := project(r.item, l.projection); len(item) > 0 {
				response["Item"] = item
			}
		}
		responses = append(responses, response)
	}
	response := map[string]any{"Responses": responses}
	used.reportAll(response)
	return success(response)
}

func readTransactItems(o *protocol.Object) []*protocol.Object {
	items := o.Objects("TransactItems")
	switch {
	case len(items) == 0:
		o.Violate("Value at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case len(items) > maxTransaction:
		o.Violate("Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to %d", maxTransaction)
	}
	return items
}

func errSameItem() error {
	return protocol.Invalidf("Transaction request cannot include multiple operations on one item")
}
