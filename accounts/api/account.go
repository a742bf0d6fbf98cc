package api

import (
	"time"

	"github.com/meridian-api/meridian/accounts"
)

// Account is a customer's account.
type Account struct {
	// Identifier of the account, which is its owner's subject in the user pool.
	AccountID string `json:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	// E-mail address, in lower case.
	Email string `json:"email" format:"email" maxLength:"254" example:"ada@example.com"`
	// Country in which the account is held (ISO 3166-1 alpha-2).
	Country string `json:"country" enum:"US,CA" example:"CA"`
	// Status of the account.
	Status string `json:"status" enum:"active,closed" example:"active"`
	// Time at which the account was opened.
	CreatedAt time.Time `json:"createdAt" example:"2026-03-04T19:15:17.123Z"`
	// Time of the last change of the account.
	UpdatedAt time.Time `json:"updatedAt" example:"2026-03-04T19:15:17.123Z"`
}

// AccountContent is the content of a new account.
type AccountContent struct {
	// E-mail address that the owner has verified in the user pool, in ASCII. An
	// international domain is in its xn-- form (RFC 5891). No two active accounts have
	// the same address.
	Email string `json:"email" format:"email" maxLength:"254" example:"ada@example.com"`
	// Country in which the account is held (ISO 3166-1 alpha-2).
	Country string `json:"country" enum:"US,CA" example:"CA"`
}

// AccountPatch is a change of an account, as a merge patch (RFC 7396): an absent
// property stays unchanged. No property can be removed.
type AccountPatch struct {
	// New e-mail address, which the owner has verified in the user pool, in ASCII. No two
	// active accounts have the same address.
	Email *string `json:"email,omitempty" nullable:"false" format:"email" maxLength:"254" example:"ada@example.org"`
	// Country to which the account moves (ISO 3166-1 alpha-2).
	Country *string `json:"country,omitempty" nullable:"false" enum:"US,CA" example:"US"`
}

// FromDomain converts an account to its representation for clients.
func FromDomain(a accounts.Account) Account {
	return Account{
		AccountID: a.ID, Email: a.Email, Country: string(a.Country), Status: string(a.Status),
		CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
	}
}

// Domain converts the patch to the domain's type.
func (p AccountPatch) Domain() accounts.Patch {
	return accounts.Patch{Email: p.Email, Country: (*accounts.Country)(p.Country)}
}
