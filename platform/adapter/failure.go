package adapter

import (
	"context"
	"errors"
	"net"
	"slices"

	"github.com/meridian-api/meridian/platform/problem"
)

// asProblem converts a handler's error to a *problem.Error. A kind that is not
// allowed becomes Internal, so that clients see only what the contract
// declares; the log has the original error.
func asProblem(err error, allowed []problem.Kind) *problem.Error {
	var p *problem.Error
	switch {
	case errors.As(err, &p):
		if slices.Contains(allowed, p.Kind) {
			return p
		}
		return problem.Wrap(problem.Internal, err, "")
	case isTimeout(err):
		late := problem.Wrap(problem.Unavailable, err, "A dependency did not respond in time.")
		late.RetryAfter = 1
		return late
	}
	return problem.Wrap(problem.Internal, err, "")
}

// isTimeout reports whether the handler's deadline passed or a network call timed out.
func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
