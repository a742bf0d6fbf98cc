package gateway_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// forger is a pool with a key that the tests can sign any token with.
type forger struct {
	key    *rsa.PrivateKey
	jwks   []byte
	server *httptest.Server
}

const forgedIssuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Forged"

var forged = sync.OnceValue(func() *forger {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	f := &forger{key: key}
	f.jwks, _ = json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: key.Public(), KeyID: "k", Algorithm: "RS256", Use: "sig"},
		{Key: key.Public(), KeyID: "encryption", Algorithm: "RS256", Use: "enc"},
		{Key: key.Public(), KeyID: "RS512", Algorithm: "RS512", Use: "sig"},
	}})
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(f.jwks)
	}))
	return f
})

func (f *forger) sign(t *testing.T, alg jose.SignatureAlgorithm, key any, kid string, claims object) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// validClaims returns the claims of a valid ID token, after the edit.
func validClaims(edit func(object)) object {
	claims := object{"iss": forgedIssuer, "token_use": "id", "exp": start.Unix() + 1}
	if edit != nil {
		edit(claims)
	}
	return claims
}

func newForged(t *testing.T, f functions) *gateway.Gateway {
	cfg := config(t, nil, f)
	cfg.Pools = map[string]gateway.Pool{shared().ARN(): {Issuer: forgedIssuer, JWKSURL: forged().server.URL}}
	cfg.Now = func() time.Time { return start.Truncate(time.Second) } // when a token may just expire
	return mustNew(t, cfg)
}

func TestForgedTokens(t *testing.T) {
	f := forged()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	part := func(value any) string {
		data, _ := json.Marshal(value)
		return encode(data)
	}
	valid := f.sign(t, jose.RS256, f.key, "k", validClaims(nil))
	parts := strings.Split(valid, ".")
	hmacked := func(secret []byte) string {
		head := part(object{"alg": "HS256", "kid": "k"}) + "." + part(validClaims(nil))
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(head))
		return head + "." + encode(mac.Sum(nil))
	}
	signed := func(edit func(object)) string { return f.sign(t, jose.RS256, f.key, "k", validClaims(edit)) }
	tests := map[string]struct {
		token string
		want  string // the message; empty passes
	}{
		"valid":            {token: valid},
		"Bearer":           {token: "Bearer " + valid},
		"bearer":           {token: "bearer  " + valid},
		"not before, past": {token: signed(func(c object) { c["nbf"] = start.Unix() })},
		"Basic":            {token: "Basic " + valid, want: "Unauthorized"},
		"Bearer alone":     {token: "Bearer ", want: "Unauthorized"},
		"blank":            {token: "   ", want: "Unauthorized"},
		"no JWT":           {token: "x", want: "Unauthorized"},
		"two parts":        {token: parts[0] + "." + parts[1], want: "Unauthorized"},
		"no signature":     {token: parts[0] + "." + parts[1] + ".", want: "Unauthorized"},
		"alg none": {
			token: part(object{"alg": "none", "kid": "k"}) + "." + parts[1] + ".", want: "Unauthorized",
		},
		"alg None": {
			token: part(object{"alg": "None", "kid": "k"}) + "." + parts[1] + "." + parts[2],
			want:  "Unauthorized",
		},
		"HS256 with the modulus": {token: hmacked(f.key.N.Bytes()), want: "Unauthorized"},
		"HS256 with the JWKS":    {token: hmacked(f.jwks), want: "Unauthorized"},
		"RS512":                  {token: f.sign(t, jose.RS512, f.key, "k", validClaims(nil)), want: "Unauthorized"},
		"PS256":                  {token: f.sign(t, jose.PS256, f.key, "k", validClaims(nil)), want: "Unauthorized"},
		"another key":            {token: f.sign(t, jose.RS256, other, "k", validClaims(nil)), want: "Unauthorized"},
		"unknown kid":            {token: f.sign(t, jose.RS256, f.key, "x", validClaims(nil)), want: "Unauthorized"},
		"no kid":                 {token: f.sign(t, jose.RS256, f.key, "", validClaims(nil)), want: "Unauthorized"},
		"a key for encryption": {
			token: f.sign(t, jose.RS256, f.key, "encryption", validClaims(nil)), want: "Unauthorized",
		},
		"a key for RS512": {token: f.sign(t, jose.RS256, f.key, "RS512", validClaims(nil)), want: "Unauthorized"},
		"other claims": {
			token: parts[0] + "." + part(validClaims(func(c object) { c["sub"] = "x" })) + "." + parts[2],
			want:  "Unauthorized",
		},
		"unknown crit": {
			token: part(object{"alg": "RS256", "kid": "k", "crit": []string{"x"}, "x": 1}) + "." + parts[1] + "." + parts[2],
			want:  "Unauthorized",
		},
		"another issuer": {
			token: signed(func(c object) { c["iss"] = forgedIssuer + "/" }), want: "Unauthorized",
		},
		"no issuer": {token: signed(func(c object) { delete(c, "iss") }), want: "Unauthorized"},
		"expired now": {
			token: signed(func(c object) { c["exp"] = start.Unix() }), want: "The incoming token has expired",
		},
		"no exp":             {token: signed(func(c object) { delete(c, "exp") }), want: "Unauthorized"},
		"exp is text":        {token: signed(func(c object) { c["exp"] = "4102444800" }), want: "Unauthorized"},
		"exp is beyond time": {token: signed(func(c object) { c["exp"] = 1e300 }), want: "Unauthorized"},
		"not valid yet": {
			token: signed(func(c object) { c["nbf"] = start.Unix() + 2 }), want: "Unauthorized",
		},
		"no token_use": {token: signed(func(c object) { delete(c, "token_use") }), want: "Unauthorized"},
		"refresh":      {token: signed(func(c object) { c["token_use"] = "refresh" }), want: "Unauthorized"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			invoked, functions := capturing(`{}`)
			w := do(newForged(t, functions), request("GET", "/accounts/me", "", "Authorization: "+test.token))
			if test.want == "" {
				if w.Code != 200 || invoked.function == "" {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				return
			}
			if w.Code != 401 || w.Body.String() != `{"message":"`+test.want+`"}` || invoked.function != "" {
				t.Errorf("%d %s, function %q", w.Code, w.Body, invoked.function)
			}
		})
	}
}

func TestTokenKinds(t *testing.T) {
	const scoped, unscoped = "/accounts/1", "/accounts/me"
	tests := map[string]struct {
		target, header string
		status         int
	}{
		"access token for scopes":        {target: scoped, header: access(t, "ada"), status: 200},
		"access token without the scope": {target: scoped, header: access(t, "bob"), status: 401},
		"ID token for scopes":            {target: scoped, header: id(t, "ada"), status: 401},
		"ID token without scopes":        {target: unscoped, header: id(t, "bob"), status: 200},
		"access token for no scopes":     {target: unscoped, header: access(t, "ada"), status: 401},
		"expired": {
			target: unscoped, header: id(t, "ada", issuer.WithLifetime(-time.Second)), status: 401,
		},
		"any header case": {
			target: unscoped, header: strings.Replace(id(t, "ada"), "Authorization", "authorization", 1),
			status: 200,
		},
		"an open operation looks at no token": {
			target: "/files/a", header: "Authorization: nonsense", status: 200,
		},
		"another header": {
			target: unscoped, header: strings.Replace(id(t, "ada"), "Authorization", "X-Authorization", 1),
			status: 401,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := do(newGateway(t, nil, returning(`{}`)), request("GET", test.target, "", test.header))
			if w.Code != test.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, test.status)
			}
		})
	}
	t.Run("ID token that claims a scope", func(t *testing.T) {
		token := forged().sign(t, jose.RS256, forged().key, "k", validClaims(func(c object) { c["scope"] = "accounts/read" }))
		w := do(newForged(t, notInvoked(t)), request("GET", scoped, "", "Authorization: "+token))
		if w.Code != 401 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("before parameters and body", func(t *testing.T) {
		if w := do(newGateway(t, nil, notInvoked(t)), request("POST", "/accounts", "{")); w.Code != 401 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("one scope of several", func(t *testing.T) {
		w := do(newGateway(t, nil, returning(`{}`)), create(`{"name":"A"}`)(t))
		if w.Code != 200 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

func TestClaimsAreStrings(t *testing.T) {
	claims := validClaims(func(c object) {
		c["iat"] = 1776585974 // Sun Apr 19 08:06:14 UTC 2026
		c["auth_time"] = 1587038744
		c["email_verified"] = true
		c["cognito:groups"] = []string{"a", "b"}
		c["custom:big"] = json.Number("12345678901234567890")
		c["custom:fraction"] = json.Number("1.50")
		c["address"] = object{"formatted": "Paris"}
		c["empty"] = []string{}
		c["nothing"] = nil
	})
	got, functions := capturing(`{}`)
	token := forged().sign(t, jose.RS256, forged().key, "k", claims)
	if w := do(newForged(t, functions), request("GET", "/accounts/me", "", "Authorization: "+token)); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	seen := at(got.event, "requestContext", "authorizer", "claims")
	want := object{
		"iss": forgedIssuer, "token_use": "id", "exp": "Wed Mar 04 19:15:18 UTC 2026", "iat": "Sun Apr 19 08:06:14 UTC 2026",
		"auth_time": "1587038744", "email_verified": "true", "cognito:groups": "a,b",
		"custom:big": "12345678901234567890", "custom:fraction": "1.50", "address": `{"formatted":"Paris"}`, "empty": "",
	}
	for name, value := range want {
		if seen[name] != value {
			t.Errorf("%s is %v, want %v", name, seen[name], value)
		}
	}
	if len(seen) != len(want) {
		t.Errorf("claims %v", seen)
	}
}

// TestKeyCache counts the requests to the pool, with the test's clock.
func TestKeyCache(t *testing.T) {
	var clock atomic.Int64
	now := func() time.Time { return start.Add(time.Duration(clock.Load())) }
	first, server := newPool(now)
	defer server.Close()
	var handler atomic.Pointer[http.Handler]
	serve := func(h http.Handler) { handler.Store(&h) }
	fetches := atomic.Int64{}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetches.Add(1)
		(*handler.Load()).ServeHTTP(w, r)
	}))
	defer front.Close()
	second, err := issuer.New(issuer.Config{
		PoolID: "eu-west-1_Test", Region: "eu-west-1", AccountID: "123456789012", ClientID: "app", Now: now,
		Users: []issuer.User{{Name: "ada", Subject: "s"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := config(t, nil, returning(`{}`))
	cfg.Now = now
	issuerURL := first.URL(front.URL)
	cfg.Pools = map[string]gateway.Pool{first.ARN(): {Issuer: issuerURL, JWKSURL: issuerURL + "/.well-known/jwks.json"}}
	g := mustNew(t, cfg)
	down := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "down", http.StatusServiceUnavailable)
	})
	firstHandler, secondHandler := first.Handler(front.URL), second.Handler(front.URL)
	fresh := func(i *issuer.Issuer) string {
		token, err := i.IDToken("ada")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	checkToken := func(step, token string, status int, requests int64) {
		t.Helper()
		before := fetches.Load()
		w := do(g, request("GET", "/accounts/me", "", "Authorization: "+token))
		if w.Code != status || fetches.Load()-before != requests {
			t.Errorf("%s: %d %s after %d requests to the pool, want %d after %d",
				step, w.Code, w.Body, fetches.Load()-before, status, requests)
		}
	}
	checkNew := func(step string, i *issuer.Issuer, status int, requests int64) {
		t.Helper()
		checkToken(step, fresh(i), status, requests)
	}
	serve(down)
	checkNew("the pool is down", first.Issuer, 500, 1)
	checkNew("no second request within the bound", first.Issuer, 500, 0)
	clock.Add(int64(5 * time.Second))
	serve(firstHandler)
	checkNew("the pool is up", first.Issuer, 200, 1)
	checkNew("its keys are cached", first.Issuer, 200, 0)
	repeated := fresh(first.Issuer)
	checkToken("a token", repeated, 200, 0)
	checkToken("the same", repeated, 200, 0)
	checkNew("an unknown key within the bound", second, 401, 0)
	clock.Add(int64(5 * time.Second))
	checkNew("an unknown key after it", second, 401, 1)
	serve(secondHandler)
	checkNew("rotation within the bound", second, 401, 0)
	clock.Add(int64(5 * time.Second))
	checkNew("rotation after it", second, 200, 1)
	checkNew("the old key is gone", first.Issuer, 401, 0)
	checkToken("a token that was good", repeated, 401, 0)
	serve(down)
	clock.Add(int64(time.Minute))
	checkNew("cached keys outlive the pool", second, 200, 0)
	checkNew("an unknown key while it is down", first.Issuer, 500, 1)
	checkNew("cached keys stay", second, 200, 0)
}

func TestKeysThatCannotBeFetched(t *testing.T) {
	servers := map[string]http.HandlerFunc{
		"not JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"an error": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(forged().jwks)
		},
		"cut short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			_, _ = io.WriteString(w, "{")
		},
		"a bad key": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"keys":[{"kty":"RSA","kid":"k","n":"!","e":"AQAB"}]}`)
		},
		"no response": func(_ http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, handler := range servers {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			cfg := config(t, nil, notInvoked(t))
			cfg.Pools = map[string]gateway.Pool{shared().ARN(): {Issuer: forgedIssuer, JWKSURL: server.URL}}
			token := forged().sign(t, jose.RS256, forged().key, "k", validClaims(nil))
			w := do(mustNew(t, cfg), request("GET", "/accounts/me", "", "Authorization: "+token))
			if w.Code != 500 || w.Body.String() != `{"message":null}` {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			checkHeaders(t, w.Header(), map[string]string{"X-Amzn-ErrorType": "AuthorizerConfigurationException"})
		})
	}
}

// TestOneFetchForAll sends many requests while the cache is empty.
func TestOneFetchForAll(t *testing.T) {
	p, server := newPool(func() time.Time { return start })
	defer server.Close()
	cfg := config(t, nil, returning(`{}`))
	cfg.Pools = map[string]gateway.Pool{p.ARN(): p.source()}
	g := mustNew(t, cfg)
	token, err := p.IDToken("ada")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if w := do(g, request("GET", "/accounts/me", "", "Authorization: "+token)); w.Code != 200 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	wg.Wait()
	if n := p.fetches(); n != 1 {
		t.Errorf("%d requests to the pool, want 1", n)
	}
}
