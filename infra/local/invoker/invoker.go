// Package invoker lets a gateway invoke the functions of a Lambda service.
package invoker

import (
	"context"
	"errors"
	"fmt"

	"github.com/meridian-api/meridian/infra/local/function"
	"github.com/meridian-api/meridian/infra/local/gateway"
)

// Invoker implements gateway.Functions with a Lambda service.
type Invoker struct {
	service     *function.Service
	concurrency string
}

// New returns an Invoker. concurrency is added to the error of an invocation that is
// throttled, and says which settings limit the executions.
func New(service *function.Service, concurrency string) Invoker {
	return Invoker{service: service, concurrency: concurrency}
}

// translations are the errors of package function, with the errors of package gateway
// that stand for them.
var translations = []struct{ function, gateway error }{
	{function.ErrNoFunction, gateway.ErrNoFunction},
	{function.ErrThrottled, gateway.ErrThrottled},
	{function.ErrTooLarge, gateway.ErrTooLarge},
	{function.ErrClosed, gateway.ErrFunctionFailed}, // the Region was stopped during the request
}

// Invoke implements gateway.Functions.
func (i Invoker) Invoke(ctx context.Context, name string, payload []byte, trace string) ([]byte, error) {
	response, err := i.service.Invoke(ctx, name, payload, trace)
	if err == nil {
		return response, nil
	}
	if errors.Is(err, function.ErrThrottled) {
		err = fmt.Errorf("%w; %s", err, i.concurrency)
	}
	for _, known := range translations {
		if errors.Is(err, known.function) {
			return nil, fmt.Errorf("%w: %w", known.gateway, err)
		}
	}
	if failed := (*function.FunctionError)(nil); errors.As(err, &failed) {
		return nil, fmt.Errorf("%w: %w", gateway.ErrFunctionFailed, err)
	}
	return nil, err // of the context, which ends with the request or at the integration's timeout
}
