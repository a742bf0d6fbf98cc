package dynamodb

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// What one call to an engine may hold.
const (
	maxBatchGet   = 100
	maxBatchWrite = 25
)

// images are the items at the places, by id; an item that is not there is not in
// the map.
func (r *region) images(ctx context.Context, places map[string]place) (map[string]attr.Item, error) {
	type keys struct {
		Keys           []attr.Item
		ConsistentRead bool
	}
	images, requests, count := map[string]attr.Item{}, map[string]*keys{}, 0
	flush := func() error {
		if count == 0 {
			return nil
		}
		err := r.readAll(ctx, map[string]any{"RequestItems": requests}, images)
		requests, count = map[string]*keys{}, 0
		return err
	}
	for _, p := range places {
		if requests[p.table] == nil {
			requests[p.table] = &keys{ConsistentRead: true}
		}
		requests[p.table].Keys = append(requests[p.table].Keys, p.key)
		if count++; count == maxBatchGet {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	return images, flush()
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
		left := o.Object("UnprocessedKeys")
		if left == nil || len(left.Names()) == 0 {
			return nil
		}
		raw, _ := o.Raw("UnprocessedKeys")
		request = map[string]any{"RequestItems": raw}
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
	body, err := json.Marshal(map[string]any{"RequestItems": requests})
	if err != nil {
		return err
	}
	answer := r.call(ctx, "BatchWriteItem", body)
	if err := failure("BatchWriteItem", answer); err != nil {
		return err
	}
	left, err := unprocessed(answer.Body)
	if err == nil && len(left) > 0 {
		err = errors.New("BatchWriteItem: the engine has put some items off")
	}
	return err
}
