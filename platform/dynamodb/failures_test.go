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

func TestExplain(t *testing.T) {
	for _, err := range []error{
		&types.ProvisionedThroughputExceededException{}, &types.RequestLimitExceeded{}, &types.ThrottlingException{},
		&types.TransactionConflictException{}, &types.InternalServerError{}, context.DeadlineExceeded,
		&types.TransactionInProgressException{}, canceled("None", "TransactionConflict"), canceled("ThrottlingError"),
		&net.OpError{Op: "dial", Err: errors.New("refused")},
	} {
		if got := explain(fmt.Errorf("call: %w", err)); !problem.Is(got, problem.Unavailable) || !errors.Is(got, err) {
			t.Errorf("%T: got %v", err, got)
		}
	}
	for _, err := range []error{
		nil, errors.New("other"), &types.ConditionalCheckFailedException{}, &types.ResourceNotFoundException{},
		canceled("TransactionConflict", "ConditionalCheckFailed"), canceled("None"), canceled("ValidationError"),
		&smithy.GenericAPIError{Code: "ValidationException", Fault: smithy.FaultClient},
	} {
		if got := explain(err); got != err {
			t.Errorf("%v became %v", err, got)
		}
	}
}

func canceled(codes ...string) error {
	err := &types.TransactionCanceledException{}
	for _, c := range codes {
		err.CancellationReasons = append(err.CancellationReasons, types.CancellationReason{Code: aws.String(c)})
	}
	return err
}
