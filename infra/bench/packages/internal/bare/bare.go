// Package bare is the handler to which a program adds one package of platform.
package bare

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

// Start serves events with a constant response, after use has returned, and does not return.
// An error of use is a failed invocation.
func Start(use func(ctx context.Context) error) { lambda.StartWithOptions(handler(use)) }

type handler func(ctx context.Context) error

// Invoke implements lambda.Handler.
func (use handler) Invoke(ctx context.Context, _ []byte) ([]byte, error) {
	if err := use(ctx); err != nil {
		return nil, err
	}
	return []byte(`{"statusCode":200}`), nil
}
