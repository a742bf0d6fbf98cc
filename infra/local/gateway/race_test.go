package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// TestConcurrentRequests sends every kind of request at the same time, for the race
// detector, and checks that every request gets its own response.
func TestConcurrentRequests(t *testing.T) {
	echo := functions(func(_ context.Context, name string, payload []byte, _ string) ([]byte, error) {
		var event struct{ QueryStringParameters map[string]string }
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, err
		}
		return json.Marshal(map[string]string{"body": name + event.QueryStringParameters["n"]})
	})
	g := newGateway(t, withViolations, echo)
	auth := access(t, "ada")
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 20 {
				n := fmt.Sprint(worker, "-", i)
				if w := do(g, request("GET", "/accounts/x?n="+n, "", auth)); w.Body.String() != "dev-get-account"+n {
					t.Errorf("%d %s for %s", w.Code, w.Body, n)
				}
				r := request("POST", "/accounts?dryRun=1", `{}`, auth, "X-Tenant: t", "Idempotency-Key: k")
				if w := do(g, r); w.Code != 400 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				if w := do(g, request("OPTIONS", "/accounts", "")); w.Code != 204 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
	wg.Wait()
}

func TestAccessLog(t *testing.T) {
	var b bytes.Buffer
	cfg := config(t, nil, failingWith(fmt.Errorf("%w: out of memory", errCrash)))
	cfg.Log = slog.New(slog.NewJSONHandler(&b, nil))
	w := do(mustNew(t, cfg), request("GET", "/files/a", "", "User-Agent: curl/8"))
	var record object
	if err := json.Unmarshal(b.Bytes(), &record); err != nil {
		t.Fatalf("%v: %s", err, b.Bytes())
	}
	for name, want := range map[string]any{
		"level": "ERROR", "requestId": w.Header().Get("X-Amzn-RequestId"), "ip": "203.0.113.7",
		"httpMethod": "GET", "path": "/files/a", "resourcePath": "/files/{proxy+}",
		"status":   float64(http.StatusGatewayTimeout),
		"function": "dev-get-file", "responseType": "INTEGRATION_FAILURE", "userAgent": "curl/8",
		"responseLength": float64(w.Body.Len()),
	} {
		if record[name] != want {
			t.Errorf("%s is %v, want %v", name, record[name], want)
		}
	}
	if text, _ := record["error"].(string); !strings.Contains(text, "out of memory") {
		t.Errorf("error %q", text)
	}
	if strings.Contains(w.Body.String(), "memory") {
		t.Errorf("the response contains the cause: %s", w.Body)
	}
}

var errCrash = fmt.Errorf("crash")
