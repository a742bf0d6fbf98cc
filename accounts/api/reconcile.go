package api

import (
	"net/http"
	"time"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/rest"
)

// Reconcile finds and repairs e-mail addresses that two Regions assigned at the same time.
//
// Call it regularly, in one Region, until there is no nextCursor. An active
// account becomes contested if another account has its address. An account gets
// its address back if the address is free or its last owner has left it. No
// account is closed, and no address is taken from the account that has it.
//
// Calls DynamoDB at most three times (Query of an index; BatchGetItem, 1 read
// unit for each account; BatchGetItem, 1 read unit for each account whose address
// another account has), and once for each repair (TransactWriteItems of 2 items,
// 4 or 5 write units). A call makes at most five repairs.
var Reconcile = rest.Operation[ReconcileInput, ReconcileOutput]{
	ID: "reconcileEmails", Method: http.MethodPost, Path: "/accounts/reconciliations",
	Scopes: []string{Admin},
	Uses: rest.Uses{
		tables.Accounts.Query(tables.ByStatus.Name), tables.Accounts.BatchGet(),
		tables.Accounts.Put(), tables.Accounts.Update(), tables.Accounts.Check(), CursorKey.Read(),
	},
	Timeout: 10 * time.Second,
}

// ReconcileInput is the input of reconcileEmails.
type ReconcileInput struct {
	Caller claims.Caller
	// Maximum number of accounts to check. The default is 100.
	Limit *int `query:"limit" minimum:"1" maximum:"100" example:"100"`
	// Age in seconds at which an account and its address are checked. The default is 60.
	// Younger ones are skipped, because another part of the same change may still
	// be replicated from another Region.
	SettleSeconds *int `query:"settleSeconds" minimum:"0" maximum:"86400" example:"60"`
	// The nextCursor of the previous call by the same caller. Without it, the oldest account is the first.
	Cursor *string `query:"cursor" maxLength:"512"`
}

// CursorList identifies the list that the cursor belongs to: one caller's reconciliation.
func (in ReconcileInput) CursorList() string { return Reconcile.ID + "\n" + in.Caller.Subject }

// ReconcileOutput is the output of reconcileEmails.
type ReconcileOutput struct {
	Body Reconciliation
}

// Reconciliation reports the result of a reconciliation.
type Reconciliation struct {
	// Number of accounts that were checked.
	Checked int `json:"checked" minimum:"0" example:"100"`
	// Number of accounts that were skipped because they are too young or were changed meanwhile.
	Waiting int `json:"waiting" minimum:"0" example:"0"`
	// Identifiers of the accounts whose addresses are confirmed again.
	Restored []string `json:"restored" format:"uuid" example:"[\"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01\"]"`
	// Identifiers of the accounts that became contested.
	Contested []string `json:"contested" format:"uuid" example:"[\"b1d6f2de-52a4-4a8f-8f4e-6a0f1f7c0b02\"]"`
	// Cursor of the next part. Absent at the end.
	NextCursor string `json:"nextCursor,omitempty" example:"kHy0m1Jx9yQ1Qy4c0b3dNXsiaWQiOiI3ZjBjOWM1ZSJ9"`
}
