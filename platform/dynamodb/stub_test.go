package dynamodb

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// Responses of DynamoDB.
const (
	success    = `{}`
	exception  = `{"__type":"com.amazonaws.dynamodb.v20120810#`
	throttled  = exception + `ProvisionedThroughputExceededException","message":"busy"}`
	replicated = exception + `ReplicatedWriteConflictException","message":"conflict"}`
	canceled   = exception + `TransactionCanceledException","CancellationReasons":[{"Code":"`
	conflict   = canceled + `TransactionConflict"}]}`
	condition  = canceled + `TransactionConflict"},{"Code":"ConditionalCheckFailed"}]}`
)

// stub is a DynamoDB that returns the responses one after the other, and the last
// one again for all further calls.
type stub struct {
	responses []string

	mu       sync.Mutex
	requests []map[string]any
}

// openStub returns a client of a stub. settings are environment variables.
func openStub(t *testing.T, settings map[string]string, responses ...string) (*dynamo.DB, *stub) {
	t.Helper()
	s := &stub{responses: responses}
	server := httptest.NewServer(s)
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
	return Open(env), s
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Target") == "" {
		return // opens a connection only
	}
	data, err := io.ReadAll(r.Body)
	var request map[string]any
	if err != nil || json.Unmarshal(data, &request) != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	response := s.responses[min(len(s.requests), len(s.responses)-1)]
	s.requests = append(s.requests, request)
	if len(response) > len(exception) && response[:len(exception)] == exception {
		w.WriteHeader(http.StatusBadRequest)
	}
	io.WriteString(w, response)
}

// received returns the requests so far.
func (s *stub) received() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}
