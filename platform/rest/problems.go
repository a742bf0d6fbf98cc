package rest

import (
	"slices"

	"github.com/meridian-api/meridian/platform/problem"
)

// Problems returns the kinds of problem that a client of the operation can
// receive, ordered by status: the gateway's, the adapter's, and the declared ones. It does not list a kind for 413: API Gateway
// responds to an oversized request itself, with a body that cannot be changed.
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
