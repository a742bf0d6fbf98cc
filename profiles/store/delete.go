package store

import (
	"context"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/profiles"
)

// Delete deletes the profile of an account. It succeeds if there is no such
// profile, and fails with ErrStale if match does not contain the profile's version.
func (s *Store) Delete(ctx context.Context, accountID string, match precondition.Match) error {
	del := s.table.Delete(hashKey, accountID)
	if !match.Any {
		del.If("attribute_not_exists(accountId) OR $", dynamodb.VersionIn("version", match))
	}
	err := del.Run(ctx)
	if dynamo.IsCondCheckFailed(err) {
		return profiles.ErrStale
	}
	return err
}
