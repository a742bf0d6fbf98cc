// Package profiles is the bounded context of profiles. A profile contains how a
// customer wants to be addressed and shown. It belongs to the account with the
// same identifier, which is its owner's subject in the user pool.
package profiles

import "time"

// Profile is a customer's profile.
type Profile struct {
	// AccountID is the owner's subject in the user pool, a UUID.
	AccountID string
	Content
	// Preferences are merged and not replaced with the content.
	Preferences Preferences
	// MarketingConsentAt is the time at which consent was given, in UTC, with
	// millisecond precision. It is zero without consent and stays the same while
	// consent is given.
	MarketingConsentAt time.Time
	// UpdatedAt is in UTC, with millisecond precision.
	UpdatedAt time.Time
	// Version identifies a state of the profile. Each change draws it at random. A
	// counter would reach the same number when two Regions change a profile at
	// once, or after a profile was deleted and created again.
	Version int64
}

// Content is the part of a profile that its owner replaces as a unit.
type Content struct {
	DisplayName string
	// Locale is a language tag of BCP 47, such as "fr-CA".
	Locale string
	// TimeZone is a name of the IANA database, such as "America/Toronto".
	TimeZone string
	Links    []Link
	// MarketingConsent is whether the owner consents to advertising.
	MarketingConsent bool
}

// Link is a link to a page of the customer.
type Link struct{ Label, URL string }
