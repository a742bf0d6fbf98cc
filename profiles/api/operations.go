package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// Get reads an account's profile: the caller's own, or any with the scope profiles/admin.
//
// Calls DynamoDB once (GetItem, half a read unit).
var Get = rest.Operation[GetInput, GetOutput]{
	ID: "getProfile", Method: http.MethodGet, Path: "/profiles/{accountId}",
	Scopes:   []string{Read, Admin},
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{Profiles.Get()},
}

// GetInput is the input of getProfile.
type GetInput struct {
	Caller claims.Caller
	// Identifier of the account that the profile belongs to.
	AccountID string `path:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
}

// GetOutput is the output of getProfile.
type GetOutput struct {
	// Version of the profile.
	ETag string `header:"ETag" example:"\"1\""`
	Body Profile
}

// Put writes an account's profile, whether or not there was one.
//
// Calls DynamoDB once (UpdateItem, 1 write unit).
var Put = rest.Operation[PutInput, PutOutput]{
	ID: "putProfile", Method: http.MethodPut, Path: "/profiles/{accountId}",
	Scopes:   []string{Write, Admin},
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{Profiles.Update()},
}

// PutInput is the input of putProfile.
type PutInput struct {
	Caller claims.Caller
	// Identifier of the account that the profile belongs to.
	AccountID string `path:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	Body      ProfileContent
}

// PutOutput is the output of putProfile.
type PutOutput struct {
	// Version of the profile.
	ETag string `header:"ETag" example:"\"2\""`
	Body Profile
}

// Check tells whether the context serves: through the gateway, a Lambda and DynamoDB.
//
// Calls DynamoDB once (GetItem of an item that does not exist, half a read unit).
var Check = rest.Operation[rest.HealthInput, rest.HealthOutput]{
	ID: "checkProfiles", Method: http.MethodGet, Path: "/profiles/health",
	Public: true, Health: true,
	Uses: rest.Uses{Profiles.Get()},
}
