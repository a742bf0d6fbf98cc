package api

import (
	"net/http"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// Create opens an account for the caller.
//
// The e-mail address must be the one that the caller has verified in the user pool
// (the claims `email` and `email_verified` of the token); otherwise the response is 403. A
// user can open one account, ever, and no two active accounts have the same e-mail
// address; otherwise the response is 409. A request with an `Idempotency-Key` can be repeated safely, in any Region: the
// same key with the same content returns the first response again, even if the account
// has changed since. The same key with other content is refused with 422. If another
// request for the address has been interrupted, the response is 503 for up to ten seconds.
//
// Calls DynamoDB three times: GetItem (half a read unit), and PutItem of the claim on
// the address and of the account (3 write units), each of which waits for another
// Region. With a key, two calls more (half a read unit, 1 write unit), both local.
var Create = rest.Operation[CreateInput, CreateOutput]{
	ID: "createAccount", Method: http.MethodPost, Path: "/accounts",
	Scopes:   []string{Write},
	Status:   http.StatusCreated,
	Problems: []problem.Kind{problem.Forbidden, problem.Conflict},
	Uses:     rest.Uses{tables.Accounts.Put(), tables.Accounts.Get(onlyAccounts, resource.InEveryReplica()), tables.Accounts.Update(onlyAccounts)},
}

// CreateInput is the input of createAccount.
type CreateInput struct {
	Caller claims.Caller
	rest.IdempotencyKey
	Body AccountContent
}

// IdempotencyContent returns the content that a repeated request must have. Other
// spellings of the address are the same content.
func (in CreateInput) IdempotencyContent() any {
	return AccountContent{accounts.NormalizeEmail(in.Body.Email), in.Body.Country}
}

// CreateOutput is the output of createAccount.
type CreateOutput struct {
	// Path of the new account.
	Location string `header:"Location" example:"/accounts/7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	// Version of the account.
	ETag string `header:"ETag" example:"\"4611686018427387904\""`
	// The new account.
	Body Account
}
