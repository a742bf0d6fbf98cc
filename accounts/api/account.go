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
	// Country in which the account is held (ISO 3166-1 alpha-2).
	Country string `json:"country" enum:"US,CA" example:"CA"`
	// State of the account.
	Status string `json:"status" enum:"active,closed" example:"active"`
	// When the account was opened.
	CreatedAt time.Time `json:"createdAt" example:"2026-03-04T19:15:17Z"`
	// When the account was last changed.
	UpdatedAt time.Time `json:"updatedAt" example:"2026-03-04T19:15:17Z"`
}

// NewAccount is what the caller tells of the account to be opened.
type NewAccount struct {
	// E-mail address at which the owner can be reached.
	Email string `json:"email" format:"email" maxLength:"254" example:"ada@example.com"`
	// Country in which the account is to be held (ISO 3166-1 alpha-2).
	Country string `json:"country" enum:"US,CA" example:"CA"`
}

// FromDomain is the account as clients see it.
func FromDomain(a accounts.Account) Account {
	return Account{
		AccountID: a.ID, Email: a.Email, Country: string(a.Country), Status: string(a.Status),
		CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
	}
}
