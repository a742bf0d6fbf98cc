package dynamodb

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
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

// TestOpenTable checks the Region in which each kind of table is called, by the Region of
// the request's signature.
func TestOpenTable(t *testing.T) {
	for _, test := range []struct {
		name, strongRegion string
		consistency        resource.Consistency
		want               string
	}{
		{name: "eventually consistent", strongRegion: "us-east-1", want: "ca-central-1"},
		{name: "strongly consistent, a member", consistency: resource.Strong, want: "ca-central-1"},
		{name: "strongly consistent, no member", strongRegion: "us-east-1", consistency: resource.Strong, want: "us-east-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			signed := make(chan string, 10)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-Amz-Target") != "" { // not the connection that is opened ahead
					signed <- r.Header.Get("Authorization")
				}
				io.WriteString(w, "{}")
			}))
			defer server.Close()
			vars := map[string]string{
				"AWS_REGION": "ca-central-1", "STRONG_REGION": test.strongRegion, "ENVIRONMENT": "test",
				"AWS_ENDPOINT_URL_DYNAMODB": server.URL, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
			}
			env := lambdaenv.Must(func(name string) string { return vars[name] })
			table := OpenTable(env, resource.Table{Name: "books", Consistency: test.consistency})
			if table.Name() != "test-books" {
				t.Errorf("the table is %s", table.Name())
			}
			if err := table.Put(map[string]string{"pk": "x"}).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := <-signed; !strings.Contains(got, "/"+test.want+"/dynamodb/") {
				t.Errorf("the signature is for %s, want %s", got, test.want)
			}
		})
	}
}

// TestOpenTableOfOneRegion checks the name of a strongly consistent table in an environment
// of one Region, where it is ordinary.
func TestOpenTableOfOneRegion(t *testing.T) {
	vars := map[string]string{"AWS_REGION": "us-east-1", "ENVIRONMENT": "test", "STRONG_SUFFIX": "-ordinary"}
	env := lambdaenv.Must(func(name string) string { return vars[name] })
	for consistency, want := range map[resource.Consistency]string{"": "test-books",
		resource.Strong: "test-books-ordinary"} {
		if got := OpenTable(env, resource.Table{Name: "books", Consistency: consistency}).Name(); got != want {
			t.Errorf("consistency %q: the table is %s, want %s", consistency, got, want)
		}
	}
}

// TestHeldWritesAreRefused checks that writes of a strongly consistent table never reach
// DynamoDB while the deployment copies it, and that reads and other tables do.
func TestHeldWritesAreRefused(t *testing.T) {
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") != "" { // not the connection that is opened ahead
			calls.Add(1)
		}
		io.WriteString(w, `{"Item":{"pk":{"S":"x"}}}`)
	}))
	defer server.Close()
	vars := map[string]string{
		"AWS_REGION": "us-east-1", "ENVIRONMENT": "test", "STRONG_HELD": "true",
		"AWS_ENDPOINT_URL_DYNAMODB": server.URL, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
	}
	env := lambdaenv.Must(func(name string) string { return vars[name] })
	item := map[string]string{"pk": "x"}
	held := OpenTable(env, resource.Table{Name: "books", Consistency: resource.Strong})
	for name, err := range map[string]error{
		"Put":    held.Put(item).Run(t.Context()),
		"Update": held.Update("pk", "x").Set("title", "y").Run(t.Context()),
		"Delete": held.Delete("pk", "x").Run(t.Context()),
	} {
		var p *problem.Error
		if !errors.As(err, &p) || p.Kind != problem.Unavailable || p.RetryAfter != holdSeconds {
			t.Errorf("%s: %v, want a problem of kind Unavailable with Retry-After", name, err)
		}
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("%d held writes were sent", n)
	}
	var read map[string]string
	if err := held.Get("pk", "x").One(t.Context(), &read); err != nil || calls.Load() != 1 {
		t.Errorf("a read: %v", err)
	}
	if err := OpenTable(env, resource.Table{Name: "others"}).Put(item).Run(t.Context()); err != nil || calls.Load() != 2 {
		t.Errorf("a write of another table: %v", err)
	}
}
