// Package store keeps accounts in DynamoDB.
package store

import (
	"context"
	"errors"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// Store reads and writes accounts in one Region's replica. It is safe for
// concurrent use. Its errors are those of package accounts, Unavailable when
// DynamoDB is, or unexplained.
type Store struct{ table dynamo.Table }

// Open makes the store of the Lambda's environment and Region.
func Open(env lambdaenv.Env) *Store {
	return &Store{dynamodb.Open(env).Table(api.Accounts.PhysicalName(env.Environment))}
}

// item is an account as DynamoDB holds it.
type item struct {
	AccountID string    `dynamo:"accountId,hash"`
	Email     string    `dynamo:"email"`
	Country   string    `dynamo:"country"`
	Status    string    `dynamo:"status"`
	CreatedAt time.Time `dynamo:"createdAt"`
	UpdatedAt time.Time `dynamo:"updatedAt"`
	Version   int64     `dynamo:"version"`
}

// Create stores a new account, or fails with ErrExists when the Region knows
// one of its owner already.
func (s *Store) Create(ctx context.Context, a accounts.Account) error {
	err := s.table.Put(item{
		AccountID: a.ID, Email: a.Email, Country: string(a.Country), Status: string(a.Status),
		CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt, Version: a.Version,
	}).If("attribute_not_exists(accountId)").Run(ctx)
	if dynamo.IsCondCheckFailed(err) {
		return accounts.ErrExists
	}
	return dynamodb.Explain(err)
}

// Get reads the account of a subject, or fails with ErrNotFound. The read is
// eventually consistent.
func (s *Store) Get(ctx context.Context, id string) (accounts.Account, error) {
	var i item
	err := s.table.Get("accountId", id).One(ctx, &i)
	if errors.Is(err, dynamo.ErrNotFound) {
		return accounts.Account{}, accounts.ErrNotFound
	}
	if err != nil {
		return accounts.Account{}, dynamodb.Explain(err)
	}
	return accounts.Account{
		ID: i.AccountID, Email: i.Email, Country: accounts.Country(i.Country), Status: accounts.Status(i.Status),
		CreatedAt: i.CreatedAt.UTC(), UpdatedAt: i.UpdatedAt.UTC(), Version: i.Version,
	}, nil
}

// Probe reads an item that does not exist: the table answers, or it does not.
func (s *Store) Probe(ctx context.Context) error {
	_, err := s.Get(ctx, "health")
	if errors.Is(err, accounts.ErrNotFound) {
		return nil
	}
	return err
}
