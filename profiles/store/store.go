// Package store stores profiles in DynamoDB. Each profile is one item, so every
// read and every write is one call, and a profile has one version.
package store

import (
	"context"
	"errors"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/tables"
)

// Store reads and writes profiles in one Region's replica. It is safe for
// concurrent use. Its errors are the errors of package profiles, an Unavailable
// problem if DynamoDB is not available, or internal errors.
//
// Reads are eventually consistent. Conditions see this Region only: a write of
// another Region within the replication lag is not detected, and the later of the
// two items replaces the other.
type Store struct{ table dynamo.Table }

// Open opens the store of the Lambda's environment and Region.
func Open(env lambdaenv.Env) *Store {
	return &Store{dynamodb.Open(env).Table(tables.Profiles.PhysicalName(env.Environment))}
}

// hashKey is the table's only key.
const hashKey = "accountId"

// Get reads the profile of an account. It fails with ErrNotFound if there is no
// such profile.
func (s *Store) Get(ctx context.Context, accountID string) (profiles.Profile, error) {
	i, err := one(ctx, s.table.Get(hashKey, accountID))
	return i.profile(), err
}

// DisplayName reads the display name of an account's profile and nothing else.
// It fails with ErrNotFound if there is no such profile.
func (s *Store) DisplayName(ctx context.Context, accountID string) (string, error) {
	i, err := one(ctx, s.table.Get(hashKey, accountID).Project("displayName"))
	return i.DisplayName, err
}

func one(ctx context.Context, get *dynamo.Query) (item, error) {
	var i item
	err := get.One(ctx, &i)
	if errors.Is(err, dynamo.ErrNotFound) {
		return item{}, profiles.ErrNotFound
	}
	return i, err
}

// Probe checks that the table can be read, by reading an item that does not exist.
func (s *Store) Probe(ctx context.Context) error {
	_, err := s.Get(ctx, "health")
	if errors.Is(err, profiles.ErrNotFound) {
		return nil
	}
	return err
}
