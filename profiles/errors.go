package profiles

import "github.com/meridian-api/meridian/platform/problem"

// The errors of this context.
var (
	ErrNotFound = problem.New(problem.NotFound, "There is no such profile.")
	ErrExists   = problem.New(problem.PreconditionFailed, "The profile already exists. Read it, then replace the version that you read.")
	ErrStale    = problem.New(problem.PreconditionFailed, "The profile's current version is another one, or the profile does not exist. Read the profile again and repeat the change.")
	ErrFull     = problem.New(problem.Conflict, "A profile has at most %d preferences. Remove some first.", MaxPreferences)
)
