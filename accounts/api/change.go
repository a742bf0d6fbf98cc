package api

import (
	"net/http"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// Update changes an active account: the caller's own, or any with the scope
// accounts/admin.
//
// The body is a merge patch (RFC 7396). `If-Match` has the ETag of the version
// that the change is meant for, or `*` for whatever the account has become. A
// patch that changes nothing makes no new version and keeps the ETag. A closed
// account is a conflict, as is an e-mail address that another active account has.
//
// Calls DynamoDB twice (GetItem, 1 read unit; TransactWriteItems of 2 items, 5
// write units, or 3 items and 7 units when the e-mail address changes), once
// when nothing changes; one more for each faster writer, two for each claim of
// another account that is in the way.
var Update = rest.Operation[UpdateInput, ChangeOutput]{
	ID: "updateAccount", Method: http.MethodPatch, Path: "/accounts/{accountId}",
	Scopes: []string{Write, Admin},
	Problems: []problem.Kind{
		problem.NotFound, problem.Conflict, problem.PreconditionFailed, problem.PreconditionRequired,
	},
	Uses: rest.Uses{tables.Accounts.Get(), tables.Accounts.Update(), tables.Accounts.Put(), tables.Accounts.Delete(), tables.Accounts.Check()},
}

// UpdateInput is the input of updateAccount.
type UpdateInput struct {
	Caller claims.Caller
	// Identifier of the account.
	AccountID string `path:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	// ETag of the version to change, or * for any; without it the problem is precondition-required.
	IfMatch string `header:"If-Match" example:"\"1772651717123456\""`
	Body    AccountPatch
}

// Close closes an account for good: the caller's own, or any with the scope
// accounts/admin.
//
// Its e-mail address becomes free for others. The account can still be read, by
// its owner and administrators. Closing a closed account changes nothing and
// succeeds, whatever `If-Match` says: the state asked for is there.
//
// Calls DynamoDB twice (GetItem, 1 read unit; TransactWriteItems of 2 items, 6
// write units), once when it is closed already; one more for each faster writer.
var Close = rest.Operation[CloseInput, ChangeOutput]{
	ID: "closeAccount", Method: http.MethodDelete, Path: "/accounts/{accountId}",
	Scopes:   []string{Write, Admin},
	Problems: []problem.Kind{problem.NotFound, problem.PreconditionFailed},
	Uses:     rest.Uses{tables.Accounts.Get(), tables.Accounts.Update(), tables.Accounts.Delete()},
}

// CloseInput is the input of closeAccount.
type CloseInput struct {
	Caller claims.Caller
	// Identifier of the account.
	AccountID string `path:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	// ETag of the version to close; without it any.
	IfMatch *string `header:"If-Match" example:"\"1772651717123456\""`
}

// ChangeOutput is the output of updateAccount and closeAccount.
type ChangeOutput struct {
	// Version of the account.
	ETag string `header:"ETag" example:"\"1772651717123456\""`
	// Body is the account as it is now.
	Body Account
}
