package issuer

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

const maxForm = 64 << 10 // bytes

// Handler serves the pool at baseURL, which has no trailing slash. URL(baseURL)
// becomes the iss claim of all tokens issued from now on.
//
//	GET  /{poolID}/.well-known/jwks.json
//	GET  /{poolID}/.well-known/openid-configuration
//	POST /oauth2/token
//
// The token endpoint exists for demonstrations. It accepts grant_type=password with
// a username, and optionally client_id, scope and an email that the tokens call verified
// in place of the user's, and returns an access and an ID token without a password. Cognito has no such grant. Invalid requests get the
// errors of RFC 6749, section 5.2.
func (i *Issuer) Handler(baseURL string) http.Handler {
	i.setBase(baseURL)
	mux := http.NewServeMux()
	wellKnown := "GET /" + i.cfg.PoolID + "/.well-known/"
	mux.HandleFunc(wellKnown+"jwks.json", func(w http.ResponseWriter, _ *http.Request) {
		keys := i.keys.Load()
		writeJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{keys.id.key, keys.access.key}})
	})
	mux.HandleFunc(wellKnown+"openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{
			"issuer":                                i.URL(baseURL),
			"jwks_uri":                              i.URL(baseURL) + "/.well-known/jwks.json",
			"token_endpoint":                        baseURL + "/oauth2/token",
			"grant_types_supported":                 []string{"password"},
			"response_types_supported":              []string{"token"},
			"subject_types_supported":               []string{"public"},
			"id_token_signing_alg_values_supported": []string{string(jose.RS256)},
		})
	})
	mux.HandleFunc("/oauth2/token", i.serveToken)
	return mux
}

// oauthError is an error response of RFC 6749, section 5.2.
type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
	status      int
}

func (i *Issuer) serveToken(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	response, bad := i.issueTokens(w, r)
	if bad != nil {
		writeJSON(w, bad.status, bad)
		return
	}
	writeJSON(w, http.StatusOK, response)
}

type tokens struct {
	AccessToken string `json:"access_token"`
	IDToken     string `json:"id_token"`
	TokenType   string `json:"token_type"`
	// ExpiresIn is in seconds.
	ExpiresIn int64  `json:"expires_in"`
	Scope     string `json:"scope"`
}

func (i *Issuer) issueTokens(w http.ResponseWriter, r *http.Request) (*tokens, *oauthError) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, &oauthError{"invalid_request", "the token endpoint requires POST", http.StatusMethodNotAllowed}
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return nil, &oauthError{"invalid_request", "the body is not application/x-www-form-urlencoded", http.StatusBadRequest}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, &oauthError{"invalid_request", "the body is not a valid form", http.StatusBadRequest}
	}
	form := r.PostForm
	for name, values := range form {
		if len(values) > 1 {
			return nil, &oauthError{"invalid_request", "the parameter " + name + " is repeated", http.StatusBadRequest}
		}
	}
	switch grant := form.Get("grant_type"); {
	case grant == "":
		return nil, &oauthError{"invalid_request", "grant_type is missing", http.StatusBadRequest}
	case grant != "password":
		return nil, &oauthError{"unsupported_grant_type", "only grant_type=password is supported", http.StatusBadRequest}
	case form.Has("client_id") && form.Get("client_id") != i.cfg.ClientID:
		return nil, &oauthError{"invalid_client", "the pool has no such app client", http.StatusBadRequest}
	case form.Get("username") == "":
		return nil, &oauthError{"invalid_request", "username is missing", http.StatusBadRequest}
	}
	user, ok := i.users[form.Get("username")]
	if !ok {
		return nil, &oauthError{"invalid_grant", "the pool has no such user", http.StatusBadRequest}
	}
	if email := form.Get("email"); email != "" {
		user.Email = email
	}
	return i.tokens(user, strings.Fields(form.Get("scope")))
}

// tokens returns both tokens of one sign-in, with the given scopes. Without
// scopes the tokens have all scopes of the user.
func (i *Issuer) tokens(user User, scopes []string) (*tokens, *oauthError) {
	signIn := i.signIn(user)
	for _, scope := range scopes {
		if !slices.Contains(signIn.scopes, scope) {
			return nil, &oauthError{"invalid_scope", "the user does not have the scope " + scope, http.StatusBadRequest}
		}
	}
	if len(scopes) > 0 {
		signIn.scopes = scopes
	}
	access, err := i.AccessToken(user.Name, withSignIn(signIn))
	if err != nil {
		return nil, &oauthError{"server_error", "the token could not be signed", http.StatusInternalServerError}
	}
	id, err := i.IDToken(user.Name, withSignIn(signIn))
	if err != nil {
		return nil, &oauthError{"server_error", "the token could not be signed", http.StatusInternalServerError}
	}
	return &tokens{
		AccessToken: access, IDToken: id, TokenType: "Bearer",
		ExpiresIn: int64(signIn.lifetime.Seconds()), Scope: strings.Join(signIn.scopes, " "),
	}, nil
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // fails only if the client has disconnected
}
