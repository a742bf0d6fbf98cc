package dynamodb

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// target is an item that a request asks to write: its table, and attributes that
// include its key.
type target struct {
	table string
	item  attr.Item
}

// requestTargets returns the items that a request may write. Missing members are
// left for the engine to refuse. A value that cannot be decoded is refused here,
// because a write to an item without a known key could not be replicated.
func requestTargets(operation string, body []byte) ([]target, error) {
	o, err := protocol.Parse(body)
	if err != nil {
		return nil, err
	}
	var found []target
	add := func(table string, o *protocol.Object, member string) {
		if item, ok := attr.ReadItem(o, member); ok {
			found = append(found, target{table: table, item: item})
		}
	}
	switch operation {
	case "PutItem":
		table, _ := o.Text("TableName")
		add(table, o, "Item")
	case "UpdateItem", "DeleteItem":
		table, _ := o.Text("TableName")
		add(table, o, "Key")
	case "BatchWriteItem":
		batchTargets(o, "RequestItems", add)
	case "TransactWriteItems":
		for _, action := range o.Objects("TransactItems") {
			for kind, member := range map[string]string{"Put": "Item", "Update": "Key", "Delete": "Key"} {
				if write := action.Object(kind); write != nil {
					table, _ := write.Text("TableName")
					add(table, write, member)
				}
			}
		}
	}
	return found, o.Err()
}

// batchTargets calls add for each item of a BatchWriteItem request, or of the
// unprocessed items in its response.
func batchTargets(o *protocol.Object, member string, add func(string, *protocol.Object, string)) {
	requests := o.Object(member)
	if requests == nil {
		return
	}
	for _, table := range requests.Names() {
		for _, write := range requests.Objects(table) {
			if put := write.Object("PutRequest"); put != nil {
				add(table, put, "Item")
			}
			if remove := write.Object("DeleteRequest"); remove != nil {
				add(table, remove, "Key")
			}
		}
	}
}

// unprocessedTargets returns the items of a BatchWriteItem that the engine has not
// processed.
func unprocessedTargets(response []byte) ([]target, error) {
	o, err := protocol.Parse(response)
	if err != nil {
		return nil, err
	}
	var found []target
	batchTargets(o, "UnprocessedItems", func(table string, o *protocol.Object, member string) {
		if item, ok := attr.ReadItem(o, member); ok {
			found = append(found, target{table: table, item: item})
		}
	})
	return found, o.Err()
}
