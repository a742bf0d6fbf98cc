package api

import (
	"net/http"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// GetMine reads the caller's own account, open or closed.
//
// It is the mobile app's first call. Calls DynamoDB once (GetItem, half a read
// unit): just after a change the account may still be the one before.
var GetMine = rest.Operation[GetMineInput, GetOutput]{
	ID: "getMyAccount", Method: http.MethodGet, Path: "/accounts/me",
	Scopes:   []string{Read},
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{tables.Accounts.Get()},
}

// GetMineInput is the input of getMyAccount.
type GetMineInput struct {
	Caller claims.Caller
}

// Get reads an account, open or closed: the caller's own, or any with the scope
// accounts/admin.
//
// Calls DynamoDB once (GetItem, half a read unit): just after a change the
// account may still be the one before.
var Get = rest.Operation[GetInput, GetOutput]{
	ID: "getAccount", Method: http.MethodGet, Path: "/accounts/{accountId}",
	Scopes:   []string{Read, Admin},
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{tables.Accounts.Get()},
}

// GetInput is the input of getAccount.
type GetInput struct {
	Caller claims.Caller
	// Identifier of the account.
	AccountID string `path:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
}

// GetOutput is the output of getAccount and getMyAccount.
type GetOutput struct {
	// Version of the account.
	ETag string `header:"ETag" example:"\"1772651717123456\""`
	Body Account
}

// Check tells whether the context serves: through the gateway, a Lambda and DynamoDB.
//
// Calls DynamoDB once (GetItem of an item that does not exist, half a read unit).
var Check = rest.Operation[rest.HealthInput, rest.HealthOutput]{
	ID: "checkAccounts", Method: http.MethodGet, Path: "/accounts/health",
	Public: true, Health: true,
	Uses: rest.Uses{tables.Accounts.Get()},
}
