package bench

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A gateway that refuses is fast: its figures must not be told.
func TestLoadTakesNoAnswerButTheLambdas(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer server.Close()
	var r gatewayRun
	if err := r.load(t.Context(), server.URL, caller{token: "t", account: "a"}); err == nil || !strings.Contains(err.Error(), "answered 401, want 428") || r.perSecond != nil {
		t.Errorf("got %v, %v", r, err)
	}
}

func TestBeginningIsBounded(t *testing.T) {
	var b beginning
	for range 3000 {
		if n, err := b.Write([]byte("abc")); n != 3 || err != nil {
			t.Fatal(n, err)
		}
	}
	if len(b) != 4096 || string(b[:4]) != "abca" {
		t.Errorf("%d bytes, %q", len(b), b[:4])
	}
}

func TestClientOfAToken(t *testing.T) {
	if id, err := (caller{token: "e30.eyJjbGllbnRfaWQiOiJhcHAifQ.x"}).client(); id != "app" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	if _, err := (caller{token: "no token"}).client(); err == nil {
		t.Error("no token has a client")
	}
}
