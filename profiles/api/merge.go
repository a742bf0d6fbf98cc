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
// The scope profiles/admin is needed to change another user's preferences. The
// body is a merge patch (RFC 7396) of the map of preferences: null removes a
// preference. The response contains all preferences of the profile.
//
// The name of a preference has 1 to 40 letters and digits, with single dots,
// hyphens or underscores between them. A merge changes at most 25 preferences,
// and a profile has at most 50. If a merge adds any preference, all preferences
// that it sets count as new towards this limit. The type of a preference cannot
// be changed; remove the preference first.
//
// Calls DynamoDB once (UpdateItem, one write unit for each KiB of the profile,
// even if the merge is refused).
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
	// Preferences by name: null removes one. A name has 1 to 40 letters and digits, with
	// single dots, hyphens or underscores between them.
	Body map[string]*Preference `maxProperties:"25"`
}

// MergeOutput is the output of mergePreferences.
type MergeOutput struct {
	// Version of the profile.
	ETag string `header:"ETag" example:"\"5577006791947779410\""`
	// All preferences of the profile, by name.
	Body map[string]Preference `maxProperties:"50"`
}
