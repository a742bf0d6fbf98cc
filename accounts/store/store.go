// Package store keeps accounts in DynamoDB, in the one table of this context:
//
//	pk                            item
//	account#<subject>             an account
//	email#<hash of the address>   the claim on an e-mail address
//	idempotency#<subject>#<hash>  what createAccount answered, for a day
//
// Every write is a transaction with a condition on each item. Also where one
// item changes: a transaction carries a token, so that the SDK may repeat it
// when an answer is lost, and does not take its own first attempt for somebody
// else's. That doubles the write units, which are few beside the reads.
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
// concurrent use. Its errors are those of package accounts, Unavailable when
// DynamoDB is, or unexplained.
type Store struct {
	db    *dynamo.DB
	table dynamo.Table
}

// Open makes the store of the Lambda's environment and Region.
func Open(env lambdaenv.Env) *Store {
	db := dynamodb.Open(env)
	return &Store{db, db.Table(tables.Accounts.PhysicalName(env.Environment))}
}

// hashKey is the table's only key.
const hashKey = "pk"

// maxAttempts bounds how often a write is adapted to what another writer was
// faster with, and so its calls: nine at most. Each attempt that fails means
// that another one succeeded.
const maxAttempts = 4

// errBusy is answered when every attempt met a faster writer.
var errBusy = &problem.Error{Kind: problem.Unavailable, Detail: "The account is being changed by others.", RetryAfter: 1}

// Get reads the account of a subject, or fails with ErrNotFound. The read is
// eventually consistent.
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

// Probe reads an item that does not exist: the table answers, or it does not.
func (s *Store) Probe(ctx context.Context) error {
	_, err := s.Get(ctx, "health")
	if errors.Is(err, accounts.ErrNotFound) {
		return nil
	}
	return err
}
