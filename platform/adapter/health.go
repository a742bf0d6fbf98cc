package adapter

import (
	"context"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// Health returns the handler of a context's health operation. When probe fails,
// the handler returns an Unavailable problem and latency routing leaves the
// Region.
func Health(probe func(context.Context) error) Handler[rest.HealthInput, rest.HealthOutput] {
	return func(ctx context.Context, _ rest.HealthInput) (rest.HealthOutput, error) {
		if err := probe(ctx); err != nil {
			return rest.HealthOutput{}, problem.Wrap(problem.Unavailable, err, "The store does not respond.")
		}
		return rest.HealthOutput{Body: rest.Health{Status: "ok"}}, nil
	}
}
