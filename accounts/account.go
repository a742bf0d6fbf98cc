// Package accounts is the bounded context of accounts. An account identifies a
// customer. It belongs to one user of the user pool and has that user's subject
// as its identifier. So the mobile app's first call is one read by key, and no
// user can have two accounts. In return, an account cannot change its owner, and a
// user cannot have a second account.
package accounts

import (
	"strings"
	"time"

	"github.com/meridian-api/meridian/platform/precondition"
)

// Account is a customer's account. The zero Account means that there is no account.
type Account struct {
	// ID is the owner's subject in the user pool, a UUID.
	ID string
	// Email is normalized; see NormalizeEmail. No other active account has it.
	Email   string
	Country Country
	Status  Status
	// CreatedAt and UpdatedAt are in UTC, with millisecond precision.
	CreatedAt, UpdatedAt time.Time
	// Version is drawn at random with every change, so that it never identifies two
	// contents, whatever the clocks of two writers say.
	Version int64
}

// Country is the country in which an account is held, an ISO 3166-1 alpha-2 code.
type Country string

// The countries served.
const (
	UnitedStates Country = "US"
	Canada       Country = "CA"
)

// Status is the status of an account: active first, then closed permanently.
type Status string

// The statuses of an account.
const (
	Active Status = "active"
	Closed Status = "closed"
)

// New returns a new active account of the user with the subject.
func New(subject, email string, country Country, now time.Time) Account {
	a := Account{ID: subject, Email: NormalizeEmail(email), Country: country, Status: Active}.changed(now)
	a.CreatedAt = a.UpdatedAt
	return a
}

// NormalizeEmail returns an address in lower case and without surrounding space,
// so that all spellings of one address are equal. The local part of an address
// may be case-sensitive (RFC 5321, section 2.4), but the large providers ignore
// its case. A suffix after a plus sign stays, because only the provider knows
// whether it belongs to the same mailbox.
func NormalizeEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// changed returns the account with a new version and the time of a change at now,
// or of the previous change if this clock is behind.
func (a Account) changed(now time.Time) Account {
	a.Version = precondition.NewVersion()
	if now = now.UTC().Truncate(time.Millisecond); now.After(a.UpdatedAt) {
		a.UpdatedAt = now
	}
	return a
}
