package secrets

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/problem"
)

// openManager returns a Manager whose Secrets Manager has the response, and a
// function that returns the body of the last request.
func openManager(t *testing.T, status int, response string) (m *Manager, request func() string) {
	t.Helper()
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		io.WriteString(w, response)
	}))
	t.Cleanup(server.Close)
	vars := map[string]string{
		"AWS_REGION": "ca-central-1", "ENVIRONMENT": "test", "AWS_MAX_ATTEMPTS": "1",
		"AWS_ENDPOINT_URL_SECRETS_MANAGER": server.URL,
		"AWS_ACCESS_KEY_ID":                "test", "AWS_SECRET_ACCESS_KEY": "test",
	}
	env, err := lambdaenv.Read(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	return Open(env), func() string { return string(body) }
}

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
		"AWS_REGION": "ca-central-1", "ENVIRONMENT": "test", "AWS_ENDPOINT_URL_SECRETS_MANAGER": server.URL,
	}
	Open(lambdaenv.Must(func(name string) string { return vars[name] }))
	select {
	case <-connected:
	case <-time.After(10 * time.Second):
		t.Error("the server got no connection")
	}
}

func TestFetch(t *testing.T) {
	unknown := time.Time{}.Unix()
	for _, test := range []struct {
		name, response, want string
		created              int64
	}{
		{name: "string", response: `{"VersionId":"v1","SecretString":"hunter"}`, want: "hunter", created: unknown},
		{name: "binary", response: `{"VersionId":"v1","SecretBinary":"aHVudGVy"}`, want: "hunter", created: unknown},
		{name: "empty string", response: `{"VersionId":"v1","SecretString":""}`, want: "", created: unknown},
		{
			name: "created", response: `{"VersionId":"v1","SecretString":"hunter","CreatedDate":1800000000.5}`,
			want: "hunter", created: 1_800_000_000,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, request := openManager(t, http.StatusOK, test.response)
			secret, err := m.Fetch(t.Context(), "test/key", Previous)
			if err != nil || secret.Version != "v1" || string(secret.Value) != test.want {
				t.Errorf("got version %q, value %q, error %v", secret.Version, secret.Value, err)
			}
			if created := secret.Created.Unix(); created != test.created {
				t.Errorf("created %d, want %d", created, test.created)
			}
			if diff := cmp.Diff(`{"SecretId":"test/key","VersionStage":"AWSPREVIOUS"}`, request()); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFetchFails(t *testing.T) {
	for _, test := range []struct {
		name     string
		status   int
		response string
		noStage  bool
	}{
		{
			name: "no version with the stage", status: http.StatusBadRequest,
			response: `{"__type":"ResourceNotFoundException","Message":"no such version"}`, noStage: true,
		},
		{
			name: "access denied", status: http.StatusBadRequest,
			response: `{"__type":"AccessDeniedException","Message":"denied"}`,
		},
		{name: "server error", status: http.StatusInternalServerError, response: `{"__type":"InternalServiceError"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, _ := openManager(t, test.status, test.response)
			_, err := New(m, "test/key", Current, Bytes, Options{}).Get(t.Context())
			if errors.Is(err, ErrNoStage) != test.noStage || problem.Is(err, problem.Unavailable) == test.noStage {
				t.Errorf("got error %v, ErrNoStage expected: %v", err, test.noStage)
			}
		})
	}
}
