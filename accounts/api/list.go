package api

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/rest"
)

// DefaultLimit is how many accounts are on a page unless the caller says.
const DefaultLimit = 20

// List lists the accounts of a status, the newest first. It needs the scope
// accounts/admin.
//
// Calls DynamoDB once (Query of an index, half a read unit for about 16
// accounts) and Secrets Manager every five minutes. The index follows the
// accounts within moments: a change just made may not show yet.
var List = rest.Operation[ListInput, ListOutput]{
	ID: "listAccounts", Method: http.MethodGet, Path: "/accounts",
	Scopes: []string{Admin},
	Uses:   rest.Uses{tables.Accounts.Query(tables.ByStatus.Name), CursorKey.Read()},
}

// ListInput is the input of listAccounts.
type ListInput struct {
	Caller claims.Caller
	// State of the accounts to list; active unless given.
	Status string `query:"status" enum:"active,closed" example:"active"`
	// How many accounts to answer at most; 20 unless given.
	Limit *int `query:"limit" minimum:"1" maximum:"100" example:"20"`
	// The nextCursor of the page before, which was answered to the same caller for the same status.
	Cursor *string `query:"cursor" maxLength:"512" example:"kHy0m1Jx9yQ1Qy4c0b3dNQ"`
}

// Wanted is the status to list.
func (in ListInput) Wanted() accounts.Status {
	return accounts.Status(cmp.Or(in.Status, string(accounts.Active)))
}

// CursorList names the list that a cursor belongs to: one status, for one caller.
func (in ListInput) CursorList() string {
	return strings.Join([]string{List.ID, string(in.Wanted()), in.Caller.Subject}, "\n")
}

// ListOutput is the output of listAccounts.
type ListOutput struct {
	Body rest.Page[Account]
}
