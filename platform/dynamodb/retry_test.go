package dynamodb

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/meridian-api/meridian/platform/problem"
)

func TestTransactionIsRetried(t *testing.T) {
	for _, test := range []struct {
		name      string
		settings  map[string]string
		responses []string
		attempts  int
		succeeds  bool
		busy      bool
	}{
		{name: "throttled once", responses: []string{throttled, success}, attempts: 2, succeeds: true},
		{name: "two conflicts", responses: []string{conflict, conflict, success}, attempts: 3, succeeds: true},
		{
			name: "two conflicts, adaptive mode", settings: map[string]string{"AWS_RETRY_MODE": "adaptive"},
			responses: []string{conflict, conflict, success}, attempts: 3, succeeds: true,
		},
		{
			name: "conflicts, two attempts", settings: map[string]string{"AWS_MAX_ATTEMPTS": "2"},
			responses: []string{conflict}, attempts: 2, busy: true,
		},
		{name: "conflicts", responses: []string{conflict}, attempts: 4, busy: true},
		{name: "failed condition", responses: []string{condition}, attempts: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			db, s := openStub(t, test.settings, test.responses...)
			put := db.Table("things").Put(map[string]string{"pk": "x"}).If("attribute_not_exists(pk)")
			err := db.WriteTx().Put(put).Run(t.Context())
			if (err == nil) != test.succeeds || problem.Is(err, problem.Unavailable) != test.busy {
				t.Errorf("got error %v; success %v, Unavailable %v expected", err, test.succeeds, test.busy)
			}
			requests := s.received()
			if len(requests) != test.attempts {
				t.Errorf("%d attempts, want %d", len(requests), test.attempts)
			}
			// With another token, DynamoDB would treat an attempt as another transaction.
			first := requests[0]["ClientRequestToken"]
			for _, request := range requests {
				if token := request["ClientRequestToken"]; token == "" || token == nil || token != first {
					t.Errorf("an attempt has the token %v, the first one has %v", token, first)
				}
			}
		})
	}
}

func TestWriteThatConflictsWithAnotherRegionIsRetried(t *testing.T) {
	for _, test := range []struct {
		name      string
		responses []string
		attempts  int
		succeeds  bool
	}{
		{name: "one conflict", responses: []string{replicated, success}, attempts: 2, succeeds: true},
		{name: "conflicts", responses: []string{replicated}, attempts: 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			db, s := openStub(t, nil, test.responses...)
			err := db.Table("things").Put(map[string]string{"pk": "x"}).Run(t.Context())
			if (err == nil) != test.succeeds || !test.succeeds && !problem.Is(err, problem.Unavailable) {
				t.Errorf("got %v, want success %v or an Unavailable problem", err, test.succeeds)
			}
			if n := len(s.received()); n != test.attempts {
				t.Errorf("%d attempts, want %d", n, test.attempts)
			}
		})
	}
}

func TestRetriesEndAtTheDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	db, _ := openStub(t, map[string]string{"AWS_MAX_ATTEMPTS": "1000"}, throttled)
	err := db.Table("things").Put(map[string]string{"pk": "x"}).Run(ctx)
	if !problem.Is(err, problem.Unavailable) || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("got error %v, want an Unavailable problem at the deadline", err)
	}
}

func TestRetryMode(t *testing.T) {
	if r, ok := retryer(aws.RetryModeAdaptive, 0).(*retry.AdaptiveMode); !ok {
		t.Errorf("adaptive: got %T", r)
	}
	if r, ok := retryer(aws.RetryModeStandard, 0).(*retry.Standard); !ok {
		t.Errorf("standard: got %T", r)
	}
}

// TestRetryDelay checks the bounds of the random delay, which doubles with each attempt.
func TestRetryDelay(t *testing.T) {
	r := retryer(aws.RetryModeStandard, 0)
	for attempt, limit := range map[int]time.Duration{1: 25 * time.Millisecond, 2: 50 * time.Millisecond} {
		var longest time.Duration
		for range 200 {
			delay, err := r.RetryDelay(attempt, &types.InternalServerError{})
			if err != nil {
				t.Fatal(err)
			}
			longest = max(longest, delay)
		}
		if longest > limit || longest < limit/2 { // 200 delays below the half: once in 2^200 runs
			t.Errorf("attempt %d: the longest delay is %s, want it between %s and %s", attempt, longest, limit/2, limit)
		}
	}
}

// TestRetryBudget pins how long a call retries, against the default timeout of a function
// (rest.Operation) less what package adapter reserves for the response, and API Gateway's
// longest integration.
func TestRetryBudget(t *testing.T) {
	const (
		functionTimeout = 3000 * time.Millisecond
		reserved        = 200 * time.Millisecond
		gatewayTimeout  = 29 * time.Second
		slowAttempt     = 200 * time.Millisecond // ten times a usual one
	)
	for _, test := range []struct {
		name   string
		err    error
		delays time.Duration
		tokens int // retries until the process's 500 tokens are used up
	}{
		{name: "DynamoDB is down", err: &types.InternalServerError{}, delays: 175 * time.Millisecond, tokens: 500 / 14},
		{
			name: "the table is throttled", err: &types.ProvisionedThroughputExceededException{},
			delays: 1500 * time.Millisecond, tokens: 500 / 5,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := retryer(aws.RetryModeStandard, 0)
			if r.MaxAttempts() != 4 {
				t.Errorf("%d attempts, want 4", r.MaxAttempts())
			}
			var longest time.Duration // of all delays between the attempts
			for attempt := 1; attempt < r.MaxAttempts(); attempt++ {
				var drawn time.Duration
				for range 500 {
					d, err := r.RetryDelay(attempt, test.err)
					if err != nil {
						t.Fatal(err)
					}
					drawn = max(drawn, d)
				}
				longest += drawn
			}
			if longest > test.delays || longest < test.delays*9/10 { // below: once in 10^22 runs
				t.Errorf("the attempts are at most %s apart in total, want %s", longest, test.delays)
			}
			if total := longest + 4*slowAttempt; total > functionTimeout-reserved || total > gatewayTimeout {
				t.Errorf("a call takes up to %s, and the handler has %s", total, functionTimeout-reserved)
			}
			retries := 0
			for ; retries < 1000; retries++ {
				if _, err := r.GetRetryToken(t.Context(), test.err); err != nil {
					break
				}
			}
			if retries != test.tokens {
				t.Errorf("%d retries without a success, want %d", retries, test.tokens)
			}
		})
	}
}
