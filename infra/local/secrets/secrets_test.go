package secrets

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	platform "github.com/meridian-api/meridian/platform/secrets"

	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// client returns a client that reads the secrets like a Lambda function.
func client(t *testing.T, m *Manager, region string) *platform.Manager {
	t.Helper()
	server := httptest.NewServer(m.Handler(region))
	t.Cleanup(server.Close)
	vars := map[string]string{
		"AWS_REGION": region, "ENVIRONMENT": "local", "AWS_ENDPOINT_URL_SECRETS_MANAGER": server.URL,
		"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
	}
	env, err := lambdaenv.Read(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	return platform.Open(env)
}

func TestRotation(t *testing.T) {
	m := New(Config{AccountID: "000000000000", Names: []string{"local/cursor-key"}, Primary: "ca-central-1"})
	c := client(t, m, "ca-central-1")
	first, err := c.Fetch(t.Context(), "local/cursor-key", platform.Current)
	if err != nil || len(first.Value) < 64 || len(first.Version) != 36 || time.Since(first.Created) > time.Minute {
		t.Fatalf("got %q, %d bytes, created %s, %v", first.Version, len(first.Value), first.Created, err)
	}
	if _, err := c.Fetch(t.Context(), "local/cursor-key", platform.Previous); err == nil {
		t.Error("got a previous version before the first rotation")
	}
	if err := m.Rotate("local/cursor-key"); err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:secretsmanager:ca-central-1:000000000000:secret:local/cursor-key-LoCaL1"
	next, err := c.Fetch(t.Context(), arn, platform.Current)
	if err != nil || string(next.Value) == string(first.Value) || next.Version == first.Version {
		t.Errorf("the rotation did not change the secret: %v", err)
	}
	former, err := c.Fetch(t.Context(), "local/cursor-key", platform.Previous)
	if err != nil || former.Version != first.Version || string(former.Value) != string(first.Value) {
		t.Errorf("previous: %q, %v", former.Version, err)
	}
	if m.Rotate("other") == nil {
		t.Error("Rotate accepted an unknown secret")
	}
}

func TestRotationReachesReplicasLater(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	m := New(Config{Names: []string{"local/cursor-key"}, Primary: "us-east-1", Lag: 2 * time.Second})
	m.now = func() time.Time { return now }
	primary, replica := client(t, m, "us-east-1"), client(t, m, "us-west-2")
	version := func(c *platform.Manager) string {
		t.Helper()
		secret, err := c.Fetch(t.Context(), "local/cursor-key", platform.Current)
		if err != nil {
			t.Fatal(err)
		}
		return secret.Version
	}
	first := version(replica)
	if err := m.Rotate("local/cursor-key"); err != nil {
		t.Fatal(err)
	}
	if got := version(primary); got == first {
		t.Error("the primary Region has the former version")
	}
	if got := version(replica); got != first {
		t.Error("the replica has the new version without a lag")
	}
	now = now.Add(2 * time.Second)
	if got, want := version(replica), version(primary); got != want {
		t.Errorf("the replica has version %s after the lag, want %s", got, want)
	}
}

func TestMissingSecret(t *testing.T) {
	m := client(t, New(Config{AccountID: "000000000000"}), "ca-central-1")
	c := platform.New(m, "local/none", platform.Current, platform.Bytes, platform.Options{})
	if _, err := c.Get(t.Context()); !errors.Is(err, platform.ErrNoStage) {
		t.Errorf("got %v", err)
	}
}

func TestInvalidRequests(t *testing.T) {
	h := New(Config{AccountID: "000000000000", Names: []string{"x"}}).Handler("us-east-1")
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
