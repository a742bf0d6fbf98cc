package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/platform/rest"
)

// endpoint is a Region's endpoint. It responds to a path with its status, and with 403
// to others.
type endpoint struct {
	*httptest.Server
	requests []string
	statuses map[string]int
	failures int // responses with 502 before the first real one
}

func newEndpoint(t *testing.T, statuses map[string]int) *endpoint {
	e := &endpoint{statuses: statuses}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		e.requests = append(e.requests,
			strings.TrimSpace(fmt.Sprint(r.Method, " ", r.URL, " ", r.Header.Get("Authorization"), string(body))))
		status, ok := e.statuses[r.URL.Path]
		switch {
		case e.failures > 0:
			e.failures--
			status = http.StatusBadGateway
		case !ok:
			status = http.StatusForbidden
		}
		w.WriteHeader(status)
		io.WriteString(w, "the body")
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) smoker(patience time.Duration) *smoker {
	tokens := 0
	return &smoker{client: e.Client(), base: e.URL, patience: patience, pause: time.Millisecond,
		token: func(context.Context) (string, error) {
			tokens++
			return fmt.Sprint("token-", tokens), nil
		}}
}

func TestSmokeSendsWhatAProbeSays(t *testing.T) {
	e := newEndpoint(t, map[string]int{"/one": 200, "/two": 201})
	err := e.smoker(0).run(t.Context(), []Probe{
		{Name: "one", Method: "GET", Path: "/one?limit=1", Token: true, Status: 200},
		{Name: "two", Method: "PUT", Path: "/two", Token: true, Body: json.RawMessage(`{"a":1}`), Status: 201},
		{Name: "unknown path", Method: "GET", Path: "/three", Status: 403},
	})
	if err != nil {
		t.Error(err)
	}
	// The token is fetched once.
	want := []string{"GET /one?limit=1 Bearer token-1", `PUT /two Bearer token-1{"a":1}`, "GET /three"}
	if diff := cmp.Diff(want, e.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestSmokeReportsEveryWrongStatus(t *testing.T) {
	e := newEndpoint(t, map[string]int{"/one": 502, "/two": 200})
	err := e.smoker(0).run(t.Context(), []Probe{
		{Name: "one", Method: "GET", Path: "/one", Status: 200},
		{Name: "two", Method: "GET", Path: "/two", Status: 200},
		{Name: "three", Method: "GET", Path: "/three", Status: 200},
	})
	want := "smoke test \"one\": GET /one has status 502, want 200: the body\n" +
		"smoke test \"three\": GET /three has status 403, want 200: the body"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestSmokeIsPatient(t *testing.T) {
	probes := []Probe{{Name: "one", Method: "GET", Path: "/one", Status: 200}}
	e := newEndpoint(t, map[string]int{"/one": 200})
	e.failures = 3
	if err := e.smoker(time.Minute).run(t.Context(), probes); err != nil {
		t.Errorf("with patience: %v", err)
	}
	e.failures = 1
	if err := e.smoker(0).run(t.Context(), probes); err == nil {
		t.Error("without patience, the first failure did not count")
	}
}

func TestSmokeNeedsItsToken(t *testing.T) {
	e := newEndpoint(t, map[string]int{"/one": 200})
	s := e.smoker(0)
	s.token = func(context.Context) (string, error) { return "", errors.New("no client") }
	err := s.run(t.Context(), []Probe{{Name: "one", Method: "GET", Path: "/one", Token: true, Status: 200}})
	if want := `smoke test "one": the machine client's token: no client`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if len(e.requests) != 0 {
		t.Errorf("sent %q", e.requests)
	}
}

func TestProbesFollowFromTheContract(t *testing.T) {
	operations, err := readOperations([]byte(`{"paths": {
		"/one/{id}": {"parameters": [], 
			"get": {"operationId": "get", "security": [{"cognito": []}]}, "options": {"security": []}},
		"/one/{id}/name": {"get": {"operationId": "getName", "security": []}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	own := Probe{Name: "own", Method: "GET", Path: "/one/x", Token: true, Status: 404}
	h := &house{public: publicOperations(operations), smoke: []Probe{own},
		services: map[string]*manifest.Service{"one": {Functions: map[string]manifest.Function{
			"check":    {OperationID: "check", Method: "GET", Path: "/one/health", Health: true},
			"get":      {OperationID: "get", Method: "GET", Path: "/one/{id}"},
			"get-name": {OperationID: "getName", Method: "GET", Path: "/one/{id}/name"},
			"put":      {OperationID: "put", Method: "PUT", Path: "/one/{id}"},
		}}}}
	probes := h.probes()
	if p := probes[0]; p.Status != 403 || len(p.Path) < 20 {
		t.Errorf("the unknown path is %+v", p)
	}
	want := []Probe{
		{Name: "one health", Method: "GET", Path: "/one/health", Status: 200},
		{Name: "get without a token", Method: "GET", Path: "/one/smoke", Status: 401},
		{Name: "put without a token", Method: "PUT", Path: "/one/smoke", Body: json.RawMessage("{}"), Status: 401},
		own,
	}
	if diff := cmp.Diff(want, probes[1:]); diff != "" {
		t.Errorf("probes (-want +got):\n%s", diff)
	}
}

func TestSmokeFileErrors(t *testing.T) {
	for name, test := range map[string]struct{ file, want string }{
		"not JSON":      {file: "{", want: "unexpected EOF"},
		"unknown field": {file: `[{"tokne": true}]`, want: `unknown field "tokne"`},
		"no name":       {file: `[{"method": "GET", "path": "/", "status": 200}]`, want: "a request has no name"},
		"no method":     {file: `[{"name": "one", "path": "/", "status": 200}]`, want: `the method "" is empty`},
		"relative path": {file: `[{"name": "one", "method": "GET", "path": "x", "status": 200}]`,
			want: `the path "x" does not begin`},
		"no status": {file: `[{"name": "one", "method": "GET", "path": "/"}]`, want: "the status 0"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseProbes([]byte(test.file)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

// TestSmokeFilesOfTheContexts checks that every context's smoke.json can be read.
func TestSmokeFilesOfTheContexts(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	contexts, err := ws.Contexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range contexts {
		data, err := os.ReadFile(filepath.Join(c.Dir, SmokeFile))
		if err != nil {
			t.Fatal(err)
		}
		if probes, err := parseProbes(data); err != nil || len(probes) == 0 {
			t.Errorf("%s: %d requests, %v", c.Name, len(probes), err)
		}
	}
}

func TestMachineToken(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		if r.URL.Path != "/oauth2/token" || r.FormValue("grant_type") != "client_credentials" || id != "the-id" ||
			secret != "the-secret" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		io.WriteString(w, `{"access_token": "the-token", "expires_in": 3600}`)
	}))
	defer server.Close()
	state := `{"outputs": {"sign_in_url": {"value": "` + server.URL + `"}}, "resources": [
		{"type": "aws_cognito_user_pool_client", "name": "mobile", "instances": [{"attributes": {"id": "other"}}]},
		{"type": "aws_cognito_user_pool_client", "name": "machine",
		 "instances": [{"attributes": {"id": "the-id", "client_secret": "SECRET"}}]}]}`
	for name, test := range map[string]struct{ state, token, want string }{
		"machine client":    {state: strings.Replace(state, "SECRET", "the-secret", 1), token: "the-token"},
		"wrong secret":      {state: state, want: "/oauth2/token has status 400"},
		"no machine client": {state: `{"resources": []}`, want: "has no machine client"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			session := s.open(&bytes.Buffer{})
			s.write("infra/environments/.state/trial/global.tfstate", test.state)
			token, err := session.machineToken(t.Context())
			if token != test.token || (err == nil) != (test.want == "") || err != nil &&
				!strings.Contains(err.Error(), test.want) {
				t.Errorf("token %q, error %v, want %q and one with %q", token, err, test.token, test.want)
			}
		})
	}
}

func TestSmokeTestsSendTokensThatOperationsAccept(t *testing.T) {
	dir := t.TempDir()
	document, smoke := filepath.Join(dir, "deployable.json"), filepath.Join(dir, SmokeFile)
	err := os.WriteFile(document, []byte(`{"paths": {
		"/one/{id}": {"get": {"operationId": "get", "security": [{"cognito": ["one/read", "one/admin"]}]},
			"put": {"operationId": "put", "security": [{"cognito": ["one/write"]}]}},
		"/one/me": {"get": {"operationId": "getMine", "security": [{"cognito": []}]}},
		"/one/public": {"get": {"operationId": "getPublic", "security": []}}}}`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, probe, want string }{
		{name: "a scope of machines", probe: `"method": "GET", "path": "/one/7?x=1", "token": true, "status": 404`},
		{name: "a public operation", probe: `"method": "GET", "path": "/one/public", "token": true, "status": 200`},
		{name: "no token", probe: `"method": "PUT", "path": "/one/7", "status": 401`},
		{name: "a refusal", probe: `"method": "PUT", "path": "/one/7", "token": true, "status": 401`},
		{name: "an unknown path", probe: `"method": "GET", "path": "/two/7", "token": true, "status": 403`},
		{name: "a scope of users", probe: `"method": "PUT", "path": "/one/7", "token": true, "status": 400`,
			want: `one/smoke.json: smoke test "x" sends the machine client's token, ` +
				`which has the scopes that end in /admin, and put refuses`},
		{name: "a misspelt member", probe: `"method": "GET", "path": "/one/7", "tokn": true, "status": 401`, want: `"tokn"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(smoke, []byte(`[{"name": "x", `+test.probe+`}]`), 0o600); err != nil {
				t.Fatal(err)
			}
			err := checkSmoke(document, map[string]string{"one": smoke})
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got the error %v, want one with %q", err, test.want)
			}
		})
	}
}

// TestMachinesHaveAdminScopesInTerraform compares the scopes of the machine client with the
// root's.
func TestMachinesHaveAdminScopesInTerraform(t *testing.T) {
	source, err := os.ReadFile("../terraform/global/users.tf")
	if err != nil {
		t.Fatal(err)
	}
	granted := regexp.MustCompile(`admin_scopes = \[for s in local\.scopes : s if endswith\(s, "([^"]+)"\)\]`)
	m := granted.FindSubmatch(source)
	if m == nil || !rest.IsAdminScope("one"+string(m[1])) || rest.IsAdminScope("one") {
		t.Errorf("users.tf grants scopes that end in %s, and rest.IsAdminScope has others", m)
	}
}
