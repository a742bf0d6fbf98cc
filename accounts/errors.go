package accounts

import "github.com/meridian-api/meridian/platform/problem"

// The errors of this context. Their details contain no e-mail address and do
// not say which account has one.
var (
	ErrNotFound   = problem.New(problem.NotFound, "There is no such account.")
	ErrExists     = problem.New(problem.Conflict, "You already have an account.")
	ErrClosed     = problem.New(problem.Conflict, "The account is closed permanently.")
	ErrEmailTaken = problem.New(problem.Conflict, "Another account has the e-mail address.")
	ErrUnproved   = problem.New(problem.Forbidden, "The e-mail address is not the verified address of the signed-in user. Verify it, sign in again and repeat the request.")
	ErrStale      = problem.New(problem.PreconditionFailed, "The account's current version is another one. Read the account again and repeat the change.")
)
