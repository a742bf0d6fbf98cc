package store

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

// proxy stands before a DynamoDB: it notes the calls that pass, and loses
// answers when told to.
type proxy struct {
	endpoint string

	mu            sync.Mutex
	calls         []string // operations, in order
	read, written float64  // units that the calls consumed
	rights        []string // what IAM has to allow for them, sorted, once each
	lose          int      // how many answers are still to be lost
	then          func()   // what happens once, before the next GetItem is answered
}

// throughProxy is the store of the environment behind a proxy.
func throughProxy(t *testing.T, env lambdaenv.Env) (*Store, *proxy) {
	t.Helper()
	p := &proxy{endpoint: *env.AWS("DYNAMODB").BaseEndpoint}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	vars := map[string]string{
		"AWS_REGION": env.Region, "ENVIRONMENT": env.Environment, "AWS_ENDPOINT_URL_DYNAMODB": server.URL,
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
	}
	behind, err := lambdaenv.Read(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	return Open(behind), p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	forward, err := http.NewRequestWithContext(r.Context(), r.Method, p.endpoint, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	forward.Header = r.Header
	answer, err := http.DefaultTransport.RoundTrip(forward)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer answer.Body.Close()
	data, _ := io.ReadAll(answer.Body)
	if then := p.hook(r.Header.Get("X-Amz-Target")); then != nil {
		then()
	}
	if p.note(strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_20120810."), body, data) {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	w.Write(data)
}

// hook gives what is to happen now, if anything.
func (p *proxy) hook(target string) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !strings.HasSuffix(target, ".GetItem") {
		return nil
	}
	then := p.then
	p.then = nil
	return then
}

// note records a call and reports whether its answer is to be lost.
func (p *proxy) note(operation string, request, answer []byte) bool {
	if operation == "" {
		return false // a connection that was opened ahead
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, operation)
	if units := consumed(answer); operation == "TransactWriteItems" {
		p.written += units
	} else {
		p.read += units
	}
	for _, right := range rights(operation, request) {
		if i, found := slices.BinarySearch(p.rights, right); !found {
			p.rights = slices.Insert(p.rights, i, right)
		}
	}
	if p.lose > 0 {
		p.lose--
		return true
	}
	return false
}

// consumed adds up the capacity units of an answer.
func consumed(answer []byte) float64 {
	type capacity struct{ CapacityUnits float64 }
	var one struct{ ConsumedCapacity capacity }
	var several struct{ ConsumedCapacity []capacity }
	if json.Unmarshal(answer, &one) == nil {
		return one.ConsumedCapacity.CapacityUnits
	}
	total := 0.0
	if json.Unmarshal(answer, &several) == nil {
		for _, c := range several.ConsumedCapacity {
			total += c.CapacityUnits
		}
	}
	return total
}

// rights are the IAM actions that a call needs: a transaction those of its parts.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func rights(operation string, request []byte) []string {
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

// take gives what was noted since the last time.
func (p *proxy) take() (calls []string, read, written float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	calls, read, written = p.calls, p.read, p.written
	p.calls, p.read, p.written = nil, 0, 0
	return calls, read, written
}
