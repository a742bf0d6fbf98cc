package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/meridian-api/meridian/platform/problem"
)

// cancellation returns the error of a transaction with the reasons.
func cancellation(codes ...string) error {
	err := &types.TransactionCanceledException{}
	for _, c := range codes {
		err.CancellationReasons = append(err.CancellationReasons, types.CancellationReason{Code: aws.String(c)})
	}
	return err
}

func TestTemporaryErrorsAreUnavailable(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
	}{
		{name: "throughput", err: &types.ProvisionedThroughputExceededException{}},
		{name: "request limit", err: &types.RequestLimitExceeded{}},
		{name: "throttling", err: &types.ThrottlingException{}},
		{name: "conflict", err: &types.TransactionConflictException{}},
		{name: "conflict with another Region", err: &types.ReplicatedWriteConflictException{}},
		{name: "transaction in progress", err: &types.TransactionInProgressException{}},
		{name: "server error", err: &types.InternalServerError{}},
		{name: "deadline", err: context.DeadlineExceeded},
		{name: "network", err: &net.OpError{Op: "dial", Err: errors.New("refused")}},
		{name: "canceled by a conflict", err: cancellation("None", "TransactionConflict")},
		{name: "canceled by throttling", err: cancellation("ThrottlingError", "")},
		{name: "canceled by throughput", err: cancellation("ProvisionedThroughputExceeded")},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := explain(fmt.Errorf("call: %w", test.err))
			var p *problem.Error
			if !errors.As(got, &p) || p.Kind != problem.Unavailable || p.RetryAfter != 1 {
				t.Fatalf("got %v, want an Unavailable problem with Retry-After 1", got)
			}
			if !errors.Is(got, test.err) {
				t.Errorf("the error is not the cause of %v", got)
			}
		})
	}
}

func TestOtherErrorsAreUnchanged(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
	}{
		{name: "no error"},
		{name: "unknown", err: errors.New("other")},
		{name: "condition", err: &types.ConditionalCheckFailedException{}},
		{name: "no such table", err: &types.ResourceNotFoundException{}},
		{name: "client error", err: &smithy.GenericAPIError{Code: "ValidationException", Fault: smithy.FaultClient}},
		{name: "canceled by a condition", err: cancellation("TransactionConflict", "ConditionalCheckFailed")},
		{name: "canceled by validation", err: cancellation("ValidationError")},
		{name: "canceled without a reason", err: cancellation("None")},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := explain(test.err); got != test.err {
				t.Errorf("got %v, want %v", got, test.err)
			}
		})
	}
}
