package dynamodb

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// maxBatchWrite is the maximum number of items in a BatchWriteItem.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
const maxBatchWrite = 25

// currentItems reads the items that a write refers to, by ID. Items that do not
// exist are omitted. One BatchGetItem is enough: no write has more than the 100
// items of a transaction.
func (r *region) currentItems(ctx context.Context, refs map[string]itemRef) (map[string]attr.Item, error) {
	type keys struct {
		Keys           []attr.Item
		ConsistentRead bool
	}
	images := map[string]attr.Item{}
	if len(refs) == 0 {
		return images, nil
	}
	requests := map[string]*keys{}
	for _, p := range refs {
		if requests[p.table] == nil {
			requests[p.table] = &keys{ConsistentRead: true}
		}
		requests[p.table].Keys = append(requests[p.table].Keys, p.key)
	}
	return images, r.getItems(ctx, map[string]any{"RequestItems": requests}, images)
}

// getItems sends a BatchGetItem, and repeats it for the keys that the engine
// returned as unprocessed.
func (r *region) getItems(ctx context.Context, request map[string]any, images map[string]attr.Item) error {
	for {
		body, err := json.Marshal(request)
		if err != nil {
			return err
		}
		response := r.call(ctx, "BatchGetItem", body)
		if err := responseError("BatchGetItem", response); err != nil {
			return err
		}
		o, err := protocol.Parse(response.Body)
		if err != nil {
			return err
		}
		responses := o.Object("Responses")
		if responses == nil {
			return errors.New("BatchGetItem: the response has no Responses")
		}
		for _, table := range responses.Names() {
			items, _ := attr.ReadItems(responses, table)
			for _, item := range items {
				if p, ok := r.ref(table, item); ok {
					images[p.id] = item
				}
			}
		}
		if err := o.Err(); err != nil {
			return err
		}
		left, more, err := unprocessedMember(response.Body, "UnprocessedKeys")
		if err != nil || !more {
			return err
		}
		request = map[string]any{"RequestItems": left}
	}
}

// putItems stores the records in this Region: at most maxBatchWrite of them, and at
// most one for each item.
func (r *region) putItems(ctx context.Context, records []record) error {
	requests := map[string][]map[string]any{}
	for _, incoming := range records {
		write := map[string]any{"PutRequest": map[string]any{"Item": incoming.image}}
		if incoming.image == nil {
			write = map[string]any{"DeleteRequest": map[string]any{"Key": incoming.key}}
		}
		requests[incoming.table] = append(requests[incoming.table], write)
	}
	request := map[string]any{"RequestItems": requests}
	for range records { // each round processes at least one item
		body, err := json.Marshal(request)
		if err != nil {
			return err
		}
		response := r.call(ctx, "BatchWriteItem", body)
		if err := responseError("BatchWriteItem", response); err != nil {
			return err
		}
		left, more, err := unprocessedMember(response.Body, "UnprocessedItems")
		if err != nil || !more {
			return err
		}
		request = map[string]any{"RequestItems": left}
	}
	return errors.New("BatchWriteItem: the engine returns the same items as unprocessed again")
}

// unprocessedMember returns the member of a response that lists what the engine has
// not processed. It reports false if the list is empty.
func unprocessedMember(response []byte, member string) (left any, more bool, err error) {
	o, err := protocol.Parse(response)
	if err != nil {
		return nil, false, err
	}
	if requests := o.Object(member); requests == nil || len(requests.Names()) == 0 {
		return nil, false, o.Err()
	}
	left, more = o.Raw(member)
	return left, more, nil
}
