package gateway_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// TestARememberedTokenIsAskedForWhatChanges sends one token again and again.
func TestARememberedTokenIsAskedForWhatChanges(t *testing.T) {
	var clock atomic.Int64
	now := func() time.Time { return start.Add(time.Duration(clock.Load())) }
	p, server := newPool(now)
	defer server.Close()
	cfg := config(t, nil, says(`{}`))
	cfg.Now = now
	cfg.Pools = map[string]gateway.Pool{p.ARN(): p.source()}
	g := mustNew(t, cfg)
	short, err := p.IDToken("ada", issuer.WithLifetime(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(what, token string, want int) {
		t.Helper()
		if w := do(g, request("GET", "/accounts/me", "", "Authorization: "+token)); w.Code != want {
			t.Errorf("%s: %d %s, want %d", what, w.Code, w.Body, want)
		}
	}
	for range 3 {
		ask("a good token", short, http.StatusOK)
	}
	// Six bits of the signature's last character are not all its own: one before it is.
	i := len(short) - 2
	other := byte('A')
	if short[i] == other {
		other = 'B'
	}
	ask("with another signature", short[:i]+string(other)+short[i+1:], http.StatusUnauthorized)
	ask("the good one still", short, http.StatusOK)
	if w := do(g, request("POST", "/accounts?dryRun=1", "{}", "Authorization: "+short, "X-Tenant: t", "Idempotency-Key: k")); w.Code != http.StatusUnauthorized {
		t.Errorf("an ID token where an access token is due: %d", w.Code)
	}
	clock.Add(int64(2 * time.Minute))
	ask("when it has expired", short, http.StatusUnauthorized)
}
