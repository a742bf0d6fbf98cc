package api

import (
	"cmp"
	"net/http"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/rest"
)

// List lists the accounts with a status, newest first.
//
// The list is eventually consistent: it may not show a change made moments ago.
//
// Calls DynamoDB once (Query of an index, half a read unit for about 16
// accounts), and Secrets Manager every five minutes.
var List = rest.Operation[ListInput, rest.List[Account]]{
	ID: "listAccounts", Method: http.MethodGet, Path: "/accounts",
	Scopes: []string{Admin},
	Uses:   rest.Uses{tables.Accounts.Query(tables.ByStatus.Name)},
}

// ListInput is the input of listAccounts.
type ListInput struct {
	Caller claims.Caller
	// Status of the accounts to list. The default is active.
	Status string `query:"status" enum:"active,closed" example:"active"`
	rest.Paging
}

// Canonical returns the input with the default for a status that is not set.
func (in ListInput) Canonical() ListInput {
	in.Status = cmp.Or(in.Status, string(accounts.Active))
	return in
}
