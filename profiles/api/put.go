package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles/tables"
)

// Put creates or replaces the content of an account's profile.
//
// The scope `profiles/admin` is needed to write another user's profile. With
// `If-None-Match: *` the profile is created, and the response is 201. With
// `If-Match` the content of an existing profile is replaced. Without both, the
// response is 428. Preferences stay unchanged.
//
// Calls DynamoDB twice (Query, one read unit for each 4 KiB of the profile, and
// PutItem, one write unit for each KiB). A creation, and a Region's first write of a
// profile, is a transaction, with twice the write units.
var Put = rest.Operation[PutInput, PutOutput]{
	ID: "putProfile", Method: http.MethodPut, Path: "/profiles/{accountId}",
	Scopes:   []string{Write, Admin},
	Problems: []problem.Kind{problem.NotFound, problem.PreconditionFailed, problem.PreconditionRequired},
	Uses:     rest.Uses{tables.Profiles.Query(""), tables.Profiles.Put(), tables.Profiles.Check(), tables.Profiles.Delete(resource.InTransaction())},
}

// PutInput is the input of putProfile.
type PutInput struct {
	Caller claims.Caller
	Target
	// ETag of the version to replace, several ETags, or `*` for any version. The profile must exist.
	IfMatch string `header:"If-Match" maxLength:"256" example:"\"5577006791947779410\""`
	// Always `*`, which means that the profile must not exist yet. A request has only one of `If-None-Match` and `If-Match`.
	IfNoneMatch string `header:"If-None-Match" maxLength:"256" example:"*"`
	Body        ProfileContent
}

// PutOutput is the output of putProfile.
type PutOutput struct {
	// Version of the profile.
	ETag string `header:"ETag" example:"\"5577006791947779410\""`
	// The profile after the change.
	Body Profile
}
