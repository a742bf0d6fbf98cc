package dynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/problem"
)

// What DynamoDB answers when it is busy.
const (
	done      = `{}`
	throttled = `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"busy"}`
	conflict  = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[{"Code":"TransactionConflict"}]}`
	refused   = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"ConditionalCheckFailed"}]}`
)

// busy is a table of a DynamoDB that gives these answers in turn, the last one
// for good. tokens are those of the transactions that came.
func busy(t *testing.T, settings map[string]string, answers ...string) (table dynamo.Table, db *dynamo.DB, tokens func() []string) {
	t.Helper()
	var mu sync.Mutex
	var came []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		if r.Header.Get("X-Amz-Target") == "" {
			return // a connection opened ahead
		}
		var request struct{ ClientRequestToken string }
		if err := json.Unmarshal(data, &request); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		answer := answers[min(len(came), len(answers)-1)]
		came = append(came, request.ClientRequestToken)
		if answer != done {
			w.WriteHeader(http.StatusBadRequest)
		}
		io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	vars := map[string]string{
		"AWS_REGION": "us-east-1", "ENVIRONMENT": "test", "AWS_ENDPOINT_URL_DYNAMODB": server.URL,
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
	}
	maps.Copy(vars, settings)
	env, err := lambdaenv.Read(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	db = Open(env)
	return db.Table("things"), db, func() []string { mu.Lock(); defer mu.Unlock(); return came }
}

func TestTriesAgainWhatWasBusy(t *testing.T) {
	for name, test := range map[string]struct {
		settings map[string]string
		answers  []string
		attempts int
		busy     bool
	}{
		"throttled once":              {nil, []string{throttled, done}, 2, false},
		"two conflicts":               {nil, []string{conflict, conflict, done}, 3, false},
		"two conflicts, adaptively":   {map[string]string{"AWS_RETRY_MODE": "adaptive"}, []string{conflict, conflict, done}, 3, false},
		"conflicts, and two attempts": {map[string]string{"AWS_MAX_ATTEMPTS": "2"}, []string{conflict}, 2, true},
		"conflicts without end":       {nil, []string{conflict}, 4, true},
		"a condition that is failed":  {nil, []string{refused}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			table, db, tokens := busy(t, test.settings, test.answers...)
			tx := db.WriteTx().Put(table.Put(map[string]string{"pk": "x"}).If("attribute_not_exists(pk)"))
			err := tx.Run(t.Context())
			if problem.Is(err, problem.Unavailable) != test.busy || (err == nil) != (!test.busy && test.attempts > 1) {
				t.Errorf("got %v", err)
			}
			came := tokens()
			if len(came) != test.attempts {
				t.Errorf("%d attempts, want %d", len(came), test.attempts)
			}
			for _, token := range came {
				if token == "" || token != came[0] { // else DynamoDB would take the repetition for another transaction
					t.Errorf("the attempts have the tokens %q", came)
				}
			}
		})
	}
}

func TestTriesAgainWithinTheDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	table, _, _ := busy(t, map[string]string{"AWS_MAX_ATTEMPTS": "1000"}, throttled)
	err := table.Put(map[string]string{"pk": "x"}).Run(ctx)
	if !problem.Is(err, problem.Unavailable) || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestRetryMode(t *testing.T) {
	if r, ok := retryer(aws.RetryModeAdaptive, 0).(*retry.AdaptiveMode); !ok {
		t.Errorf("adaptive: %T", r)
	}
	if r, ok := retryer(aws.RetryModeStandard, 0).(*retry.Standard); !ok {
		t.Errorf("standard: %T", r)
	}
}
