package dynamodb

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

func TestOpenConnects(t *testing.T) {
	connected := make(chan struct{}, 10)
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connected <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	vars := map[string]string{
		"AWS_REGION": "ca-central-1", "ENVIRONMENT": "test", "AWS_ENDPOINT_URL_DYNAMODB": server.URL,
	}
	Open(lambdaenv.Must(func(name string) string { return vars[name] }))
	select {
	case <-connected:
	case <-time.After(10 * time.Second):
		t.Error("the server got no connection")
	}
}
