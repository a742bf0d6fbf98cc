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

// targets are the items that a request may write. What is missing in a request is
// left for the engine to refuse; a value that cannot be read is refused here,
// because a write to an item that cannot be named could not be replicated.
func targets(operation string, body []byte) ([]target, error) {
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

// batchTargets are the items of a BatchWriteItem's requests, and of those that an
// answer gives back as unprocessed.
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

// unprocessed are the items that an engine has put off in a BatchWriteItem.
func unprocessed(answer []byte) ([]target, error) {
	o, err := protocol.Parse(answer)
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
