package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/meridian-api/meridian/platform/idempotency"
	"github.com/meridian-api/meridian/platform/rest"
)

type payInput struct {
	rest.IdempotencyKey
	Body struct{ Cents int }
}

type payOutput struct{ Body struct{ Receipt int } }

var pay = rest.Operation[payInput, payOutput]{ID: "pay", Method: http.MethodPost, Path: "/payments"}

func ExampleHandler() {
	payments := 0
	handler := idempotency.Handler(startDynamoDB(), pay, func(context.Context, payInput) (out payOutput, err error) {
		payments++
		out.Body.Receipt = payments
		return out, nil
	})
	in := payInput{IdempotencyKey: rest.IdempotencyKey{Key: new("key-1")}}
	for _, cents := range []int{500, 500, 900} {
		in.Body.Cents = cents
		out, err := handler(context.Background(), in)
		fmt.Println(out.Body.Receipt, errors.Is(err, idempotency.ErrReused))
	}
	// Output:
	// 1 false
	// 1 false
	// 0 true
}
