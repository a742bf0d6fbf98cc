package store

import (
	"context"
	"time"

	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/profiles"
)

// Create stores a new profile for an account. It fails with ErrExists if the
// Region already has one.
func (s *Store) Create(ctx context.Context, accountID string, c profiles.Content, now time.Time) (profiles.Profile, error) {
	return s.put(ctx, accountID, c, now, condition{"attribute_not_exists(accountId)", nil, profiles.ErrExists})
}

// Replace stores another content for an account's profile. It fails with ErrStale
// if there is no such profile or match does not contain its version.
func (s *Store) Replace(ctx context.Context, accountID string, match precondition.Match, c profiles.Content, now time.Time) (profiles.Profile, error) {
	return s.put(ctx, accountID, c, now, condition{"$", []any{dynamodb.VersionIn("version", match)}, profiles.ErrStale})
}

// condition is the condition of a change, with the error if it does not hold.
type condition struct {
	expression string
	args       []any
	refusal    error
}

// put writes the content with UpdateItem rather than PutItem, so that preferences
// and the time of an earlier consent stay without a read.
func (s *Store) put(ctx context.Context, accountID string, c profiles.Content, now time.Time, only condition) (profiles.Profile, error) {
	var links []link
	for _, l := range c.Links {
		links = append(links, link(l))
	}
	now, version := toMillisecond(now), precondition.NewVersion()
	update := s.table.Update(hashKey, accountID).If(only.expression, only.args...).
		Set("displayName", c.DisplayName).Set("locale", c.Locale).Set("timeZone", c.TimeZone).Set("links", links).
		SetIfNotExists("preferences", map[string]any{}).
		Set("updatedAt", now).Set("version", version)
	if c.MarketingConsent {
		update.SetIfNotExists("marketingConsentAt", now)
	} else {
		update.Remove("marketingConsentAt")
	}
	var i item
	err := dynamodb.OnFailedCondition(update.Value(ctx, &i), func(found item) error {
		if found.Version == version { // the SDK repeated a write whose response was lost
			i = found
			return nil
		}
		return only.refusal
	})
	return i.profile(), err
}

// toMillisecond returns a time in UTC with the precision of a profile's times.
func toMillisecond(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
