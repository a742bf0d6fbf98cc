package gateway_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// TestCachedTokenIsChecked sends one token many times. What changes over time, and the
// signature, must still be checked.
func TestCachedTokenIsChecked(t *testing.T) {
	var clock atomic.Int64
	now := func() time.Time { return start.Add(time.Duration(clock.Load())) }
	p, server := newPool(now)
	defer server.Close()
	cfg := config(t, nil, returning(`{}`))
	cfg.Now = now
	cfg.Pools = map[string]gateway.Pool{p.ARN(): p.source()}
	g := mustNew(t, cfg)
	short, err := p.IDToken("ada", issuer.WithLifetime(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	checkToken := func(step, token string, want int) {
		t.Helper()
		if w := do(g, request("GET", "/accounts/me", "", "Authorization: "+token)); w.Code != want {
			t.Errorf("%s: %d %s, want %d", step, w.Code, w.Body, want)
		}
	}
	for range 3 {
		checkToken("a good token", short, http.StatusOK)
	}
	// The last character of the signature has unused bits, the one before it does not.
	i := len(short) - 2
	other := byte('A')
	if short[i] == other {
		other = 'B'
	}
	checkToken("with another signature", short[:i]+string(other)+short[i+1:], http.StatusUnauthorized)
	checkToken("the good one still", short, http.StatusOK)
	r := request("POST", "/accounts?dryRun=1", "{}", "Authorization: "+short, "X-Tenant: t", "Idempotency-Key: k")
	if w := do(g, r); w.Code != http.StatusUnauthorized {
		t.Errorf("an ID token for a method with scopes: %d, want 401", w.Code)
	}
	clock.Add(int64(2 * time.Minute))
	checkToken("when it has expired", short, http.StatusUnauthorized)
}

// TestTokenHasOneSpelling checks that a token is refused whose signature has the right
// bytes in another encoding: with bits that belong to no byte, padding or a line end.
func TestTokenHasOneSpelling(t *testing.T) {
	g := newGateway(t, nil, returning(`{}`))
	header := access(t, "ada")
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, header[len(header)-1])
	for name, test := range map[string]struct {
		header string
		status int
	}{
		"canonical":  {header: header, status: 200},
		"spare bits": {header: header[:len(header)-1] + string(alphabet[last|1]), status: 401},
		"padding":    {header: header + "==", status: 401},
		"line end":   {header: header[:len(header)-10] + "\n" + header[len(header)-10:], status: 401},
	} {
		t.Run(name, func(t *testing.T) {
			if w := do(g, request("GET", "/accounts/1", "", test.header)); w.Code != test.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, test.status)
			}
		})
	}
}
