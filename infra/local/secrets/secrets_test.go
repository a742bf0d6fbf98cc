package secrets

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	platform "github.com/meridian-api/meridian/platform/secrets"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// client returns a client that reads the secrets like a Lambda function.
func client(t *testing.T, m *Manager) *platform.Manager {
	t.Helper()
	server := httptest.NewServer(m.Handler("ca-central-1"))
	t.Cleanup(server.Close)
	vars := map[string]string{
		"AWS_REGION": "ca-central-1", "ENVIRONMENT": "local", "AWS_ENDPOINT_URL_SECRETS_MANAGER": server.URL,
		"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
	}
	env, err := lambdaenv.Read(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	return platform.Open(env)
}

func TestRotation(t *testing.T) {
	m := New("000000000000", []string{"local/cursor-key"})
	c := client(t, m)
	firstID, first, err := c.Fetch(t.Context(), "local/cursor-key", platform.Current)
	if err != nil || len(first) < 64 || len(firstID) != 36 {
		t.Fatalf("got %q, %d bytes, %v", firstID, len(first), err)
	}
	if _, _, err := c.Fetch(t.Context(), "local/cursor-key", platform.Previous); err == nil {
		t.Error("got a previous version before the first rotation")
	}
	if err := m.Rotate("local/cursor-key"); err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:secretsmanager:ca-central-1:000000000000:secret:local/cursor-key-LoCaL1"
	nextID, next, err := c.Fetch(t.Context(), arn, platform.Current)
	if err != nil || string(next) == string(first) || nextID == firstID {
		t.Errorf("the rotation did not change the secret: %v", err)
	}
	id, value, err := c.Fetch(t.Context(), "local/cursor-key", platform.Previous)
	if err != nil || id != firstID || string(value) != string(first) {
		t.Errorf("previous: %q, %v", id, err)
	}
	if m.Rotate("other") == nil {
		t.Error("Rotate accepted an unknown secret")
	}
}

func TestMissingSecret(t *testing.T) {
	m := client(t, New("000000000000", nil))
	c := platform.New(m, "local/none", platform.Current, platform.Bytes, platform.Options{})
	if _, err := c.Get(t.Context()); !errors.Is(err, platform.ErrNoStage) {
		t.Errorf("got %v", err)
	}
}

func TestInvalidRequests(t *testing.T) {
	h := New("000000000000", []string{"x"}).Handler("us-east-1")
	for _, test := range []struct{ name, target, body, want string }{
		{
			name: "unsupported operation", target: "secretsmanager.PutSecretValue", body: `{}`,
			want: "UnknownOperationException",
		},
		{name: "no operation", target: "", body: `{}`, want: "UnknownOperationException"},
		{name: "malformed body", target: "secretsmanager.GetSecretValue", body: `{`, want: "SerializationException"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.body))
			r.Header.Set("X-Amz-Target", test.target)
			h.ServeHTTP(w, r)
			if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `"__type":"`+test.want+`"`) {
				t.Errorf("got %d %s, want %s", w.Code, w.Body, test.want)
			}
		})
	}
}
