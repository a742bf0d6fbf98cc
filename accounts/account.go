// Package accounts is the bounded context of accounts: who a customer is to
// us. An account belongs to one user of the user pool and is known by that
// user's subject, so that the first call of the mobile app is one read by key,
// no user can have two accounts, and what two Regions write of the same user
// converges on one item. Given up: an account cannot change hands, and a user
// cannot have a second one.
package accounts

import (
	"strings"
	"time"
)

// Account is a customer's account. The zero Account is none.
type Account struct {
	// ID is the owner's subject in the user pool, a UUID.
	ID string
	// Email is normalised: see NormalizeEmail.
	Email       string
	EmailStatus EmailStatus
	Country     Country
	Status      Status
	// CreatedAt and UpdatedAt are in UTC, to the millisecond.
	CreatedAt, UpdatedAt time.Time
	// Version grows with every change. It is the time of the change in
	// microseconds since 1970, but after every version before it: two Regions
	// that change an account at once make two versions, where a count would
	// give both the same, and If-Match would take one for the other.
	Version int64
}

// Country is where the account is held: an ISO 3166-1 alpha-2 code.
type Country string

// The countries served.
const (
	UnitedStates Country = "US"
	Canada       Country = "CA"
)

// Status is a state of an account's life: active, then closed for good.
type Status string

// The states.
const (
	Active Status = "active"
	Closed Status = "closed"
)

// EmailStatus tells whether an active account has its e-mail address to itself.
type EmailStatus string

// An account is confirmed by the Claim on its address. It is contested when
// another account has that claim: two Regions had given both the address.
const (
	Confirmed EmailStatus = "confirmed"
	Contested EmailStatus = "contested"
)

// New opens an account for the user known by subject.
func New(subject, email string, country Country, now time.Time) Account {
	a := Account{
		ID: subject, Email: NormalizeEmail(email), EmailStatus: Confirmed, Country: country, Status: Active,
	}.changed(now)
	a.CreatedAt = a.UpdatedAt
	return a
}

// NormalizeEmail makes spellings of one address equal: without surrounding
// space and in lower case. Case in the local part could tell mailboxes apart
// (RFC 5321, section 2.4), but no provider of note does. What follows a plus
// sign stays: whether it leads to the same mailbox is its provider's affair.
func NormalizeEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Claims reports whether the account needs the Claim on its address.
func (a Account) Claims() bool { return a.Status == Active && a.EmailStatus == Confirmed }

// changed is the account with the version and time of a change made now.
func (a Account) changed(now time.Time) Account {
	a.Version = max(now.UnixMicro(), a.Version+1)
	a.UpdatedAt = timeOf(a.Version).Truncate(time.Millisecond)
	return a
}

// timeOf is the time that a version stands for.
func timeOf(version int64) time.Time { return time.UnixMicro(version).UTC() }
