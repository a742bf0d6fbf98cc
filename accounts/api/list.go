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

// DefaultLimit is the number of accounts on a page if the caller sets no limit.
const DefaultLimit = 20

// List lists the accounts with a status, newest first.
//
// The list is eventually consistent: it may not show a change made moments ago.
//
// Calls DynamoDB once (Query of an index, half a read unit for about 16
// accounts), and Secrets Manager every five minutes.
var List = rest.Operation[ListInput, ListOutput]{
	ID: "listAccounts", Method: http.MethodGet, Path: "/accounts",
	Scopes: []string{Admin},
	Uses:   rest.Uses{tables.Accounts.Query(tables.ByStatus.Name), CursorKey.Read()},
}

// ListInput is the input of listAccounts.
type ListInput struct {
	Caller claims.Caller
	// Status of the accounts to list. The default is active.
	Status string `query:"status" enum:"active,closed" example:"active"`
	// Maximum number of accounts on the page. The default is 20.
	Limit *int `query:"limit" minimum:"1" maximum:"100" example:"20"`
	// The nextCursor of the previous page. It is valid for the same caller and the same status.
	// There is no example, because cursors are signed with a key of the environment.
	Cursor *string `query:"cursor" maxLength:"512"`
}

// AccountStatus returns the status of the accounts to list.
func (in ListInput) AccountStatus() accounts.Status {
	return accounts.Status(cmp.Or(in.Status, string(accounts.Active)))
}

// CursorList identifies the list that the cursor belongs to: one caller's list of one status.
func (in ListInput) CursorList() string {
	return strings.Join([]string{List.ID, string(in.AccountStatus()), in.Caller.Subject}, "\n")
}

// ListOutput is the output of listAccounts.
type ListOutput struct {
	Body rest.Page[Account]
}
