package api

import (
	"net/http"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// Update changes an active account.
//
// The scope accounts/admin is needed to change another user's account. The body
// is a merge patch (RFC 7396). `If-Match` must contain the ETag of the version to
// change, or `*` to change the account in any version. A patch that changes
// nothing keeps the ETag. The response is 409 if the account is closed, or if
// another active account has the e-mail address.
//
// Calls DynamoDB twice: GetItem (1 read unit) and TransactWriteItems of 2 items
// (5 write units), or of 3 items (7 write units) if the e-mail address changes.
// There is no second call if the patch changes nothing. Each concurrent write
// that comes first adds one call, and each claim of another account on the
// address adds two.
var Update = rest.Operation[UpdateInput, ChangeOutput]{
	ID: "updateAccount", Method: http.MethodPatch, Path: "/accounts/{accountId}",
	Scopes: []string{Write, Admin},
	Problems: []problem.Kind{
		problem.NotFound, problem.Conflict, problem.PreconditionFailed, problem.PreconditionRequired,
	},
	Uses: rest.Uses{
		tables.Accounts.Get(), tables.Accounts.Update(), tables.Accounts.Put(), tables.Accounts.Delete(), tables.Accounts.Check(),
	},
}

// UpdateInput is the input of updateAccount.
type UpdateInput struct {
	Caller claims.Caller
	Target
	// ETag of the version to change, or * for any version. The response is 428 without it.
	IfMatch string `header:"If-Match" example:"\"1772651717123456\""`
	Body    AccountPatch
}

// ChangeOutput is the output of updateAccount and closeAccount.
type ChangeOutput struct {
	// Version of the account.
	ETag string `header:"ETag" example:"\"1772651717123456\""`
	Body Account
}
