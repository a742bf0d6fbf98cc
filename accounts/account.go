// Package accounts is the bounded context of accounts: who a customer is to
// us. An account belongs to one user of the user pool and is known by that
// user's subject, so that the first call of the mobile app is one read by key
// and no other context has to ask who owns what.
package accounts

import (
	"strings"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
)

// Account is a customer's account.
type Account struct {
	// ID is the owner's subject in the user pool, a UUID.
	ID string
	// Email is normalised: see NormalizeEmail.
	Email   string
	Country Country
	Status  Status
	// CreatedAt and UpdatedAt are in UTC, to the millisecond.
	CreatedAt, UpdatedAt time.Time
	// Version counts the changes, from 1.
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

// New opens an account for the user known by subject.
func New(subject, email string, country Country, now time.Time) Account {
	now = now.UTC().Truncate(time.Millisecond)
	return Account{
		ID: subject, Email: NormalizeEmail(email), Country: country,
		Status: Active, CreatedAt: now, UpdatedAt: now, Version: 1,
	}
}

// NormalizeEmail makes spellings of one address equal: without surrounding
// space and in lower case. Case in the local part could tell mailboxes apart
// (RFC 5321, section 2.4), but no provider of note does.
func NormalizeEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// The errors of this context.
var (
	ErrNotFound = problem.New(problem.NotFound, "There is no such account.")
	ErrExists   = problem.New(problem.Conflict, "You have an account already.")
)
