package api

import (
	"net/http"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// Close closes an account permanently.
//
// The scope `accounts/admin` is needed to close another user's account. Closing
// releases the e-mail address for other accounts. The owner and administrators
// can still read the account. Closing a closed account succeeds and changes
// nothing, whatever `If-Match` contains.
//
// Calls DynamoDB three times: GetItem (half a read unit), UpdateItem of the account (3
// write units) and of the claim on the address (1 write unit), which wait for another
// Region. If the account is already closed, GetItem is the only call. Each
// concurrent write that comes first adds one call.
var Close = rest.Operation[CloseInput, ChangeOutput]{
	ID: "closeAccount", Method: http.MethodDelete, Path: "/accounts/{accountId}",
	Scopes:   []string{Write, Admin},
	Problems: []problem.Kind{problem.NotFound, problem.PreconditionFailed},
	Uses:     rest.Uses{tables.Accounts.Get(onlyAccounts), tables.Accounts.Update()},
}

// CloseInput is the input of closeAccount.
type CloseInput struct {
	Caller claims.Caller
	Target
	// ETag of the version to close, or several ETags. Without it, any version is closed.
	IfMatch *string `header:"If-Match" example:"\"4611686018427387904\""`
}
