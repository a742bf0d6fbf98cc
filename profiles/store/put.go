package store

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/profiles"
)

// Create stores a new profile for an account, or fails with ErrExists when the
// Region knows one.
func (s *Store) Create(ctx context.Context, accountID string, c profiles.Content, now time.Time) (profiles.Profile, error) {
	return s.put(ctx, accountID, c, now, condition{"attribute_not_exists(accountId)", nil, profiles.ErrExists})
}

// Replace stores another content of an account's profile. It fails with
// ErrStale unless there is one whose version match names.
func (s *Store) Replace(ctx context.Context, accountID string, match precondition.Match, c profiles.Content, now time.Time) (profiles.Profile, error) {
	if match.Any {
		return s.put(ctx, accountID, c, now, condition{"attribute_exists(accountId)", nil, profiles.ErrStale})
	}
	return s.put(ctx, accountID, c, now, condition{"$", []any{versionIn(match)}, profiles.ErrStale})
}

// condition of a change, and the error when it does not hold.
type condition struct {
	expression string
	args       []any
	refusal    error
}

// put updates the item where PutItem would replace it: preferences stay as they
// are, and so does the time of a consent that was given before. Nothing is read
// for that.
func (s *Store) put(ctx context.Context, accountID string, c profiles.Content, now time.Time, only condition) (profiles.Profile, error) {
	var links []link
	for _, l := range c.Links {
		links = append(links, link(l))
	}
	now, version := moment(now), newVersion()
	update := s.table.Update("accountId", accountID).If(only.expression, only.args...).
		Set("displayName", c.DisplayName).Set("locale", c.Locale).Set("timeZone", c.TimeZone).Set("links", links).
		SetIfNotExists("preferences", map[string]any{}).
		Set("updatedAt", now).Set("version", version)
	if c.MarketingConsent {
		update.SetIfNotExists("marketingConsentAt", now)
	} else {
		update.Remove("marketingConsentAt")
	}
	var i item
	err := explain(update.Value(ctx, &i), func(was item) error {
		if was.Version == version { // an attempt came through whose answer was lost, and the SDK tried again
			i = was
			return nil
		}
		return only.refusal
	})
	return i.profile(), err
}

// newVersion draws a version; see profiles.Profile.
func newVersion() int64 { return rand.Int64N(math.MaxInt64) + 1 }

// moment is a time as profiles have it.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
