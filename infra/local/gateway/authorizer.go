package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// authorizer checks tokens of Cognito user pools.
type authorizer struct {
	header   string // the request header with the token
	pools    []userPool
	verified verified
}

type userPool struct {
	issuer string
	keys   *keySet
}

// authorizers creates the authorizers of a document. Authorizers with the same pool
// share its keys, and operations with the same security scheme share its authorizer.
type authorizers struct {
	cfg  Config
	keys map[string]*keySet // by the pool's ARN
	all  map[*document.Authorizer]*authorizer
}

func (s *authorizers) get(described *document.Authorizer) *authorizer {
	if described == nil || s.all[described] != nil {
		return s.all[described]
	}
	a := &authorizer{header: described.Header}
	for _, arn := range described.Pools {
		source := s.cfg.Pools[arn]
		if s.keys[arn] == nil {
			s.keys[arn] = newKeySet(source.JWKSURL, s.cfg.Now)
		}
		a.pools = append(a.pools, userPool{issuer: source.Issuer, keys: s.keys[arn]})
	}
	s.all[described] = a
	return a
}

// algorithms contains the only algorithm that Cognito signs with. A token with
// algorithm "none", or with HS256 and the public key as secret, fails before any key
// is looked up.
var algorithms = []jose.SignatureAlgorithm{jose.RS256}

// authorize sets the exchange's claims, or returns a failure. A method without scopes
// accepts an ID token. A method with scopes accepts an access token with any one of
// them. Whether AWS checks anything but scopes in an access token is not documented.
func (a *authorizer) authorize(x *exchange, scopes []string) *failure {
	text := strings.TrimSpace(headerValue(x.r, a.header))
	if len(text) > 7 && strings.EqualFold(text[:7], "Bearer ") {
		text = strings.TrimSpace(text[7:])
	}
	claims, err := a.verify(x, text)
	if err != nil {
		if errors.Is(err, errKeysUnreachable) {
			return &failure{builtin: authorizerBroken, cause: err}
		}
		return &failure{builtin: unauthorized, cause: err}
	}
	if f := claims.valid(x.received); f != nil {
		return f
	}
	if err := claims.usable(scopes); err != nil {
		return &failure{builtin: unauthorized, cause: err}
	}
	x.claims = claims.strings()
	return nil
}

// verify checks the signature with the key of the token's pool, and returns the claims.
func (a *authorizer) verify(x *exchange, text string) (claims, error) {
	if text == "" {
		return nil, errors.New("no token")
	}
	if known, ok := a.verified.claims(x.r.Context(), text); ok {
		return known, nil
	}
	if !isCanonical(text) {
		return nil, errors.New("the token is not in canonical base64url (RFC 7515, section 2)")
	}
	token, err := jose.ParseSignedCompact(text, algorithms)
	if err != nil {
		return nil, err
	}
	named, err := parseClaims(token.UnsafePayloadWithoutVerification())
	if err != nil {
		return nil, err
	}
	issuer, _ := named["iss"].(string)
	i := slices.IndexFunc(a.pools, func(p userPool) bool { return p.issuer == issuer })
	if i < 0 {
		return nil, fmt.Errorf("the issuer %q is not a user pool of the authorizer", issuer)
	}
	keys, keyID := a.pools[i].keys, token.Signatures[0].Header.KeyID
	key, err := keys.find(x.r.Context(), keyID)
	if err != nil {
		return nil, err
	}
	if _, err := token.Verify(key); err != nil {
		return nil, err
	}
	a.verified.add(text, signed{named, keys, keyID, key})
	return named, nil // they were parsed from the payload that was verified
}

// isCanonical reports whether each part of a token is the only encoding of its bytes.
// go-jose also accepts line ends, and bits in the last character that belong to no
// byte: many texts for one signature. Whether API Gateway accepts them is unverified.
func isCanonical(token string) bool {
	for part := range strings.SplitSeq(token, ".") {
		decoded, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || base64.RawURLEncoding.EncodeToString(decoded) != part {
			return false
		}
	}
	return true
}

// claims are the claims of a token. Numbers keep their text.
type claims map[string]any

func parseClaims(payload []byte) (claims, error) {
	var c claims
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("the token's payload: %w", err)
	}
	return c, nil
}

func (c claims) valid(now time.Time) *failure {
	expiry, ok := c.date("exp")
	if !ok {
		return &failure{builtin: unauthorized, cause: errors.New("the token has no exp")}
	}
	if !now.Before(expiry) {
		return &failure{builtin: tokenExpired}
	}
	if start, ok := c.date("nbf"); ok && now.Before(start) {
		return &failure{builtin: unauthorized, cause: errors.New("the token is not valid yet")}
	}
	return nil
}

// usable checks that the method accepts the token's kind and scopes.
func (c claims) usable(scopes []string) error {
	use, _ := c["token_use"].(string)
	if len(scopes) == 0 {
		if use != "id" {
			return fmt.Errorf("token_use is %q: a method without scopes accepts an ID token", use)
		}
		return nil
	}
	if use != "access" {
		return fmt.Errorf("token_use is %q: a method with scopes accepts an access token", use)
	}
	granted, _ := c["scope"].(string)
	for scope := range strings.FieldsSeq(granted) {
		if slices.Contains(scopes, scope) {
			return nil
		}
	}
	return fmt.Errorf("the scopes %q do not include one of %q", granted, scopes)
}

func (c claims) date(name string) (time.Time, bool) {
	n, ok := c[name].(json.Number)
	if !ok {
		return time.Time{}, false
	}
	seconds, err := n.Float64()
	if err != nil || seconds < 0 || seconds > maxDate {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0).UTC(), true
}

// maxDate bounds a claimed time, in seconds, to years of four digits.
const maxDate = 253_402_300_799

// authorize runs the operation's authorizer, if it has one.
func (op *operation) authorize(x *exchange) *failure {
	if op.authorizer == nil {
		return nil
	}
	return op.authorizer.authorize(x, op.Scopes)
}
