package api

import (
	"net/http"
	"time"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/rest"
)

// Reconcile finds and repairs what two Regions have made of e-mail addresses at
// the same time. It needs the scope accounts/admin, and is meant to be called
// regularly in one Region, page by page.
//
// An active account whose address another account has by now becomes contested;
// one whose address is free, or left behind by its last owner, gets it back. No
// account is closed, and no address is taken from an account that has it.
//
// Calls DynamoDB three times at most (Query of an index; BatchGetItem, 1 read
// unit for each account; BatchGetItem, 1 unit for each account that another's
// address is held by) and once for each of at most five repairs
// (TransactWriteItems of 2 items, 4 or 5 write units).
var Reconcile = rest.Operation[ReconcileInput, ReconcileOutput]{
	ID: "reconcileEmails", Method: http.MethodPost, Path: "/accounts/reconciliations",
	Scopes:  []string{Admin},
	Uses:    rest.Uses{tables.Accounts.Query(tables.ByStatus.Name), tables.Accounts.BatchGet(), tables.Accounts.Put(), tables.Accounts.Update(), tables.Accounts.Check(), CursorKey.Read()},
	Timeout: 10 * time.Second,
}

// ReconcileInput is the input of reconcileEmails.
type ReconcileInput struct {
	Caller claims.Caller
	// How many accounts to look at; 100 unless given.
	Limit *int `query:"limit" minimum:"1" maximum:"100" example:"100"`
	// How long ago in seconds an account or its address must have been changed to
	// be judged; 60 unless given. What is younger may be half of a change that is
	// still on its way from another Region.
	SettleSeconds *int `query:"settleSeconds" minimum:"0" maximum:"86400" example:"60"`
	// The nextCursor that was answered to the same caller; without it the oldest account is the first.
	Cursor *string `query:"cursor" maxLength:"512" example:"kHy0m1Jx9yQ1Qy4c0b3dNQ"`
}

// CursorList names the list that a cursor belongs to: the reconciliation of one caller.
func (in ReconcileInput) CursorList() string { return Reconcile.ID + "\n" + in.Caller.Subject }

// ReconcileOutput is the output of reconcileEmails.
type ReconcileOutput struct {
	Body Reconciliation
}

// Reconciliation is what was done.
type Reconciliation struct {
	// Number of accounts looked at.
	Checked int `json:"checked" minimum:"0" example:"100"`
	// Number of accounts left for the next time: too young to judge, or changed meanwhile.
	Waiting int `json:"waiting" minimum:"0" example:"0"`
	// Identifiers of the accounts that have their addresses to themselves again.
	Restored []string `json:"restored" format:"uuid" example:"[\"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01\"]"`
	// Identifiers of the accounts that have become contested.
	Contested []string `json:"contested" format:"uuid" example:"[\"b1d6f2de-52a4-4a8f-8f4e-6a0f1f7c0b02\"]"`
	// Cursor of the next part; absent at the end.
	NextCursor string `json:"nextCursor,omitempty" example:"kHy0m1Jx9yQ1Qy4c0b3dNQ"`
}
