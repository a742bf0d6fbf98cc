package api

import (
	"net/http"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles/tables"
)

// MergePreferences sets and removes preferences of a profile.
//
// The scope `profiles/admin` is needed to change another user's preferences. The
// body is a merge patch (RFC 7396) of the map of preferences: null removes a
// preference. The response contains all preferences of the profile.
//
// The name of a preference has 1 to 40 letters and digits, with single dots,
// hyphens or underscores between them. A merge changes at most 25 preferences,
// and a profile has at most 50. Two Regions that add preferences at once keep all of
// them, even if they are more. The type of a preference cannot be changed; remove the
// preference first. The response is 400 if the merge breaks one of these rules, and 409 if
// it does so together with the preferences of the profile. The profile must exist.
//
// Calls DynamoDB twice (Query, one read unit for each 4 KiB of the profile, and
// PutItem, one write unit for each KiB). A Region's first write of a profile is a
// transaction, with twice the write units.
var MergePreferences = rest.Operation[MergeInput, MergeOutput]{
	ID: "mergePreferences", Method: http.MethodPatch, Path: "/profiles/{accountId}/preferences",
	Scopes:   []string{Write, Admin},
	Problems: []problem.Kind{problem.NotFound, problem.Conflict},
	Uses:     rest.Uses{tables.Profiles.Query(""), tables.Profiles.Put(), tables.Profiles.Check()},
}

// MergeInput is the input of mergePreferences.
type MergeInput struct {
	Caller claims.Caller
	Target
	// Preferences by name: null removes one. A name has 1 to 40 letters and digits, with
	// single dots, hyphens or underscores between them.
	Body map[string]*Preference `maxProperties:"25"`
}

// MergeOutput is the output of mergePreferences.
type MergeOutput struct {
	// Version of the profile.
	ETag string `header:"ETag" example:"\"5577006791947779410\""`
	// All preferences of the profile, by name.
	Body map[string]Preference
}
