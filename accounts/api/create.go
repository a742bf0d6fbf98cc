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
// A user can open one account, ever, and no two active accounts have the same
// e-mail address. A request with an `Idempotency-Key` can be repeated safely: for
// 24 hours the same key with the same content returns the first response again,
// even if the account has changed since. The same key with other content is
// refused with 422. A request that fails stores nothing.
//
// Calls DynamoDB once: TransactWriteItems of 2 items (5 write units), or of 3
// items (7 write units) with a key. If another account has a claim on the
// address, a GetItem (1 read unit) checks that claim; if the claim is void, a
// second transaction follows.
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
	// Key that identifies the request when it is repeated, such as a UUID. Use a new key for each new request.
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
