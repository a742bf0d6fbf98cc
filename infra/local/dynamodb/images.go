package dynamodb

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// maxBatchWrite is how many items one BatchWriteItem may hold.
const maxBatchWrite = 25

// images are the items at the places of one write, by id; an item that is not
// there is not in the map. One BatchGetItem holds them all: no write has more
// than a transaction's hundred.
func (r *region) images(ctx context.Context, places map[string]place) (map[string]attr.Item, error) {
	type keys struct {
		Keys           []attr.Item
		ConsistentRead bool
	}
	images := map[string]attr.Item{}
	if len(places) == 0 {
		return images, nil
	}
	requests := map[string]*keys{}
	for _, p := range places {
		if requests[p.table] == nil {
			requests[p.table] = &keys{ConsistentRead: true}
		}
		requests[p.table].Keys = append(requests[p.table].Keys, p.key)
	}
	return images, r.readAll(ctx, map[string]any{"RequestItems": requests}, images)
}

// readAll asks one BatchGetItem, and again for what the engine has put off.
func (r *region) readAll(ctx context.Context, request map[string]any, images map[string]attr.Item) error {
	for {
		body, err := json.Marshal(request)
		if err != nil {
			return err
		}
		answer := r.call(ctx, "BatchGetItem", body)
		if err := failure("BatchGetItem", answer); err != nil {
			return err
		}
		o, err := protocol.Parse(answer.Body)
		if err != nil {
			return err
		}
		responses := o.Object("Responses")
		if responses == nil {
			return errors.New("BatchGetItem: no Responses in the answer")
		}
		for _, table := range responses.Names() {
			items, _ := attr.ReadItems(responses, table)
			for _, item := range items {
				if p, ok := r.place(table, item); ok {
					images[p.id] = item
				}
			}
		}
		if err := o.Err(); err != nil {
			return err
		}
		left, more, err := putOff(answer.Body, "UnprocessedKeys")
		if err != nil || !more {
			return err
		}
		request = map[string]any{"RequestItems": left}
	}
}

// putAll makes the records' images the items of this Region: at most
// maxBatchWrite of them, no two of one item.
func (r *region) putAll(ctx context.Context, records []record) error {
	requests := map[string][]map[string]any{}
	for _, incoming := range records {
		write := map[string]any{"PutRequest": map[string]any{"Item": incoming.image}}
		if incoming.image == nil {
			write = map[string]any{"DeleteRequest": map[string]any{"Key": incoming.key}}
		}
		requests[incoming.table] = append(requests[incoming.table], write)
	}
	request := map[string]any{"RequestItems": requests}
	for range records { // each round does one at least, or there is no point in another
		body, err := json.Marshal(request)
		if err != nil {
			return err
		}
		answer := r.call(ctx, "BatchWriteItem", body)
		if err := failure("BatchWriteItem", answer); err != nil {
			return err
		}
		left, more, err := putOff(answer.Body, "UnprocessedItems")
		if err != nil || !more {
			return err
		}
		request = map[string]any{"RequestItems": left}
	}
	return errors.New("BatchWriteItem: the engine puts items off again and again")
}

// putOff is the member of an answer that holds what an engine has not done yet;
// false if there is nothing.
func putOff(answer []byte, member string) (left any, more bool, err error) {
	o, err := protocol.Parse(answer)
	if err != nil {
		return nil, false, err
	}
	if requests := o.Object(member); requests == nil || len(requests.Names()) == 0 {
		return nil, false, o.Err()
	}
	left, more = o.Raw(member)
	return left, more, nil
}
