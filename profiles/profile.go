// Package profiles is the bounded context of profiles: how a customer wants to
// be addressed and shown. A profile belongs to the account of the same
// identifier, which is its owner's subject in the user pool.
package profiles

import (
	"time"

	"github.com/meridian-api/meridian/platform/problem"
)

// Profile is a customer's profile.
type Profile struct {
	// AccountID is the owner's subject in the user pool, a UUID.
	AccountID string
	Content
	// Preferences are by their names. They are merged, never replaced with the content.
	Preferences Preferences
	// MarketingConsentAt is when consent was given, in UTC, to the millisecond;
	// zero without consent. It stays while consent stays.
	MarketingConsentAt time.Time
	// UpdatedAt is in UTC, to the millisecond.
	UpdatedAt time.Time
	// Version tells two states of the profile apart. It is drawn at random for
	// each change and never counted: counters come to the same number when two
	// Regions change a profile at once, and again after a profile was deleted.
	Version int64
}

// Content is what the owner writes as a whole.
type Content struct {
	DisplayName string
	// Locale is a language tag of BCP 47, such as "fr-CA".
	Locale string
	// TimeZone is a name of the IANA database, such as "America/Toronto".
	TimeZone string
	Links    []Link
	// MarketingConsent is whether the owner agrees to be sent advertising.
	MarketingConsent bool
}

// Link leads to a page of the customer's.
type Link struct{ Label, URL string }

// The errors of this context.
var (
	ErrNotFound      = problem.New(problem.NotFound, "There is no such profile.")
	ErrUnconditional = problem.New(problem.PreconditionRequired, "Send If-None-Match: * to create a profile, or If-Match with the ETag of the version that you replace.")
	ErrExists        = problem.New(problem.PreconditionFailed, "There is a profile already. Read it, and send If-Match with its ETag.")
	ErrStale         = problem.New(problem.PreconditionFailed, "If-Match does not name the profile's present version. Read it again, and repeat the change.")
	ErrFull          = problem.New(problem.Conflict, "A profile has at most %d preferences, and a merge that adds any is counted as if all that it sets were new. Remove some first.", MaxPreferences)
)
