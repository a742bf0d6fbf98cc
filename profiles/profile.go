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
	AccountID   string
	DisplayName string
	// Locale is a language tag of BCP 47, such as "fr-CA".
	Locale string
	// TimeZone is a name of the IANA database, such as "America/Toronto".
	TimeZone string
	// UpdatedAt is in UTC, to the millisecond.
	UpdatedAt time.Time
	// Version counts the changes, from 1.
	Version int64
}

// ErrNotFound is answered when an account has no profile.
var ErrNotFound = problem.New(problem.NotFound, "There is no such profile.")
