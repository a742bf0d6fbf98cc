package accounts

import "github.com/meridian-api/meridian/platform/problem"

// The errors of this context. None tells an e-mail address or whose it is.
var (
	ErrNotFound   = problem.New(problem.NotFound, "There is no such account.")
	ErrExists     = problem.New(problem.Conflict, "You have an account already.")
	ErrClosed     = problem.New(problem.Conflict, "The account is closed for good.")
	ErrEmailTaken = problem.New(problem.Conflict, "The e-mail address is taken.")
	ErrStale      = problem.New(problem.PreconditionFailed, "If-Match does not name the account's present version. Read it again, and repeat the change.")
	ErrKeyReused  = problem.New(problem.Unprocessable, "The Idempotency-Key was used for another request.")
	ErrNoPerson   = problem.New(problem.Forbidden, "A machine client has no account.")
)
