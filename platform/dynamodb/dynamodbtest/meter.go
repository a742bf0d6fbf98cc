package dynamodbtest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// Meter is a proxy for a DynamoDB. It counts calls, and can lose responses and
// refuse calls. It is safe for concurrent use.
type Meter struct {
	endpoint string

	mu       sync.Mutex
	count    Count
	lose     bool
	refuse   bool
	passing  int // number of calls to pass before the refused one
	afterGet func()
	before   func() (forward bool)
	skipping int // number of calls to pass before the one for before
}

// Count describes the calls that passed through a Meter.
type Count struct {
	// Calls are the names of the operations, in order.
	Calls []string
	// Read and Written are the capacity units that the calls consumed. A call that
	// fails reports no units.
	Read, Written float64
	// Actions are the IAM actions that the calls require, sorted and without duplicates.
	Actions []string
}

// Through starts a Meter for the environment's DynamoDB and returns it with an
// environment whose clients call DynamoDB through it.
func Through(t testing.TB, env lambdaenv.Env) (lambdaenv.Env, *Meter) {
	t.Helper()
	m := &Meter{endpoint: *env.AWS("DYNAMODB").BaseEndpoint}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	return environment(t, env.Environment, server.URL), m
}

// IsDynamoDBLocal reports whether the calls go to DynamoDB Local. Its units differ from
// those that AWS documents: it charges nothing for a Query without items, and charges the
// deletions in a transaction in other ways.
func (m *Meter) IsDynamoDBLocal() bool { return m.endpoint == os.Getenv(LocalVariable) }

// Take returns the count since the previous Take.
func (m *Meter) Take() Count {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := m.count
	m.count = Count{}
	return taken
}

// Lose makes the Meter drop the next response: DynamoDB executes the call, and the
// client sees a closed connection. Two calls of Lose before that drop one response.
func (m *Meter) Lose() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lose = true
}

// AfterGet makes the Meter call do once, after DynamoDB has executed the next
// GetItem and before the client receives the response.
func (m *Meter) AfterGet(do func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.afterGet = do
}

// Before makes the Meter call do once, after a number of calls and before DynamoDB
// receives the next one. If do returns false, DynamoDB never receives that call and the
// client sees a closed connection, as if the process had been killed before the call.
func (m *Meter) Before(calls int, do func() (forward bool)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.before, m.skipping = do, calls
}

// forwards calls the function of Before if it is due, and reports whether DynamoDB
// receives the call.
func (m *Meter) forwards(target string) bool {
	if !strings.Contains(target, ".") {
		return true // opens a connection ahead of the first call
	}
	m.mu.Lock()
	var do func() bool
	if m.before != nil {
		if m.skipping--; m.skipping < 0 {
			do, m.before = m.before, nil
		}
	}
	m.mu.Unlock()
	return do == nil || do()
}

// ServeHTTP implements http.Handler.
func (m *Meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if m.refuses(r.Header.Get("X-Amz-Target")) {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","Message":"refused by the test"}`)
		return
	}
	if !m.forwards(r.Header.Get("X-Amz-Target")) {
		panic(http.ErrAbortHandler)
	}
	forward, err := http.NewRequestWithContext(r.Context(), r.Method, m.endpoint, bytes.NewReader(request))
	if err != nil {
		panic(err)
	}
	forward.Header = r.Header
	response, err := http.DefaultTransport.RoundTrip(forward)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || m.pass(r.Header.Get("X-Amz-Target"), request, data) {
		panic(http.ErrAbortHandler) // closes the connection
	}
	maps.Copy(w.Header(), response.Header)
	w.WriteHeader(response.StatusCode)
	w.Write(data)
}

// pass counts a call and reports whether its response must be lost.
func (m *Meter) pass(target string, request, response []byte) bool {
	_, operation, ok := strings.Cut(target, ".")
	if !ok {
		return false // opens a connection ahead of the first call
	}
	m.mu.Lock()
	var after func()
	if operation == "GetItem" {
		after, m.afterGet = m.afterGet, nil
	}
	lost := m.lose
	m.lose = false
	m.count.add(operation, request, response)
	m.mu.Unlock()
	if after != nil {
		after()
	}
	return lost
}

func (c *Count) add(operation string, request, response []byte) {
	c.Calls = append(c.Calls, operation)
	switch operation {
	case "GetItem", "BatchGetItem", "Query":
		c.Read += consumed(response)
	default:
		c.Written += consumed(response)
	}
	for _, action := range actions(operation, request) {
		if i, found := slices.BinarySearch(c.Actions, action); !found {
			c.Actions = slices.Insert(c.Actions, i, action)
		}
	}
}

// consumed returns the sum of the capacity units in a response.
func consumed(response []byte) float64 {
	type capacity struct{ CapacityUnits float64 }
	var one struct{ ConsumedCapacity capacity }
	if json.Unmarshal(response, &one) == nil {
		return one.ConsumedCapacity.CapacityUnits
	}
	var several struct{ ConsumedCapacity []capacity }
	total := 0.0
	if json.Unmarshal(response, &several) == nil {
		for _, c := range several.ConsumedCapacity {
			total += c.CapacityUnits
		}
	}
	return total
}

// actions returns the IAM actions that a call requires. A transaction has no action
// of its own and requires the actions of its parts.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func actions(operation string, request []byte) []string {
	if operation != "TransactWriteItems" {
		return []string{"dynamodb:" + operation}
	}
	var transaction struct{ TransactItems []map[string]any }
	if err := json.Unmarshal(request, &transaction); err != nil {
		panic(err)
	}
	var list []string
	for _, item := range transaction.TransactItems {
		for part := range item {
			list = append(list, "dynamodb:"+strings.TrimSuffix(part, "Item")+"Item")
		}
	}
	return list
}
