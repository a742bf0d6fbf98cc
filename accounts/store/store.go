// Package store stores accounts in the DynamoDB table of this context:
//
//	pk                            item
//	account#<subject>             an account
//	email#<hash of the address>   the claim on an e-mail address
//	idempotency#<subject>#<hash>  the result of a createAccount request, for a day
//
// Every write is a transaction with a condition on each item, even a write of a
// single item: a transaction has a token, so that the SDK can repeat it after a
// lost response without taking its own first attempt for another writer. This
// doubles the write units, which are few compared with the reads.
package store

import (
	"context"
	"errors"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/problem"
)

// Store reads and writes accounts in one Region's replica. It is safe for
// concurrent use. Its errors are the errors of package accounts, an Unavailable
// problem if DynamoDB is not available, or internal errors.
type Store struct {
	db    *dynamo.DB
	table dynamo.Table
}

// Open opens the store of the Lambda's environment and Region.
func Open(env lambdaenv.Env) *Store {
	db := dynamodb.Open(env)
	return &Store{db, db.Table(tables.Accounts.PhysicalName(env.Environment))}
}

// hashKey is the table's only key.
const hashKey = "pk"

// maxAttempts limits how often a write is adapted to a faster writer's change,
// and so its calls: nine at most. Each failed attempt means that another writer
// succeeded.
const maxAttempts = 4

// errBusy is returned if every attempt was overtaken by another writer.
var errBusy = &problem.Error{Kind: problem.Unavailable, Detail: "Others are changing the account.", RetryAfter: 1}

// Get reads the account of a subject. It fails with ErrNotFound if there is no
// such account. The read is eventually consistent.
func (s *Store) Get(ctx context.Context, id string) (accounts.Account, error) {
	return s.get(ctx, id, false)
}

func (s *Store) get(ctx context.Context, id string, consistent bool) (accounts.Account, error) {
	var i accountItem
	err := s.table.Get(hashKey, accountKey(id)).Project(accountAttributes...).Consistent(consistent).One(ctx, &i)
	if errors.Is(err, dynamo.ErrNotFound) {
		return accounts.Account{}, accounts.ErrNotFound
	}
	if err != nil {
		return accounts.Account{}, err
	}
	return i.account(), nil
}

// Probe checks that the table can be read, by reading an item that does not exist.
func (s *Store) Probe(ctx context.Context) error {
	_, err := s.Get(ctx, "health")
	if errors.Is(err, accounts.ErrNotFound) {
		return nil
	}
	return err
}
