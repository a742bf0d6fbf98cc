package issuer_test

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local/issuer"
)

var now = time.Date(2026, time.April, 19, 8, 6, 14, 0, time.UTC)

func config() issuer.Config {
	return issuer.Config{
		PoolID: "eu-west-1_Local", Region: "eu-west-1", AccountID: "123456789012", ClientID: "app",
		Now: func() time.Time { return now },
		Users: []issuer.User{
			{
				Name: "ada", Subject: "5b3f1c2e-0000-4000-8000-000000000001", Email: "ada@example.com",
				Groups: []string{"admins", "staff"}, Scopes: []string{"accounts/read", "accounts/write"},
			},
			{Name: "bob", Subject: "5b3f1c2e-0000-4000-8000-000000000002"},
		},
	}
}

// pool is shared by the tests that do not modify it, because generating a key is slow.
var pool = sync.OnceValue(func() *issuer.Issuer {
	i, err := issuer.New(config())
	if err != nil {
		panic(err)
	}
	return i
})

// verify checks the signature of a token with the keys at jwksURL, and returns its header
// and claims.
func verify(t *testing.T, jwksURL, text string) (header jose.Header, claims map[string]any) {
	t.Helper()
	response, err := http.Get(jwksURL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var set jose.JSONWebKeySet
	if err := json.NewDecoder(response.Body).Decode(&set); err != nil {
		t.Fatal(err)
	}
	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	keys := set.Key(token.Headers[0].KeyID)
	if len(keys) != 1 || keys[0].Use != "sig" || keys[0].Algorithm != "RS256" {
		t.Fatalf("keys for %q: %+v", token.Headers[0].KeyID, keys)
	}
	if _, ok := keys[0].Key.(*rsa.PublicKey); !ok {
		t.Fatalf("the key is %T", keys[0].Key)
	}
	if err := token.Claims(keys[0].Key, &claims); err != nil {
		t.Fatal(err)
	}
	return token.Headers[0], claims
}

func serve(t *testing.T, i *issuer.Issuer) (base string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	base = "http://" + server.Listener.Addr().String()
	server.Config.Handler = i.Handler(base)
	server.Start()
	t.Cleanup(server.Close)
	return base
}

func TestClaims(t *testing.T) {
	i := pool()
	base := serve(t, i)
	random := []string{"origin_jti", "event_id", "jti"}
	common := map[string]any{
		"sub": "5b3f1c2e-0000-4000-8000-000000000001", "iss": base + "/eu-west-1_Local",
		"cognito:groups": []any{"admins", "staff"},
		"auth_time":      float64(now.Unix()), "iat": float64(now.Unix()), "exp": float64(now.Unix() + 3600),
	}
	tests := map[string]struct {
		issue func(string, ...issuer.Option) (string, error)
		own   map[string]any
	}{
		"access": {issue: i.AccessToken, own: map[string]any{
			"token_use": "access", "client_id": "app", "username": "ada", "scope": "accounts/read accounts/write",
			"email": "ada@example.com", "email_verified": "true",
		}},
		"id": {issue: i.IDToken, own: map[string]any{
			"token_use": "id", "aud": "app", "cognito:username": "ada", "email": "ada@example.com", "email_verified": true,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text, err := test.issue("ada")
			if err != nil {
				t.Fatal(err)
			}
			header, got := verify(t, base+"/eu-west-1_Local/.well-known/jwks.json", text)
			if header.Algorithm != "RS256" || header.KeyID == "" || len(header.ExtraHeaders) != 0 {
				t.Errorf("header %+v, want only kid and alg, like Cognito", header)
			}
			for _, name := range random {
				if len(got[name].(string)) != len("5b3f1c2e-0000-4000-8000-000000000001") {
					t.Errorf("%s is %q, want a UUID", name, got[name])
				}
				delete(got, name)
			}
			want := make(map[string]any)
			for _, m := range []map[string]any{common, test.own} {
				for name, value := range m {
					want[name] = value
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("claims differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUserWithoutOptionalClaims(t *testing.T) {
	i := pool()
	base := serve(t, i)
	access, err := i.AccessToken("bob")
	if err != nil {
		t.Fatal(err)
	}
	_, claims := verify(t, base+"/eu-west-1_Local/.well-known/jwks.json", access)
	if claims["scope"] != "aws.cognito.signin.user.admin" {
		t.Errorf("scope is %v", claims["scope"])
	}
	id, err := i.IDToken("bob")
	if err != nil {
		t.Fatal(err)
	}
	_, claims = verify(t, base+"/eu-west-1_Local/.well-known/jwks.json", id)
	for _, name := range []string{"email", "email_verified", "cognito:groups"} {
		if value, ok := claims[name]; ok {
			t.Errorf("%s is %v, want it absent", name, value)
		}
	}
	if _, err := i.AccessToken("eve"); !errors.Is(err, issuer.ErrNoUser) {
		t.Errorf("unknown user: %v, want ErrNoUser", err)
	}
	if _, err := i.IDToken("eve"); !errors.Is(err, issuer.ErrNoUser) {
		t.Errorf("unknown user: %v, want ErrNoUser", err)
	}
}

func TestVerifiedAddressOfASignIn(t *testing.T) {
	base := serve(t, pool())
	const other = "other@example.com"
	access, err := pool().AccessToken("bob", issuer.WithEmail(other))
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"grant_type": {"password"}, "username": {"ada"}, "email": {other}}
	resp, err := http.PostForm(base+"/oauth2/token", form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var signIn struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&signIn); err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"option": access, "token endpoint": signIn.AccessToken} {
		if _, claims := verify(t, base+"/eu-west-1_Local/.well-known/jwks.json",
			token); claims["email"] != other || claims["email_verified"] != "true" {
			t.Errorf("%s: the address is %v, verified %v", name, claims["email"], claims["email_verified"])
		}
	}
}

func TestLifetime(t *testing.T) {
	base := serve(t, pool())
	text, err := pool().AccessToken("ada", issuer.WithLifetime(-time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	_, claims := verify(t, base+"/eu-west-1_Local/.well-known/jwks.json", text)
	if got, want := claims["exp"], float64(now.Unix()-60); got != want {
		t.Errorf("exp is %v, want %v", got, want)
	}
}

func TestARNAndURL(t *testing.T) {
	cfg := config()
	i, err := issuer.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := i.ARN(), "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Local"; got != want {
		t.Errorf("ARN %s, want %s", got, want)
	}
	if got, want := i.URL("http://x"), "http://x/eu-west-1_Local"; got != want {
		t.Errorf("URL %s, want %s", got, want)
	}
	text, err := i.AccessToken("ada")
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	var claims jwt.Claims
	if err := token.UnsafeClaimsWithoutVerification(&claims); err != nil {
		t.Fatal(err)
	}
	if want := "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Local"; claims.Issuer != want {
		t.Errorf("before Handler, iss is %s, want %s", claims.Issuer, want)
	}
}

func TestDiscovery(t *testing.T) {
	base := serve(t, pool())
	response, err := http.Get(base + "/eu-west-1_Local/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got map[string]any
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"issuer":         base + "/eu-west-1_Local",
		"jwks_uri":       base + "/eu-west-1_Local/.well-known/jwks.json",
		"token_endpoint": base + "/oauth2/token",
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %s", name, got[name], want)
		}
	}
}

func TestTokenEndpoint(t *testing.T) {
	base := serve(t, pool())
	tests := map[string]struct {
		form   string
		status int
		code   string
		scope  string
	}{
		"all scopes": {form: "grant_type=password&username=ada", status: 200, scope: "accounts/read accounts/write"},
		"one scope": {
			form:   "grant_type=password&username=ada&scope=accounts/read&client_id=app",
			status: 200, scope: "accounts/read",
		},
		"no grant":     {form: "username=ada", status: 400, code: "invalid_request"},
		"other grant":  {form: "grant_type=client_credentials", status: 400, code: "unsupported_grant_type"},
		"other client": {form: "grant_type=password&username=ada&client_id=x", status: 400, code: "invalid_client"},
		"no user":      {form: "grant_type=password", status: 400, code: "invalid_request"},
		"unknown user": {form: "grant_type=password&username=eve", status: 400, code: "invalid_grant"},
		"scope of another user": {
			form: "grant_type=password&username=ada&scope=profiles/read", status: 400, code: "invalid_scope",
		},
		"repeated parameter": {
			form: "grant_type=password&username=ada&username=bob", status: 400, code: "invalid_request",
		},
		"invalid escape": {form: "grant_type=%zz", status: 400, code: "invalid_request"},
		"form over the limit": {
			form: "grant_type=password&username=" + strings.Repeat("a", 1<<17), status: 400, code: "invalid_request",
		},
		"query without a body": {form: "", status: 400, code: "invalid_request"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			address := base + "/oauth2/token?grant_type=password&username=ada"
			response, err := http.Post(address, "application/x-www-form-urlencoded", strings.NewReader(test.form))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			var got struct {
				AccessToken string `json:"access_token"`
				IDToken     string `json:"id_token"`
				TokenType   string `json:"token_type"`
				ExpiresIn   int    `json:"expires_in"`
				Error       string `json:"error"`
			}
			if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.status || got.Error != test.code {
				t.Fatalf("%d %s, want %d %s", response.StatusCode, got.Error, test.status, test.code)
			}
			if response.Header.Get("Cache-Control") != "no-store" {
				t.Error("Cache-Control is not no-store, which RFC 6749, section 5.1, requires")
			}
			if test.status != http.StatusOK {
				return
			}
			jwks := base + "/eu-west-1_Local/.well-known/jwks.json"
			_, access := verify(t, jwks, got.AccessToken)
			_, id := verify(t, jwks, got.IDToken)
			if access["scope"] != test.scope || id["token_use"] != "id" || got.TokenType != "Bearer" || got.ExpiresIn != 3600 {
				t.Errorf("access %v, id %v, response %+v", access, id, got)
			}
			if access["origin_jti"] != id["origin_jti"] || access["jti"] == id["jti"] {
				t.Error("the tokens of one sign-in must share origin_jti but not jti")
			}
		})
	}
}

func TestTokenEndpointRefusesOtherRequests(t *testing.T) {
	base := serve(t, pool())
	get, err := http.Get(base + "/oauth2/token")
	if err != nil {
		t.Fatal(err)
	}
	json, err := http.Post(base+"/oauth2/token", "application/json", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for want, response := range map[int]*http.Response{405: get, 400: json} {
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != want || !strings.Contains(string(body), `"error":"invalid_request"`) {
			t.Errorf("%d %s, want %d", response.StatusCode, body, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, edit := range map[string]func(*issuer.Config){
		"pool of another Region": func(c *issuer.Config) { c.PoolID = "us-east-1_Local" },
		"pool with a slash":      func(c *issuer.Config) { c.PoolID = "eu-west-1_a/b" },
		"account":                func(c *issuer.Config) { c.AccountID = "1" },
		"no client":              func(c *issuer.Config) { c.ClientID = "" },
		"no subject":             func(c *issuer.Config) { c.Users[0].Subject = "" },
		"duplicate user":         func(c *issuer.Config) { c.Users[1].Name = "ada" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config()
			cfg.Users = slices.Clone(cfg.Users)
			edit(&cfg)
			if _, err := issuer.New(cfg); err == nil {
				t.Error("New accepted the configuration")
			}
		})
	}
}

func TestConcurrentUse(t *testing.T) {
	base := serve(t, pool())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			form := url.Values{"grant_type": {"password"}, "username": {"ada"}}
			response, err := http.PostForm(base+"/oauth2/token", form)
			if err != nil {
				t.Error(err)
				return
			}
			response.Body.Close()
			if _, err := pool().AccessToken("ada"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestEachKindOfTokenHasItsKey checks that a client that takes any key of the pool cannot
// verify both kinds of token, as with Cognito.
func TestEachKindOfTokenHasItsKey(t *testing.T) {
	access, err := pool().AccessToken("ada")
	if err != nil {
		t.Fatal(err)
	}
	id, err := pool().IDToken("ada")
	if err != nil {
		t.Fatal(err)
	}
	kid := func(text string) string {
		token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Fatal(err)
		}
		return token.Headers[0].KeyID
	}
	if kid(access) == kid(id) {
		t.Errorf("access and ID tokens have the key %s", kid(id))
	}
}
