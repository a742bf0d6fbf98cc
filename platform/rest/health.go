package rest

import (
	"context"

	"github.com/meridian-api/meridian/platform/problem"
)

// HealthInput is the input of a context's health operation.
type HealthInput struct{}

// HealthOutput is the output of a context's health operation.
type HealthOutput struct {
	Body Health
}

// Health tells that a context serves in the Region that answers.
type Health struct {
	// Always ok: a context that does not serve answers a problem.
	Status string `json:"status" enum:"ok" example:"ok"`
}

// CheckWith makes a health handler of a probe of the store: latency routing
// leaves the Region when the probe fails.
func CheckWith(probe func(context.Context) error) Handler[HealthInput, HealthOutput] {
	return func(ctx context.Context, _ HealthInput) (HealthOutput, error) {
		if err := probe(ctx); err != nil {
			return HealthOutput{}, problem.Wrap(problem.Unavailable, err, "The store does not answer.")
		}
		return HealthOutput{Body: Health{Status: "ok"}}, nil
	}
}
