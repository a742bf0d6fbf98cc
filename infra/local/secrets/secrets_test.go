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

// client reads the secrets as a Lambda does.
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
		t.Error("a previous version before the first rotation")
	}
	if err := m.Rotate("local/cursor-key"); err != nil {
		t.Fatal(err)
	}
	nextID, next, err := c.Fetch(t.Context(), "arn:aws:secretsmanager:ca-central-1:000000000000:secret:local/cursor-key-LoCaL1", platform.Current)
	if err != nil || string(next) == string(first) || nextID == firstID {
		t.Errorf("the rotation changed nothing: %v", err)
	}
	if id, value, err := c.Fetch(t.Context(), "local/cursor-key", platform.Previous); err != nil || id != firstID || string(value) != string(first) {
		t.Errorf("previous: %q, %v", id, err)
	}
	if m.Rotate("other") == nil {
		t.Error("rotated a secret that is not there")
	}
}

func TestMissingSecret(t *testing.T) {
	c := platform.New(client(t, New("000000000000", nil)), "local/none", platform.Current, platform.Bytes, platform.Options{})
	if _, err := c.Get(t.Context()); !errors.Is(err, platform.ErrNoStage) {
		t.Errorf("got %v", err)
	}
}

func TestRefusals(t *testing.T) {
	h := New("000000000000", []string{"x"}).Handler("us-east-1")
	for target, body := range map[string]string{"secretsmanager.PutSecretValue": `{}`, "": `{}`, "secretsmanager.GetSecretValue": `{`} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", target)
		h.ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "__type") {
			t.Errorf("%s %s: %d %s", target, body, w.Code, w.Body)
		}
	}
}
