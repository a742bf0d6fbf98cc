// Package store keeps profiles in DynamoDB: each in one item, so that every
// read and every write is one call, and all of a profile has one version.
package store

import (
	"context"
	"errors"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/tables"
)

// Store reads and writes profiles in one Region's replica. It is safe for
// concurrent use. Its errors are those of package profiles, Unavailable when
// DynamoDB is, or unexplained.
//
// Reads are eventually consistent. Conditions see this Region alone: what the
// other Region writes within the replication lag is not refused, and of the two
// whole items the later one stays.
type Store struct{ table dynamo.Table }

// Open makes the store of the Lambda's environment and Region.
func Open(env lambdaenv.Env) *Store {
	return &Store{dynamodb.Open(env).Table(tables.Profiles.PhysicalName(env.Environment))}
}

// Get reads the profile of an account, or fails with ErrNotFound.
func (s *Store) Get(ctx context.Context, accountID string) (profiles.Profile, error) {
	i, err := one(ctx, s.table.Get("accountId", accountID))
	return i.profile(), err
}

// DisplayName reads nothing but the display name of an account's profile, or
// fails with ErrNotFound.
func (s *Store) DisplayName(ctx context.Context, accountID string) (string, error) {
	i, err := one(ctx, s.table.Get("accountId", accountID).Project("displayName"))
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

// Delete deletes the profile of an account, if there is one. It fails with
// ErrStale when there is one whose version the condition does not name.
func (s *Store) Delete(ctx context.Context, accountID string, match precondition.Match) error {
	del := s.table.Delete("accountId", accountID)
	if !match.Any {
		del.If("attribute_not_exists(accountId) OR $", versionIn(match))
	}
	err := del.Run(ctx)
	if dynamo.IsCondCheckFailed(err) {
		return profiles.ErrStale
	}
	return err
}

// Probe reads an item that does not exist: the table answers, or it does not.
func (s *Store) Probe(ctx context.Context) error {
	_, err := s.Get(ctx, "health")
	if errors.Is(err, profiles.ErrNotFound) {
		return nil
	}
	return err
}
