// Package api is the profiles API. A profile contains how a customer wants to be
// addressed and shown, and the customer's preferences. It has the identifier of
// its account.
package api

import (
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles/tables"
)

// The scopes of the profiles context.
const (
	Read  = "profiles/read"
	Write = "profiles/write"
	Admin = "profiles/admin"
)

// Service returns the contract of the profiles context. It is a function, not a
// variable, so that a Lambda links only its own operation.
func Service() rest.Service {
	return rest.Service{
		Name:    "profiles",
		Title:   "Profiles",
		Owner:   "team-profiles",
		Version: "0.1.0",
		Operations: []rest.Described{
			&Get, &GetPublic, &Put, &MergePreferences, &Delete, &Check,
		},
		Tables: []resource.Table{tables.Profiles},
		Scopes: map[string]string{
			Read:  "Read your own profile.",
			Write: "Write your own profile.",
			Admin: "Read and write every profile.",
		},
	}
}
