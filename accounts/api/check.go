package api

import (
	"net/http"

	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// Check reports whether this Region can serve account requests.
//
// Succeeds if the request passes the gateway, a Lambda function and DynamoDB.
//
// Calls DynamoDB once (GetItem of an item that does not exist, half a read unit).
var Check = rest.Operation[rest.HealthInput, rest.HealthOutput]{
	ID: "checkAccounts", Method: http.MethodGet, Path: "/accounts/health",
	Public: true, Health: true,
	Uses: rest.Uses{tables.Accounts.Get(resource.Keys(tables.AccountPrefix + tables.Health))},
}
