package bench

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A gateway that refuses requests is fast, and its figures are wrong.
func TestLoadFailsOnAnotherStatus(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	var r gatewayRun
	err := r.load(t.Context(), loaded{base: server.URL}, caller{account: "a"}.update())
	if err == nil || !strings.Contains(err.Error(), "status 401, want 428") || r.perSecond != nil {
		t.Errorf("figures %+v, error %v; want no figures and an error", r, err)
	}
}

func TestBeginningIsLimited(t *testing.T) {
	var b beginning
	for range 3000 {
		if n, err := b.Write([]byte("abc")); n != 3 || err != nil {
			t.Fatal(n, err)
		}
	}
	if len(b) != 4096 || string(b[:4]) != "abca" {
		t.Errorf("kept %d bytes that begin with %q, want the first 4096", len(b), b[:4])
	}
}

func TestClientID(t *testing.T) {
	if id, err := (caller{token: "e30.eyJjbGllbnRfaWQiOiJhcHAifQ.x"}).clientID(); id != "app" || err != nil {
		t.Errorf("got %q, %v; want app", id, err)
	}
	if id, err := (caller{token: "no token"}).clientID(); err == nil {
		t.Errorf("got %q of a malformed token, want an error", id)
	}
}
