// Package accounts is the bounded context of accounts. An account identifies a
// customer. It belongs to one user of the user pool and has that user's subject
// as its identifier. So the mobile app's first call is one read by key, no user
// can have two accounts, and writes for one user in two Regions converge on one
// item. In return, an account cannot change its owner, and a user cannot have a
// second account.
package accounts

import (
	"strings"
	"time"
)

// Account is a customer's account. The zero Account means that there is no account.
type Account struct {
	// ID is the owner's subject in the user pool, a UUID.
	ID string
	// Email is normalized; see NormalizeEmail.
	Email       string
	EmailStatus EmailStatus
	Country     Country
	Status      Status
	// CreatedAt and UpdatedAt are in UTC, with millisecond precision.
	CreatedAt, UpdatedAt time.Time
	// Version grows with every change. It is the time of the change in
	// microseconds since 1970, but always greater than the previous version. With
	// times, two Regions that change an account at once create two versions. With
	// a counter, both changes would have the same version, and a precondition
	// could not distinguish them.
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

// EmailStatus says whether an active account is the only one with its e-mail address.
type EmailStatus string

// An account is confirmed if it has the Claim on its address. It is contested if
// another account has that claim because two Regions assigned the address at once.
const (
	Confirmed EmailStatus = "confirmed"
	Contested EmailStatus = "contested"
)

// New returns a new active account of the user with the subject.
func New(subject, email string, country Country, now time.Time) Account {
	a := Account{
		ID: subject, Email: NormalizeEmail(email), EmailStatus: Confirmed, Country: country, Status: Active,
	}.changed(now)
	a.CreatedAt = a.UpdatedAt
	return a
}

// NormalizeEmail returns an address in lower case and without surrounding space,
// so that all spellings of one address are equal. The local part of an address
// may be case-sensitive (RFC 5321, section 2.4), but the large providers ignore
// its case. A suffix after a plus sign stays, because only the provider knows
// whether it belongs to the same mailbox.
func NormalizeEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Claims reports whether the account needs the Claim on its address.
func (a Account) Claims() bool { return a.Status == Active && a.EmailStatus == Confirmed }

// changed returns the account with the version and time of a change at now.
func (a Account) changed(now time.Time) Account {
	a.Version = max(now.UnixMicro(), a.Version+1)
	a.UpdatedAt = versionTime(a.Version).Truncate(time.Millisecond)
	return a
}

// versionTime returns the time that a version stands for.
func versionTime(version int64) time.Time { return time.UnixMicro(version).UTC() }
