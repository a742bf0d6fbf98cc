package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles/tables"
)

// Check reports whether this Region can serve profile requests.
//
// Succeeds if the request passes the gateway, a Lambda function and DynamoDB.
//
// Calls DynamoDB once (Query of a profile that does not exist, half a read unit).
var Check = rest.Operation[rest.HealthInput, rest.HealthOutput]{
	ID: "checkProfiles", Method: http.MethodGet, Path: "/profiles/health",
	Public: true, Health: true,
	Uses: rest.Uses{tables.Profiles.Query("", resource.Keys(tables.Health))},
}
