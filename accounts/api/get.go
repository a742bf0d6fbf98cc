package api

import (
	"net/http"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// onlyAccounts limits a right to accounts: claims on addresses are not among them.
var onlyAccounts = resource.Keys(tables.AccountPrefix + "*")

// Target is embedded in the inputs of operations on one account.
type Target struct {
	// Identifier of the account.
	AccountID string `path:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
}

// GetMine reads the caller's own account, open or closed.
//
// A mobile app can make this its first call. The read is eventually consistent:
// shortly after a change it may return the previous state.
//
// Calls DynamoDB once (GetItem, half a read unit).
var GetMine = rest.Operation[GetMineInput, GetOutput]{
	ID: "getMyAccount", Method: http.MethodGet, Path: "/accounts/me",
	Scopes:   []string{Read},
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{tables.Accounts.Get(onlyAccounts, resource.Only(tables.AccountAttributes...))},
}

// GetMineInput is the input of getMyAccount.
type GetMineInput struct {
	Caller claims.Caller
}

// Get reads an account, open or closed.
//
// The scope `accounts/admin` is needed to read another user's account. The read is
// eventually consistent: shortly after a change it may return the previous state.
//
// Calls DynamoDB once (GetItem, half a read unit).
var Get = rest.Operation[GetInput, GetOutput]{
	ID: "getAccount", Method: http.MethodGet, Path: "/accounts/{accountId}",
	Scopes:   []string{Read, Admin},
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{tables.Accounts.Get(onlyAccounts, resource.Only(tables.AccountAttributes...))},
}

// GetInput is the input of getAccount.
type GetInput struct {
	Caller claims.Caller
	Target
}

// GetOutput is the output of getAccount and getMyAccount.
type GetOutput struct {
	// Version of the account.
	ETag string `header:"ETag" example:"\"4611686018427387904\""`
	// The account.
	Body Account
}
