// Package store stores accounts in the DynamoDB table of this context:
//
//	pk                           item
//	account#<subject>            an account
//	email#<hash of the address>  the claim of an account on an e-mail address
//
// The table is strongly consistent: a conditional write sees the latest value of
// any Region, and a Region that cannot reach the others refuses it. So no account
// has two states, and a write that succeeded stays. The table has no transactions
// and no expiry. File claim.go explains how an address stays unique without them.
package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/problem"
)

// Store reads and writes accounts. It is safe for concurrent use. Its errors are
// the errors of package accounts, an Unavailable problem if DynamoDB is not
// available or a result would not be certain, or internal errors.
type Store struct {
	table dynamo.Table
	now   func() time.Time
	// others returns the table's replicas in other Regions.
	others func() []dynamo.Table
}

// Open opens the store of the Lambda's environment and Region.
func Open(env lambdaenv.Env) *Store {
	return &Store{dynamodb.OpenTable(env, tables.Accounts), time.Now, sync.OnceValue(func() []dynamo.Table {
		return dynamodb.OpenOtherReplicas(env, tables.Accounts)
	})}
}

// hashKey is the table's only key.
const hashKey = "pk"

// maxAttempts limits how often a write is adapted to a faster writer's change.
const maxAttempts = 4

// errBusy is returned if every attempt was overtaken by another writer.
var errBusy = &problem.Error{Kind: problem.Unavailable, Detail: "Others are changing the account.", RetryAfter: 1}

// Get reads the account of a subject. It fails with ErrNotFound if there is no
// such account. The read is eventually consistent.
func (s *Store) Get(ctx context.Context, id string) (accounts.Account, error) {
	i, err := s.get(ctx, id, false, tables.AccountAttributes)
	if err == nil && i.Status == "" {
		err = accounts.ErrNotFound
	}
	return i.account(), err
}

// get reads an account's item, or returns the item of no account.
func (s *Store) get(ctx context.Context, id string, consistent bool, attributes []string) (accountItem, error) {
	return getFrom(ctx, s.table, id, consistent, attributes)
}

func getFrom(ctx context.Context, table dynamo.Table, id string, consistent bool, attributes []string) (accountItem, error) {
	i := accountItem{Key: accountKey(id)}
	err := table.Get(hashKey, i.Key).Project(attributes...).Consistent(consistent).One(ctx, &i)
	if errors.Is(err, dynamo.ErrNotFound) {
		err = nil
	}
	return i, err
}

// Probe checks that the table can be read, by reading an item that does not exist.
func (s *Store) Probe(ctx context.Context) error {
	_, err := s.Get(ctx, tables.Health)
	if errors.Is(err, accounts.ErrNotFound) {
		return nil
	}
	return err
}
