// Package store stores profiles in DynamoDB. Every fact of a profile is decided by
// itself when two Regions write at once: its content, the consent to marketing, each
// preference, and its deletion.
//
// A global table keeps the later of two writes of one item, whatever the earlier one
// contained. So each Region writes only items of its own:
//   - its copy of the profile ("us-east-1.3@us-west-2": the third profile that us-east-1
//     created, as us-west-2 knows it), which is the complete profile at the Region's last
//     write, with the last write of every Region that it takes into account,
//   - its ledger of the account ("@us-west-2"), which counts the profiles that the Region
//     created, and contains the ones that it deleted. It stays, without personal data.
//
// A reader merges the copies of the profile that no ledger contains as deleted. An item
// arrives complete, so a Region never shows half a write of another one. A deleted
// profile's copies are removed by whoever deletes it, which can only collide with writes
// to a deleted profile.
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
// Reads are eventually consistent; writes read consistently first. Conditions see this
// Region only: a write of another Region within the replication lag is merged when it
// arrives.
type Store struct {
	db     *dynamo.DB
	table  dynamo.Table
	region string
}

// Open opens the store of the Lambda's environment and Region.
func Open(env lambdaenv.Env) *Store {
	db := dynamodb.Open(env)
	return &Store{db, db.Table(tables.Profiles.PhysicalName(env.Environment)), env.Region}
}

// The table's keys.
const (
	hashKey  = "accountId"
	rangeKey = "part"
)

// Get reads the profile of an account. It fails with ErrNotFound if there is no
// such profile.
func (s *Store) Get(ctx context.Context, accountID string) (profiles.Profile, error) {
	st, err := s.read(ctx, accountID, s.table.Get(hashKey, accountID))
	if err != nil {
		return profiles.Profile{}, err
	}
	return st.profile()
}

// DisplayName reads the display name of an account's profile and nothing else that
// is private. It fails with ErrNotFound if there is no such profile.
func (s *Store) DisplayName(ctx context.Context, accountID string) (string, error) {
	query := s.table.Get(hashKey, accountID).Project(tables.PublicAttributes...)
	st, err := s.read(ctx, accountID, query)
	if err != nil {
		return "", err
	}
	p, err := st.profile()
	return p.DisplayName, err
}

// read runs a query for all items of an account.
func (s *Store) read(ctx context.Context, accountID string, query *dynamo.Query) (state, error) {
	var items []item
	if err := query.All(ctx, &items); err != nil {
		return state{}, err
	}
	return newState(accountID, s.region, items), nil
}

// Probe checks that the table can be read, by reading an item that does not exist.
func (s *Store) Probe(ctx context.Context) error {
	_, err := s.Get(ctx, tables.Health)
	if errors.Is(err, profiles.ErrNotFound) {
		return nil
	}
	return err
}
