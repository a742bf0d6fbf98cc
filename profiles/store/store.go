// Package store keeps profiles in DynamoDB.
package store

import (
	"context"
	"errors"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/api"
)

// Store reads and writes profiles in one Region's replica. It is safe for
// concurrent use. Its errors are those of package profiles, Unavailable when
// DynamoDB is, or unexplained.
type Store struct{ table dynamo.Table }

// Open makes the store of the Lambda's environment and Region.
func Open(env lambdaenv.Env) *Store {
	return &Store{dynamodb.Open(env).Table(api.Profiles.PhysicalName(env.Environment))}
}

// item is a profile as DynamoDB holds it.
type item struct {
	AccountID   string    `dynamo:"accountId,hash"`
	DisplayName string    `dynamo:"displayName"`
	Locale      string    `dynamo:"locale"`
	TimeZone    string    `dynamo:"timeZone"`
	UpdatedAt   time.Time `dynamo:"updatedAt"`
	Version     int64     `dynamo:"version"`
}

func (i item) profile() profiles.Profile {
	return profiles.Profile{
		AccountID: i.AccountID, DisplayName: i.DisplayName, Locale: i.Locale, TimeZone: i.TimeZone,
		UpdatedAt: i.UpdatedAt.UTC(), Version: i.Version,
	}
}

// Put writes the profile over whatever there was, and gives it back with its
// new version. One UpdateItem counts the version without reading it first.
func (s *Store) Put(ctx context.Context, p profiles.Profile) (profiles.Profile, error) {
	var i item
	err := s.table.Update("accountId", p.AccountID).
		Set("displayName", p.DisplayName).Set("locale", p.Locale).Set("timeZone", p.TimeZone).
		Set("updatedAt", p.UpdatedAt).Add("version", 1).
		Value(ctx, &i)
	if err != nil {
		return profiles.Profile{}, dynamodb.Explain(err)
	}
	return i.profile(), nil
}

// Get reads the profile of an account, or fails with ErrNotFound. The read is
// eventually consistent.
func (s *Store) Get(ctx context.Context, accountID string) (profiles.Profile, error) {
	var i item
	err := s.table.Get("accountId", accountID).One(ctx, &i)
	if errors.Is(err, dynamo.ErrNotFound) {
		return profiles.Profile{}, profiles.ErrNotFound
	}
	if err != nil {
		return profiles.Profile{}, dynamodb.Explain(err)
	}
	return i.profile(), nil
}

// Probe reads an item that does not exist: the table answers, or it does not.
func (s *Store) Probe(ctx context.Context) error {
	_, err := s.Get(ctx, "health")
	if errors.Is(err, profiles.ErrNotFound) {
		return nil
	}
	return err
}
