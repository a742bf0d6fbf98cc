package dynamodbtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// Meter stands before a DynamoDB: it counts the calls that pass, and loses
// answers or refuses calls when told to.
type Meter struct {
	endpoint string

	mu       sync.Mutex
	count    Count
	lose     bool
	refuse   bool
	passing  int // calls until one is refused
	afterGet func()
}

// Count is what a Meter has seen pass.
type Count struct {
	// Calls are the operations, in order.
	Calls []string
	// Read and Written are the units that the calls consumed. A call that fails
	// does not tell.
	Read, Written float64
	// Actions are what IAM has to allow for the calls, sorted, once each.
	Actions []string
}

// Through puts a Meter before the environment's DynamoDB, and gives the
// environment whose clients go through it.
func Through(t *testing.T, env lambdaenv.Env) (lambdaenv.Env, *Meter) {
	t.Helper()
	m := &Meter{endpoint: *env.AWS("DYNAMODB").BaseEndpoint}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	return environment(t, env.Environment, server.URL), m
}

// Take gives the count since the last time.
func (m *Meter) Take() Count {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := m.count
	m.count = Count{}
	return taken
}

// Lose loses the next answer: the call is carried out, and nobody learns.
// Called again before that, it still loses one.
func (m *Meter) Lose() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lose = true
}

// AfterGet does something once: when the next GetItem is carried out, and
// before it is answered.
func (m *Meter) AfterGet(do func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.afterGet = do
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
	forward, err := http.NewRequestWithContext(r.Context(), r.Method, m.endpoint, bytes.NewReader(request))
	if err != nil {
		panic(err)
	}
	forward.Header = r.Header
	answer, err := http.DefaultTransport.RoundTrip(forward)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || m.pass(r.Header.Get("X-Amz-Target"), request, data) {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	w.Write(data)
}

// pass notes a call and reports whether its answer is to be lost.
func (m *Meter) pass(target string, request, answer []byte) bool {
	_, operation, ok := strings.Cut(target, ".")
	if !ok {
		return false // a connection that was opened ahead
	}
	m.mu.Lock()
	var after func()
	if operation == "GetItem" {
		after, m.afterGet = m.afterGet, nil
	}
	lost := m.lose
	m.lose = false
	m.count.add(operation, request, answer)
	m.mu.Unlock()
	if after != nil {
		after()
	}
	return lost
}

func (c *Count) add(operation string, request, answer []byte) {
	c.Calls = append(c.Calls, operation)
	switch operation {
	case "GetItem", "BatchGetItem", "Query":
		c.Read += consumed(answer)
	default:
		c.Written += consumed(answer)
	}
	for _, action := range actions(operation, request) {
		if i, found := slices.BinarySearch(c.Actions, action); !found {
			c.Actions = slices.Insert(c.Actions, i, action)
		}
	}
}

// consumed adds up the capacity units of an answer.
func consumed(answer []byte) float64 {
	type capacity struct{ CapacityUnits float64 }
	var one struct{ ConsumedCapacity capacity }
	if json.Unmarshal(answer, &one) == nil {
		return one.ConsumedCapacity.CapacityUnits
	}
	var several struct{ ConsumedCapacity []capacity }
	total := 0.0
	if json.Unmarshal(answer, &several) == nil {
		for _, c := range several.ConsumedCapacity {
			total += c.CapacityUnits
		}
	}
	return total
}

// actions are what IAM has to allow for a call: for a transaction, its parts.
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
