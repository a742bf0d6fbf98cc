// Package api is the accounts API. An account identifies a customer. Each user
// of the user pool has at most one account, whose identifier is the user's subject.
package api

import (
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// The scopes of the accounts context.
const (
	Read  = "accounts/read"
	Write = "accounts/write"
	Admin = "accounts/admin"
)

// Service returns the contract of the accounts context. It is a function, not a
// variable, so that a Lambda links only its own operation.
func Service() rest.Service {
	return rest.Service{
		Name:    "accounts",
		Title:   "Accounts",
		Owner:   "team-accounts",
		Version: "0.1.0",
		Operations: []rest.Described{
			&Create, &GetMine, &Get, &Update, &Close, &List, &Check,
		},
		Tables: []resource.Table{tables.Accounts},
		Scopes: map[string]string{
			Read:  "Read your own account.",
			Write: "Open, change and close your own account.",
			Admin: "Read, list, change and close every account.",
		},
	}
}
