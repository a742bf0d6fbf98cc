package api

import (
	"time"

	"github.com/meridian-api/meridian/accounts"
)

// Account is a customer's account.
type Account struct {
	// Identifier of the account: its owner's subject in the user pool.
	AccountID string `json:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	// E-mail address, in lower case.
	Email string `json:"email" format:"email" maxLength:"254" example:"ada@example.com"`
	// Whether the account has its e-mail address to itself. It is contested when
	// another account was given the address at the same time in another Region;
	// setting an address that is free confirms it again.
	EmailStatus string `json:"emailStatus" enum:"confirmed,contested" example:"confirmed"`
	// Country in which the account is held (ISO 3166-1 alpha-2).
	Country string `json:"country" enum:"US,CA" example:"CA"`
	// State of the account.
	Status string `json:"status" enum:"active,closed" example:"active"`
	// When the account was opened.
	CreatedAt time.Time `json:"createdAt" example:"2026-03-04T19:15:17.123Z"`
	// When the account was last changed.
	UpdatedAt time.Time `json:"updatedAt" example:"2026-03-04T19:15:17.123Z"`
}

// NewAccount is what the caller tells of the account to be opened.
type NewAccount struct {
	// E-mail address at which the owner can be reached, in ASCII: an international
	// domain in its xn-- form (RFC 5891). No two active accounts have the same.
	Email string `json:"email" format:"email" maxLength:"254" example:"ada@example.com"`
	// Country in which the account is to be held (ISO 3166-1 alpha-2).
	Country string `json:"country" enum:"US,CA" example:"CA"`
}

// AccountPatch is a change of an account: a merge patch (RFC 7396). What is
// absent stays; nothing can be removed.
type AccountPatch struct {
	// New e-mail address.
	Email *string `json:"email,omitempty" nullable:"false" format:"email" maxLength:"254" example:"ada@example.org"`
	// Country to which the account moves (ISO 3166-1 alpha-2).
	Country *string `json:"country,omitempty" nullable:"false" enum:"US,CA" example:"US"`
}

// FromDomain is the account as clients see it.
func FromDomain(a accounts.Account) Account {
	return Account{
		AccountID: a.ID, Email: a.Email, EmailStatus: string(a.EmailStatus), Country: string(a.Country),
		Status: string(a.Status), CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
	}
}

// Patch is the change in the domain's terms.
func (p AccountPatch) Patch() accounts.Patch {
	return accounts.Patch{Email: p.Email, Country: (*accounts.Country)(p.Country)}
}
