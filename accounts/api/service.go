// Package api is the contract of the accounts context: what its specification,
// its Lambdas and its infrastructure are derived from.
package api

import (
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// The scopes of the accounts context.
const (
	Read  = "accounts/read"
	Write = "accounts/write"
	Admin = "accounts/admin"
)

// Accounts holds the accounts by their owner's subject.
var Accounts = resource.Table{
	Name:    "accounts",
	HashKey: resource.Key{Name: "accountId", Type: resource.String},
}

// Service is the accounts context. It is a function so that a Lambda, which
// needs one operation, links none of the others.
func Service() rest.Service {
	return rest.Service{
		Name:    "accounts",
		Title:   "Accounts",
		Owner:   "team-accounts",
		Version: "0.1.0",
		Operations: []rest.Described{
			&Create, &GetMine, &Get, &Check,
		},
		Tables: []resource.Table{Accounts},
		Scopes: map[string]string{
			Read:  "Read your own account.",
			Write: "Open and change your own account.",
			Admin: "Read and change every account.",
		},
	}
}
