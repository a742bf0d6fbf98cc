package gateway_test

import (
	"context"
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
	"time"

	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// start is the time of all tests.
var start = time.Date(2026, time.March, 4, 19, 15, 17, 123_000_000, time.UTC)

// functions implements a Lambda service with one Go function.
type functions func(ctx context.Context, name string, payload []byte, trace string) ([]byte, error)

func (f functions) Invoke(ctx context.Context, name string, payload []byte, trace string) ([]byte, error) {
	return f(ctx, name, payload, trace)
}

// returning makes every function return the same output.
func returning(output string) functions {
	return func(context.Context, string, []byte, string) ([]byte, error) { return []byte(output), nil }
}

// notInvoked fails the test if a function is invoked.
func notInvoked(t testing.TB) functions {
	return func(_ context.Context, name string, _ []byte, _ string) ([]byte, error) {
		t.Errorf("%s was invoked", name)
		return []byte("{}"), nil
	}
}

// pool is a user pool served over HTTP.
type pool struct {
	*issuer.Issuer
	base    string
	fetches func() int
}

func (p *pool) source() gateway.Pool {
	return gateway.Pool{Issuer: p.URL(p.base), JWKSURL: p.URL(p.base) + "/.well-known/jwks.json"}
}

func newPool(now func() time.Time) (*pool, *httptest.Server) {
	i, err := issuer.New(issuer.Config{
		PoolID: "eu-west-1_Test", Region: "eu-west-1", AccountID: "123456789012", ClientID: "app", Now: now,
		Users: []issuer.User{
			{Name: "ada", Subject: "5b3f1c2e-0000-4000-8000-000000000001", Email: "ada@example.com",
				Groups: []string{"admins", "staff"}, Scopes: []string{"accounts/read", "accounts/write"}},
			{Name: "bob", Subject: "5b3f1c2e-0000-4000-8000-000000000002", Scopes: []string{"profiles/read"}},
		},
	})
	if err != nil {
		panic(err)
	}
	var mu sync.Mutex
	fetched := 0
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	handler := i.Handler(base)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		fetched++
		mu.Unlock()
		handler.ServeHTTP(w, r)
	})
	server.Start()
	return &pool{Issuer: i, base: base, fetches: func() int {
		mu.Lock()
		defer mu.Unlock()
		return fetched
	}}, server
}

// shared is a pool for all tests that do not count the requests to it.
var shared = sync.OnceValue(func() *pool {
	p, _ := newPool(func() time.Time { return start })
	return p
})

type object = map[string]any

// at returns the object at a path of member names in a JSON document.
func at(doc any, path ...string) object {
	for _, name := range path {
		doc = doc.(object)[name]
	}
	return doc.(object)
}

func document(t testing.TB, edit func(doc object)) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/api.json")
	if err != nil {
		t.Fatal(err)
	}
	if edit == nil {
		return data
	}
	var doc object
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	edit(doc)
	if data, err = json.Marshal(doc); err != nil {
		t.Fatal(err)
	}
	return data
}

func config(t testing.TB, edit func(doc object), f gateway.Functions) gateway.Config {
	return gateway.Config{
		Document: document(t, edit), Region: "eu-west-1", AccountID: "123456789012", Stage: "v1",
		Variables: map[string]string{"environment": "dev"}, DomainName: "api.example.com",
		Functions: f, Pools: map[string]gateway.Pool{shared().ARN(): shared().source()},
		Now: func() time.Time { return start },
	}
}

func newGateway(t testing.TB, edit func(doc object), f gateway.Functions) *gateway.Gateway {
	t.Helper()
	return mustNew(t, config(t, edit, f))
}

// request returns a request with headers of the form "Name: value".
func request(method, target, body string, headers ...string) *http.Request {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, reader)
	r.RemoteAddr = "203.0.113.7:4711"
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	return r
}

// do sends a request to a handler. The response's header has canonical names, as a
// client of net/http reads them.
func do(g http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	for _, name := range slices.Sorted(maps.Keys(w.Header())) {
		values := w.Header()[name]
		if key := http.CanonicalHeaderKey(name); key != name {
			delete(w.Header(), name)
			w.Header()[key] = append(w.Header()[key], values...)
		}
	}
	return w
}

func access(t testing.TB, user string, opts ...issuer.Option) string {
	t.Helper()
	token, err := shared().AccessToken(user, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return "Authorization: Bearer " + token
}

func id(t testing.TB, user string, opts ...issuer.Option) string {
	t.Helper()
	token, err := shared().IDToken(user, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return "Authorization: " + token
}

func mustNew(t testing.TB, cfg gateway.Config) *gateway.Gateway {
	t.Helper()
	g, err := gateway.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
