package rest

import (
	"context"
	"errors"
	"net"
	"slices"

	"github.com/meridian-api/meridian/platform/problem"
)

// Problems are all kinds that a client of the operation can meet, by status:
// those of the gateway, of the adapter, and those that the operation declares.
// A request that is too large is none: API Gateway answers 413 by itself, in
// words that cannot be changed, so no contract can promise a problem.
func (d Description) Problems() []problem.Kind {
	kinds := []problem.Kind{
		problem.Forbidden, problem.TooManyRequests, problem.Internal, problem.BadGateway, problem.Unavailable, problem.Timeout,
	}
	if !d.Public {
		kinds = append(kinds, problem.Unauthenticated)
	}
	params, _ := Parameters(d.Input)
	_, body := BodyField(d.Input)
	if len(params) > 0 || body {
		kinds = append(kinds, problem.Invalid)
	}
	if body {
		kinds = append(kinds, problem.UnsupportedMediaType)
	}
	for _, k := range d.Declared {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	slices.SortFunc(kinds, func(a, b problem.Kind) int { return a.Status - b.Status })
	return kinds
}

// explain makes a *problem.Error of whatever a handler answered. What the
// operation did not declare is Internal: the contract stays true, and the log
// tells why.
func explain(err error, allowed []problem.Kind) *problem.Error {
	var p *problem.Error
	switch {
	case errors.As(err, &p):
		if slices.Contains(allowed, p.Kind) {
			return p
		}
		return problem.Wrap(problem.Internal, err, "")
	case slow(err):
		late := problem.Wrap(problem.Unavailable, err, "A dependency did not answer in time.")
		late.RetryAfter = 1
		return late
	}
	return problem.Wrap(problem.Internal, err, "")
}

// slow reports whether a deadline passed: the handler's own, or a network timeout.
func slow(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
