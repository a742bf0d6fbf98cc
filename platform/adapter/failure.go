package adapter

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"

	"github.com/meridian-api/meridian/platform/problem"
)

// asProblem converts a handler's error to a *problem.Error for the client and an
// error for the log. A kind that is not allowed becomes Internal, so that clients see
// only what the contract declares; the log has the original error and says that its
// kind is not declared.
func asProblem(err error, allowed []problem.Kind) (sent *problem.Error, logged error) {
	var p *problem.Error
	switch {
	case errors.As(err, &p):
		if slices.Contains(allowed, p.Kind) {
			return p, err
		}
		err = fmt.Errorf("the operation does not declare the problem %s: %w", p.Kind.Slug, err)
	case isTimeout(err):
		late := problem.Wrap(problem.Unavailable, err, "A dependency did not respond in time.")
		late.RetryAfter = 1
		return late, err
	}
	return problem.Wrap(problem.Internal, err, ""), err
}

// isTimeout reports whether the handler's deadline passed or a network call timed out.
func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
