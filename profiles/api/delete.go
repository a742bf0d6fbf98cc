package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles/tables"
)

// Delete deletes an account's profile with its preferences.
//
// The scope `profiles/admin` is needed to delete another user's profile. Deleting
// a profile that does not exist succeeds, whatever `If-Match` contains, so a
// repeated request has the same response as the first.
//
// Calls DynamoDB twice (Query, one read unit for each 4 KiB of the profile, and a
// transaction, two write units for each KiB).
var Delete = rest.Operation[DeleteInput, DeleteOutput]{
	ID: "deleteProfile", Method: http.MethodDelete, Path: "/profiles/{accountId}",
	Scopes:   []string{Write, Admin},
	Problems: []problem.Kind{problem.NotFound, problem.PreconditionFailed},
	Uses:     rest.Uses{tables.Profiles.Query(""), tables.Profiles.Put(resource.InTransaction()), tables.Profiles.Delete(resource.InTransaction())},
}

// DeleteInput is the input of deleteProfile.
type DeleteInput struct {
	Caller claims.Caller
	Target
	// ETag of the version to delete, or several ETags. Without it, any version is deleted.
	IfMatch *string `header:"If-Match" maxLength:"256" example:"\"5577006791947779410\""`
}

// DeleteOutput is the output of deleteProfile.
type DeleteOutput struct{}
