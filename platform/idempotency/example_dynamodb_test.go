package idempotency_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// startDynamoDB returns the environment of a function whose DynamoDB has one partition of
// one table: a Query returns every item that was put. The tests of this package use real
// engines; the example must start without one.
func startDynamoDB() lambdaenv.Env {
	items := []json.RawMessage{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".Query") {
			json.NewEncoder(w).Encode(map[string]any{"Items": items, "Count": len(items)})
			return
		}
		var put struct{ Item json.RawMessage }
		if err := json.NewDecoder(r.Body).Decode(&put); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		items = append(items, put.Item)
		w.Write([]byte("{}"))
	}))
	variables := map[string]string{
		"AWS_REGION": "us-east-1", "ENVIRONMENT": "example", "AWS_ENDPOINT_URL": server.URL,
		"AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": "example",
	}
	return lambdaenv.Must(func(name string) string { return variables[name] })
}
