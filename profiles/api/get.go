package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles/tables"
)

// Target is embedded in the inputs of operations on one profile.
type Target struct {
	// Identifier of the account that the profile belongs to.
	AccountID string `path:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
}

// Get reads an account's profile.
//
// The scope `profiles/admin` is needed to read another user's profile. The read is
// eventually consistent: shortly after a change it may return the previous state.
//
// Calls DynamoDB once (Query, half a read unit for each 4 KiB of the profile).
var Get = rest.Operation[GetInput, GetOutput]{
	ID: "getProfile", Method: http.MethodGet, Path: "/profiles/{accountId}",
	Scopes:   []string{Read, Admin},
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{tables.Profiles.Query("")},
}

// GetInput is the input of getProfile.
type GetInput struct {
	Caller claims.Caller
	Target
}

// GetOutput is the output of getProfile.
type GetOutput struct {
	// Version of the profile.
	ETag string `header:"ETag" example:"\"5577006791947779410\""`
	// The profile.
	Body Profile
}

// GetPublic reads the public part of an account's profile, which is the display name.
//
// The response has no ETag, because an ETag would reveal when the rest of the
// profile changes.
//
// Calls DynamoDB once (Query with a projection, half a read unit for each 4 KiB of
// the complete profile).
var GetPublic = rest.Operation[GetPublicInput, GetPublicOutput]{
	ID: "getPublicProfile", Method: http.MethodGet, Path: "/profiles/{accountId}/public",
	Public:   true,
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{tables.Profiles.Query("", resource.Only(tables.PublicAttributes...))},
}

// GetPublicInput is the input of getPublicProfile.
type GetPublicInput struct{ Target }

// GetPublicOutput is the output of getPublicProfile.
type GetPublicOutput struct{ Body PublicProfile }
