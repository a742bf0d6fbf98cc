// Package api is the accounts of our customers: who a customer is to us. A user
// of the user pool has one account, under the user's own subject.
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

// CursorKey signs the cursors of lists.
var CursorKey = resource.Secret{
	Name:         "cursor-key",
	Description:  "Signs the cursors of the accounts context's lists. At least 32 random bytes; cursors outlive one rotation.",
	RotationDays: 90,
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
			&Create, &GetMine, &Get, &Update, &Close, &List, &Reconcile, &Check,
		},
		Tables:  []resource.Table{tables.Accounts},
		Secrets: []resource.Secret{CursorKey},
		Scopes: map[string]string{
			Read:  "Read your own account.",
			Write: "Open, change and close your own account.",
			Admin: "Read, list, change and close every account.",
		},
	}
}
