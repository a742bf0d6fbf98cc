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

// forger is a pool of this test's own, with which it signs what it likes.
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
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(f.jwks) }))
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

// good are the claims of an ID token that passes.
func good(edit func(object)) object {
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
	valid := f.sign(t, jose.RS256, f.key, "k", good(nil))
	parts := strings.Split(valid, ".")
	hmacked := func(secret []byte) string {
		head := part(object{"alg": "HS256", "kid": "k"}) + "." + part(good(nil))
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(head))
		return head + "." + encode(mac.Sum(nil))
	}
	signed := func(edit func(object)) string { return f.sign(t, jose.RS256, f.key, "k", good(edit)) }
	tests := map[string]struct {
		token string
		want  string // the message; empty passes
	}{
		"valid":                  {valid, ""},
		"Bearer":                 {"Bearer " + valid, ""},
		"bearer":                 {"bearer  " + valid, ""},
		"not before, past":       {signed(func(c object) { c["nbf"] = start.Unix() }), ""},
		"Basic":                  {"Basic " + valid, "Unauthorized"},
		"Bearer alone":           {"Bearer ", "Unauthorized"},
		"blank":                  {"   ", "Unauthorized"},
		"no JWT":                 {"x", "Unauthorized"},
		"two parts":              {parts[0] + "." + parts[1], "Unauthorized"},
		"no signature":           {parts[0] + "." + parts[1] + ".", "Unauthorized"},
		"alg none":               {part(object{"alg": "none", "kid": "k"}) + "." + parts[1] + ".", "Unauthorized"},
		"alg None":               {part(object{"alg": "None", "kid": "k"}) + "." + parts[1] + "." + parts[2], "Unauthorized"},
		"HS256 with the modulus": {hmacked(f.key.N.Bytes()), "Unauthorized"},
		"HS256 with the JWKS":    {hmacked(f.jwks), "Unauthorized"},
		"RS512":                  {f.sign(t, jose.RS512, f.key, "k", good(nil)), "Unauthorized"},
		"PS256":                  {f.sign(t, jose.PS256, f.key, "k", good(nil)), "Unauthorized"},
		"another key":            {f.sign(t, jose.RS256, other, "k", good(nil)), "Unauthorized"},
		"unknown kid":            {f.sign(t, jose.RS256, f.key, "x", good(nil)), "Unauthorized"},
		"no kid":                 {f.sign(t, jose.RS256, f.key, "", good(nil)), "Unauthorized"},
		"a key for encryption":   {f.sign(t, jose.RS256, f.key, "encryption", good(nil)), "Unauthorized"},
		"a key for RS512":        {f.sign(t, jose.RS256, f.key, "RS512", good(nil)), "Unauthorized"},
		"other claims":           {parts[0] + "." + part(good(func(c object) { c["sub"] = "x" })) + "." + parts[2], "Unauthorized"},
		"unknown crit":           {part(object{"alg": "RS256", "kid": "k", "crit": []string{"x"}, "x": 1}) + "." + parts[1] + "." + parts[2], "Unauthorized"},
		"another issuer":         {signed(func(c object) { c["iss"] = forgedIssuer + "/" }), "Unauthorized"},
		"no issuer":              {signed(func(c object) { delete(c, "iss") }), "Unauthorized"},
		"expired now":            {signed(func(c object) { c["exp"] = start.Unix() }), "The incoming token has expired"},
		"no exp":                 {signed(func(c object) { delete(c, "exp") }), "Unauthorized"},
		"exp is text":            {signed(func(c object) { c["exp"] = "4102444800" }), "Unauthorized"},
		"exp is beyond time":     {signed(func(c object) { c["exp"] = 1e300 }), "Unauthorized"},
		"not valid yet":          {signed(func(c object) { c["nbf"] = start.Unix() + 2 }), "Unauthorized"},
		"no token_use":           {signed(func(c object) { delete(c, "token_use") }), "Unauthorized"},
		"refresh":                {signed(func(c object) { c["token_use"] = "refresh" }), "Unauthorized"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			invoked, functions := catches(`{}`)
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
		"access token for scopes":             {scoped, access(t, "ada"), 200},
		"access token without the scope":      {scoped, access(t, "bob"), 401},
		"ID token for scopes":                 {scoped, id(t, "ada"), 401},
		"ID token without scopes":             {unscoped, id(t, "bob"), 200},
		"access token for no scopes":          {unscoped, access(t, "ada"), 401},
		"expired":                             {unscoped, id(t, "ada", issuer.WithLifetime(-time.Second)), 401},
		"any header case":                     {unscoped, strings.Replace(id(t, "ada"), "Authorization", "authorization", 1), 200},
		"an open operation looks at no token": {"/files/a", "Authorization: nonsense", 200},
		"another header":                      {unscoped, strings.Replace(id(t, "ada"), "Authorization", "X-Authorization", 1), 401},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := do(newGateway(t, nil, says(`{}`)), request("GET", test.target, "", test.header))
			if w.Code != test.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, test.status)
			}
		})
	}
	t.Run("ID token that claims a scope", func(t *testing.T) {
		token := forged().sign(t, jose.RS256, forged().key, "k", good(func(c object) { c["scope"] = "accounts/read" }))
		w := do(newForged(t, nobody(t)), request("GET", scoped, "", "Authorization: "+token))
		if w.Code != 401 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("before parameters and body", func(t *testing.T) {
		if w := do(newGateway(t, nil, nobody(t)), request("POST", "/accounts", "{")); w.Code != 401 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("one scope of several", func(t *testing.T) {
		w := do(newGateway(t, nil, says(`{}`)), create(`{"name":"A"}`)(t))
		if w.Code != 200 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

func TestClaimsAreStrings(t *testing.T) {
	claims := good(func(c object) {
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
	got, functions := catches(`{}`)
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

// TestKeyCache follows the requests that the pool gets, by the clock of the test.
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
	cfg := config(t, nil, says(`{}`))
	cfg.Now = now
	cfg.Pools = map[string]gateway.Pool{first.ARN(): {Issuer: first.URL(front.URL), JWKSURL: first.URL(front.URL) + "/.well-known/jwks.json"}}
	g := mustNew(t, cfg)
	down := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "down", http.StatusServiceUnavailable) })
	firstHandler, secondHandler := first.Handler(front.URL), second.Handler(front.URL)
	fresh := func(i *issuer.Issuer) string {
		token, err := i.IDToken("ada")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	ask := func(what, token string, status int, requests int64) {
		t.Helper()
		before := fetches.Load()
		w := do(g, request("GET", "/accounts/me", "", "Authorization: "+token))
		if w.Code != status || fetches.Load()-before != requests {
			t.Errorf("%s: %d %s after %d requests to the pool, want %d after %d", what, w.Code, w.Body, fetches.Load()-before, status, requests)
		}
	}
	step := func(what string, i *issuer.Issuer, status int, requests int64) {
		t.Helper()
		ask(what, fresh(i), status, requests)
	}
	serve(down)
	step("the pool is down", first.Issuer, 500, 1)
	step("and is not asked again at once", first.Issuer, 500, 0)
	clock.Add(int64(5 * time.Second))
	serve(firstHandler)
	step("the pool is up", first.Issuer, 200, 1)
	step("its keys are cached", first.Issuer, 200, 0)
	remembered := fresh(first.Issuer)
	ask("a token", remembered, 200, 0)
	ask("the same", remembered, 200, 0)
	step("an unknown key within the bound", second, 401, 0)
	clock.Add(int64(5 * time.Second))
	step("an unknown key after it", second, 401, 1)
	serve(secondHandler)
	step("rotation within the bound", second, 401, 0)
	clock.Add(int64(5 * time.Second))
	step("rotation after it", second, 200, 1)
	step("the old key is gone", first.Issuer, 401, 0)
	ask("a token that was good", remembered, 401, 0)
	serve(down)
	clock.Add(int64(time.Minute))
	step("cached keys outlive the pool", second, 200, 0)
	step("an unknown key while it is down", first.Issuer, 500, 1)
	step("cached keys stay", second, 200, 0)
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
			cfg := config(t, nil, nobody(t))
			cfg.Pools = map[string]gateway.Pool{shared().ARN(): {Issuer: forgedIssuer, JWKSURL: server.URL}}
			token := forged().sign(t, jose.RS256, forged().key, "k", good(nil))
			w := do(mustNew(t, cfg), request("GET", "/accounts/me", "", "Authorization: "+token))
			if w.Code != 500 || w.Body.String() != `{"message":null}` {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			checkHeaders(t, w.Header(), map[string]string{"X-Amzn-ErrorType": "AuthorizerConfigurationException"})
		})
	}
}

// TestOneFetchForAll starts with an empty cache and many requests.
func TestOneFetchForAll(t *testing.T) {
	p, server := newPool(func() time.Time { return start })
	defer server.Close()
	cfg := config(t, nil, says(`{}`))
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
