package store

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
)

// List returns at most limit accounts with a status, newest first, and the
// position of the next page, which is empty on the last page. The page begins
// after the position after, which an earlier call for the same status has
// returned, or with the newest account if after is empty. It makes one call of
// DynamoDB. The index is eventually consistent.
func (s *Store) List(ctx context.Context, status accounts.Status, limit int, after string) ([]accounts.Account, string, error) {
	// The query asks for one more account to find out whether there is a next
	// page. A page is far smaller than 1 MB, at which DynamoDB would end it.
	q := s.table.Get("status", string(status)).Index(tables.ByStatus.Name).Order(dynamo.Descending).SearchLimit(limit + 1)
	if after != "" {
		key, err := startKey(status, after)
		if err != nil {
			return nil, "", err
		}
		q.StartFrom(key)
	}
	var items []accountItem
	if err := q.All(ctx, &items); err != nil {
		return nil, "", err
	}
	next := ""
	if len(items) > limit {
		items = items[:limit]
		next = position(items[limit-1].account())
	}
	list := make([]accounts.Account, len(items))
	for i, item := range items {
		list[i] = item.account()
	}
	return list, next, nil
}

// position returns the position of an account in the list of its status.
func position(a accounts.Account) string { return a.CreatedAt.Format(timeLayout) + " " + a.ID }

// startKey parses a position into the index's key.
func startKey(status accounts.Status, position string) (dynamo.PagingKey, error) {
	createdAt, id, ok := strings.Cut(position, " ")
	if !ok {
		return nil, errors.New("malformed position in a list")
	}
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	return dynamo.PagingKey{hashKey: text(accountKey(id)), "status": text(string(status)), "createdAt": text(createdAt)}, nil
}
