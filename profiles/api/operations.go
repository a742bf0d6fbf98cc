package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles/tables"
)

// Get reads an account's profile: the caller's own, or any with the scope profiles/admin.
//
// Calls DynamoDB once (GetItem, half a read unit for each 4 KiB of the profile).
var Get = rest.Operation[GetInput, GetOutput]{
	ID: "getProfile", Method: http.MethodGet, Path: "/profiles/{accountId}",
	Scopes:   []string{Read, Admin},
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{tables.Profiles.Get()},
}

// Target is embedded by inputs: whose profile.
type Target struct {
	// Identifier of the account that the profile belongs to, in lower case.
	AccountID string `path:"accountId" format:"uuid" pattern:"^[0-9a-f-]+$" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
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
	Body Profile
}

// GetPublic reads what anybody may know of an account's profile, which is its display name.
//
// No ETag tells when the rest of the profile changes. Calls DynamoDB once
// (GetItem with a projection, half a read unit for each 4 KiB of the whole profile).
var GetPublic = rest.Operation[GetPublicInput, GetPublicOutput]{
	ID: "getPublicProfile", Method: http.MethodGet, Path: "/profiles/{accountId}/public",
	Public:   true,
	Problems: []problem.Kind{problem.NotFound},
	Uses:     rest.Uses{tables.Profiles.Get()},
}

// GetPublicInput is the input of getPublicProfile.
type GetPublicInput struct{ Target }

// GetPublicOutput is the output of getPublicProfile.
type GetPublicOutput struct{ Body PublicProfile }

// Put writes the content of an account's profile: a new profile with
// `If-None-Match: *`, which is answered 201, or another content of a profile
// that was read, with If-Match.
//
// Preferences stay as they are. Calls DynamoDB once (UpdateItem, a write unit
// for each KiB of the profile; a failed precondition costs as much).
var Put = rest.Operation[PutInput, PutOutput]{
	ID: "putProfile", Method: http.MethodPut, Path: "/profiles/{accountId}",
	Scopes:   []string{Write, Admin},
	Problems: []problem.Kind{problem.NotFound, problem.PreconditionFailed, problem.PreconditionRequired},
	Uses:     rest.Uses{tables.Profiles.Update()},
}

// PutInput is the input of putProfile.
type PutInput struct {
	Caller claims.Caller
	Target
	// ETags of the version to replace, or * for any; the profile must be there.
	IfMatch string `header:"If-Match" maxLength:"256" example:"\"5577006791947779410\""`
	// An asterisk: there must be no profile yet.
	IfNoneMatch string `header:"If-None-Match" maxLength:"256" example:"*"`
	Body        ProfileContent
}

// PutOutput is the output of putProfile.
type PutOutput struct {
	// Version of the profile.
	ETag string `header:"ETag" example:"\"5577006791947779410\""`
	Body Profile
}

// MergePreferences changes preferences of a profile and answers all that there
// are then: a merge patch (RFC 7396) of the map of preferences, in which null
// removes one.
//
// A preference's name has 1 to 40 letters and digits, with single dots,
// hyphens or underscores between them. A merge changes at most 25 of them, and
// a profile has at most 50: a merge that adds any is counted as if all that it
// sets were new. A preference keeps its type until it is removed. Calls
// DynamoDB once (UpdateItem, a write unit for each KiB of the profile; a
// refused merge costs as much).
var MergePreferences = rest.Operation[MergeInput, MergeOutput]{
	ID: "mergePreferences", Method: http.MethodPatch, Path: "/profiles/{accountId}/preferences",
	Scopes:   []string{Write, Admin},
	Problems: []problem.Kind{problem.NotFound, problem.Conflict},
	Uses:     rest.Uses{tables.Profiles.Update()},
}

// MergeInput is the input of mergePreferences.
type MergeInput struct {
	Caller claims.Caller
	Target
	Body map[string]*Preference
}

// MergeOutput is the output of mergePreferences.
type MergeOutput struct {
	// Version of the profile.
	ETag string `header:"ETag" example:"\"5577006791947779410\""`
	Body map[string]Preference
}

// Delete deletes an account's profile with its preferences. That there is none
// is no error, with If-Match neither: a repeated request answers as the first.
//
// Calls DynamoDB once (DeleteItem, a write unit for each KiB of the profile).
var Delete = rest.Operation[DeleteInput, DeleteOutput]{
	ID: "deleteProfile", Method: http.MethodDelete, Path: "/profiles/{accountId}",
	Scopes:   []string{Write, Admin},
	Problems: []problem.Kind{problem.NotFound, problem.PreconditionFailed},
	Uses:     rest.Uses{tables.Profiles.Delete()},
}

// DeleteInput is the input of deleteProfile.
type DeleteInput struct {
	Caller claims.Caller
	Target
	// ETags of the version to delete; absent deletes any.
	IfMatch *string `header:"If-Match" maxLength:"256" example:"\"5577006791947779410\""`
}

// DeleteOutput is the output of deleteProfile.
type DeleteOutput struct{}

// Check tells whether the context serves: through the gateway, a Lambda and DynamoDB.
//
// Calls DynamoDB once (GetItem of an item that does not exist, half a read unit).
var Check = rest.Operation[rest.HealthInput, rest.HealthOutput]{
	ID: "checkProfiles", Method: http.MethodGet, Path: "/profiles/health",
	Public: true, Health: true,
	Uses: rest.Uses{tables.Profiles.Get()},
}
