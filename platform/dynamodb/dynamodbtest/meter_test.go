package dynamodbtest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meridian-api/meridian/platform/problem"
)

// store is a DynamoDB that returns the same response to every call.
type store struct{ response string }

func (s store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amzn-Requestid", "request-1")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, s.response)
}

// metered returns a Meter for a DynamoDB with the response, and a function that
// calls an operation through the Meter. An empty operation opens a connection only.
func metered(t *testing.T, response string) (m *Meter, call func(operation, body string) (*http.Response, error)) {
	t.Helper()
	server := httptest.NewServer(store{response})
	t.Cleanup(server.Close)
	env, m := Through(t, environment(t, "test", server.URL))
	return m, func(operation, body string) (*http.Response, error) {
		url := *env.AWS("DYNAMODB").BaseEndpoint
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if operation != "" {
			request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
		}
		response, err := new(http.Transport).RoundTrip(request) // no reuse: a retry would hide a lost response
		if err == nil {
			t.Cleanup(func() { response.Body.Close() })
		}
		return response, err
	}
}

func TestMeterCounts(t *testing.T) {
	const one = `{"ConsumedCapacity":{"CapacityUnits":1.5}}`
	const several = `{"ConsumedCapacity":[{"CapacityUnits":2},{"CapacityUnits":0.5}]}`
	const transaction = `{"TransactItems":[{"Put":{}},{"Update":{}},{"ConditionCheck":{}},{"Put":{}}]}`
	for _, test := range []struct {
		name      string
		response  string
		operation string
		request   string
		want      Count
	}{
		{
			name: "get", response: one, operation: "GetItem",
			want: Count{Calls: []string{"GetItem"}, Read: 1.5, Actions: []string{"dynamodb:GetItem"}},
		},
		{
			name: "query", response: one, operation: "Query",
			want: Count{Calls: []string{"Query"}, Read: 1.5, Actions: []string{"dynamodb:Query"}},
		},
		{
			name: "batch", response: several, operation: "BatchGetItem",
			want: Count{Calls: []string{"BatchGetItem"}, Read: 2.5, Actions: []string{"dynamodb:BatchGetItem"}},
		},
		{
			name: "put", response: one, operation: "PutItem",
			want: Count{Calls: []string{"PutItem"}, Written: 1.5, Actions: []string{"dynamodb:PutItem"}},
		},
		{
			name: "transaction", response: several, operation: "TransactWriteItems", request: transaction,
			want: Count{Calls: []string{"TransactWriteItems"}, Written: 2.5, Actions: []string{
				"dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
			}},
		},
		{
			name: "failure", response: `{"__type":"ValidationException"}`, operation: "PutItem",
			want: Count{Calls: []string{"PutItem"}, Actions: []string{"dynamodb:PutItem"}},
		},
		{name: "connection", response: one},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, call := metered(t, test.response)
			response, err := call(test.operation, test.request)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if string(body) != test.response || response.StatusCode != http.StatusAccepted ||
				response.Header.Get("X-Amzn-Requestid") != "request-1" {
				t.Errorf("the response changed: %s, %q, %v", response.Status, body, response.Header)
			}
			if diff := cmp.Diff(test.want, m.Take(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("count (-want +got):\n%s", diff)
			}
			if again := m.Take(); len(again.Calls) != 0 {
				t.Errorf("Take returned the same calls twice: %v", again.Calls)
			}
		})
	}
}

func TestMeterAddsUpCalls(t *testing.T) {
	m, call := metered(t, `{"ConsumedCapacity":{"CapacityUnits":1.5}}`)
	for _, operation := range []string{"GetItem", "PutItem", "GetItem", "PutItem"} {
		if _, err := call(operation, ""); err != nil {
			t.Fatal(err)
		}
	}
	want := Count{
		Calls: []string{"GetItem", "PutItem", "GetItem", "PutItem"}, Read: 3, Written: 3,
		Actions: []string{"dynamodb:GetItem", "dynamodb:PutItem"},
	}
	if diff := cmp.Diff(want, m.Take()); diff != "" {
		t.Errorf("count (-want +got):\n%s", diff)
	}
}

func TestMeterLosesOneResponse(t *testing.T) {
	m, call := metered(t, `{}`)
	m.Lose()
	m.Lose()
	if _, err := call("", ""); err != nil {
		t.Errorf("a connection without a call was closed: %v", err)
	}
	if _, err := call("PutItem", ""); err == nil {
		t.Error("the response was not lost")
	}
	if _, err := call("PutItem", ""); err != nil {
		t.Errorf("a second response was lost: %v", err)
	}
	if got := m.Take().Calls; len(got) != 2 {
		t.Errorf("calls are %v, want the lost one too", got)
	}
}

func TestMeterCallsAfterGetOnce(t *testing.T) {
	m, call := metered(t, `{}`)
	count := 0
	m.AfterGet(func() { count++ })
	for _, step := range []struct {
		operation string
		want      int
	}{{"PutItem", 0}, {"GetItem", 1}, {"GetItem", 1}} {
		if _, err := call(step.operation, ""); err != nil {
			t.Fatal(err)
		}
		if count != step.want {
			t.Errorf("after %s: %d calls, want %d", step.operation, count, step.want)
		}
	}
}

// recorder records failures instead of failing. Fatal ends the goroutine, as a test's does.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

func TestEachCallRefused(t *testing.T) {
	refused := errors.New("refused")
	const get = "call 1 of 2, GetItem, is refused: got error "
	const put = "call 2 of 2, PutItem, is refused: got error "
	const public = "conflict: Refused.: refused"
	const want = ", want one that is not a problem"
	for _, test := range []struct {
		name string
		// calls are the operations that the store calls, in order.
		calls []string
		// ignored is the position of a call whose failure the store ignores, or -1.
		ignored int
		// err is the error that the store returns for a refused call.
		err      error
		failures []string
	}{
		{name: "every failure is returned", calls: []string{"GetItem", "PutItem"}, ignored: -1, err: refused},
		{
			name: "the first failure is ignored", calls: []string{"GetItem", "PutItem"},
			err: refused, failures: []string{get + "<nil>" + want},
		},
		{
			name: "the last failure is ignored", calls: []string{"GetItem", "PutItem"}, ignored: 1,
			err: refused, failures: []string{put + "<nil>" + want},
		},
		{
			name: "the client would see the failure", calls: []string{"GetItem", "PutItem"}, ignored: -1,
			err:      problem.Wrap(problem.Conflict, refused, "Refused."),
			failures: []string{get + public + want, put + public + want},
		},
		{
			name: "the store calls nothing", ignored: -1,
			failures: []string{"the operation does not call DynamoDB through the meter"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, call := metered(t, `{}`)
			var refusals []string
			operation := func() error {
				call("", "")
				for i, name := range test.calls {
					response, err := call(name, "")
					if err != nil {
						return err
					}
					if response.StatusCode != http.StatusBadRequest {
						continue
					}
					refusals = append(refusals, name)
					if i != test.ignored {
						return test.err
					}
				}
				return nil
			}
			r := &recorder{TB: t}
			prepared := 0
			run := func() {
				defer func() { recover() }() // of Fatalf
				EachCallRefused(r, m, func() func() error { prepared++; return operation })
			}
			run()
			if diff := cmp.Diff(test.failures, r.failures); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.calls, refusals); diff != "" {
				t.Errorf("refused calls (-want +got):\n%s", diff)
			}
			if want := len(test.calls) + 1; prepared != want {
				t.Errorf("prepared %d times, want %d", prepared, want)
			}
			if response, err := call("GetItem", ""); err != nil || response.StatusCode != http.StatusAccepted {
				t.Errorf("the meter still refuses calls: %v, %v", response, err)
			}
		})
	}
}

func TestEachCallRefusedNeedsAnOperationThatWorks(t *testing.T) {
	m, _ := metered(t, `{}`)
	r := &recorder{TB: t}
	defer func() {
		if recover() == nil || len(r.failures) != 1 {
			t.Errorf("failures are %q, want a fatal one", r.failures)
		}
	}()
	EachCallRefused(r, m, func() func() error { return func() error { return errors.New("down") } })
}
