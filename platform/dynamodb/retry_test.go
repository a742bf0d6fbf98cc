package dynamodb

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// TestRetries counts how often a store that fails is asked.
func TestRetries(t *testing.T) {
	const (
		fault    = `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}`
		conflict = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[{"Code":"TransactionConflict"}]}`
		refused  = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"ConditionalCheckFailed"}]}`
	)
	for _, test := range []struct {
		name   string
		status int
		answer string
		env    map[string]string
		want   int32
	}{
		{"a fault", 500, fault, nil, 4},
		{"another transaction's item", 400, conflict, nil, 4},
		{"a condition too", 400, refused, nil, 1},
		{"as told", 500, fault, map[string]string{"AWS_MAX_ATTEMPTS": "2"}, 2},
		{"once", 400, conflict, map[string]string{"AWS_MAX_ATTEMPTS": "1"}, 1},
		{"adaptive", 400, conflict, map[string]string{"AWS_RETRY_MODE": "adaptive", "AWS_MAX_ATTEMPTS": "3"}, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				w.WriteHeader(test.status)
				io.WriteString(w, test.answer)
			}))
			defer server.Close()
			vars := map[string]string{
				"AWS_REGION": "us-east-1", "ENVIRONMENT": "test", "AWS_ENDPOINT_URL": server.URL,
				"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
			}
			for name, value := range test.env {
				vars[name] = value
			}
			env, err := lambdaenv.Read(func(name string) string { return vars[name] })
			if err != nil {
				t.Fatal(err)
			}
			db := Open(env)
			item := map[string]string{"id": "1"}
			if err := db.WriteTx().Put(db.Table("things").Put(item)).Run(t.Context()); err == nil {
				t.Error("no error")
			}
			if n := asked.Load(); n != test.want {
				t.Errorf("asked %d times, want %d", n, test.want)
			}
		})
	}
}

// TestRetryMode holds that the environment's mode is the client's.
func TestRetryMode(t *testing.T) {
	for mode, want := range map[string]string{"": fmt.Sprintf("%T", &retry.Standard{}), "adaptive": fmt.Sprintf("%T", &retry.AdaptiveMode{})} {
		vars := map[string]string{
			"AWS_REGION": "us-east-1", "ENVIRONMENT": "test", "AWS_RETRY_MODE": mode,
			"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		}
		env, err := lambdaenv.Read(func(name string) string { return vars[name] })
		if err != nil {
			t.Fatal(err)
		}
		cfg := env.AWS("DYNAMODB")
		if got := fmt.Sprintf("%T", retryer(cfg.RetryMode, cfg.RetryMaxAttempts)); got != want {
			t.Errorf("%q: %s, want %s", mode, got, want)
		}
	}
}
