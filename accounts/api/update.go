package api

import (
	"net/http"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// Update changes an active account.
//
// The scope `accounts/admin` is needed to change another user's account. The body
// is a merge patch (RFC 7396). `If-Match` must contain the ETag of the version to
// change, or `*` to change the account in any version. A patch that changes
// nothing keeps the ETag. The response is 409 if the account is closed, or if
// another active account has the e-mail address. A new address must be the one that
// the caller has verified in the user pool, and the account the caller's own; otherwise
// the response is 403. If another request for the address has been interrupted, the
// response is 503 for up to ten seconds.
//
// Calls DynamoDB twice: GetItem (half a read unit) and UpdateItem (2 write units), which
// waits for another Region. A new address costs three calls more (a consistent
// GetItem, 1 read unit, and PutItem and UpdateItem of the claims, 1 write unit each). A
// request that is refused or changes nothing is checked with a consistent GetItem (1 read
// unit). Each concurrent write that comes first adds one call.
var Update = rest.Operation[UpdateInput, ChangeOutput]{
	ID: "updateAccount", Method: http.MethodPatch, Path: "/accounts/{accountId}",
	Scopes: []string{Write, Admin},
	Problems: []problem.Kind{
		problem.Forbidden, problem.NotFound, problem.Conflict, problem.PreconditionFailed, problem.PreconditionRequired,
	},
	Uses: rest.Uses{tables.Accounts.Get(onlyAccounts, resource.InEveryReplica()), tables.Accounts.Update(), tables.Accounts.Put(resource.Keys(tables.ClaimPrefix + "*"))},
}

// UpdateInput is the input of updateAccount.
type UpdateInput struct {
	Caller claims.Caller
	Target
	// ETag of the version to change, several ETags, or `*` for any version. The response is 428 without it.
	IfMatch string `header:"If-Match" example:"\"4611686018427387904\""`
	Body    AccountPatch
}

// ChangeOutput is the output of updateAccount and closeAccount.
type ChangeOutput struct {
	// Version of the account.
	ETag string `header:"ETag" example:"\"4611686018427387904\""`
	// The account after the change.
	Body Account
}
