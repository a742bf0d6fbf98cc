package api

import (
	"net/http"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// Create opens an account for the caller.
//
// A user has one account for good, and no two active accounts have the same
// e-mail address. With an `Idempotency-Key` the request can be repeated: for 24
// hours the same key and content get the same answer, whatever has become of
// the account, and the same key with other content gets the problem
// unprocessable. A request that failed leaves no trace.
//
// Calls DynamoDB once (TransactWriteItems of 2 items, 5 write units; with a key
// 3 items, 7 units). An address that is taken costs one more call (GetItem, 1
// read unit), and if its owner turns out to have left it, another transaction.
var Create = rest.Operation[CreateInput, CreateOutput]{
	ID: "createAccount", Method: http.MethodPost, Path: "/accounts",
	Scopes:   []string{Write},
	Status:   http.StatusCreated,
	Problems: []problem.Kind{problem.Forbidden, problem.Conflict, problem.Unprocessable},
	Uses:     rest.Uses{tables.Accounts.Put(), tables.Accounts.Get()},
}

// CreateInput is the input of createAccount.
type CreateInput struct {
	Caller claims.Caller
	// Any text that is new for each account to be opened, such as a UUID; the same when the request is repeated.
	IdempotencyKey *string `header:"Idempotency-Key" pattern:"^[ -~]{1,255}$" example:"5d1e0c1e-7f4e-4b61-8a0c-3b3f0a0d9f10"`
	Body           NewAccount
}

// CreateOutput is the output of createAccount.
type CreateOutput struct {
	// Path of the new account.
	Location string `header:"Location" example:"/accounts/7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	// Version of the account.
	ETag string `header:"ETag" example:"\"1772651717123456\""`
	Body Account
}
