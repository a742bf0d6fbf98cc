package dynamodb

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeDynamoDBLocal responds with an empty object, and records the request headers.
type fakeDynamoDBLocal struct {
	mu      sync.Mutex
	headers []http.Header
	status  int
}

func (p *fakeDynamoDBLocal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.headers = append(p.headers, r.Header)
	w.WriteHeader(p.status)
	_, _ = w.Write([]byte(`{}`))
}

func TestRemoteSendsItsRegion(t *testing.T) {
	local := &fakeDynamoDBLocal{status: 200}
	server := httptest.NewServer(local)
	defer server.Close()
	r := newRemote(server.URL, "ap-south-1", http.DefaultTransport, time.Now)
	r.Do(t.Context(), "GetItem", []byte(`{}`))
	header := local.headers[0]
	if got := header.Get("Authorization"); !strings.Contains(got, "/ap-south-1/dynamodb/aws4_request") {
		t.Errorf("Authorization %q", got)
	}
	if got := header.Get("X-Amz-Target"); got != "DynamoDB_20120810.GetItem" {
		t.Errorf("X-Amz-Target %q", got)
	}
}

func TestRemoteDetectsReplays(t *testing.T) {
	local := &fakeDynamoDBLocal{status: 200}
	server := httptest.NewServer(local)
	defer server.Close()
	clock := &manualClock{now: time.Unix(1_800_000_000, 0)}
	r := newRemote(server.URL, "eu-west-1", http.DefaultTransport, clock.Now)
	const first, reordered, second = `{"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"x","Item":{}}}]}`,
		`{"ReturnConsumedCapacity":"TOTAL","TransactItems":[{"Put":{"Item":{},"TableName":"x"}}],` +
			`"ClientRequestToken":"t"}`,
		`{"ClientRequestToken":"u","TransactItems":[{"Put":{"TableName":"x","Item":{}}}]}`
	for n, step := range []struct {
		status int
		body   string
		pass   time.Duration
		replay bool
	}{
		{400, first, 0, false}, // a failure is not remembered
		{200, first, 0, false},
		{200, first, 0, true},
		{200, reordered, 9 * time.Minute, true},
		{200, second, 0, false},
		{200, `{"TransactItems":[]}`, 0, false},
		{200, `{"TransactItems":[]}`, time.Minute, false}, // no token, no repetition
		{200, first, 0, false},
		{200, second, 0, true},
	} {
		local.status = step.status
		if got := r.Do(t.Context(), "TransactWriteItems", []byte(step.body)); got.Replay != step.replay ||
			got.Status != step.status {
			t.Errorf("step %d: %+v", n, got)
		}
		clock.pass(step.pass)
	}
	if len(r.tokens) != len(r.order) {
		t.Errorf("%d tokens, %d in order", len(r.tokens), len(r.order))
	}
}

func TestUnreachableRemote(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	url := server.URL
	server.Close()
	r := newRemote(url, "eu-west-1", http.DefaultTransport, time.Now)
	response := r.Do(t.Context(), "GetItem", []byte(`{}`))
	if response.Status != 500 || !strings.Contains(string(response.Body), url) {
		t.Errorf("got %+v %s", response, response.Body)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if response := r.Do(gone, "GetItem", []byte(`{}`)); response.Status != 500 {
		t.Errorf("client gone: %+v", response)
	}
}
