package issuer

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"
)

// Option changes a token.
type Option func(*token)

// token contains the properties common to both kinds of token.
type token struct {
	issuedAt time.Time
	lifetime time.Duration
	scopes   []string
	originID string
	eventID  string
	email    string
}

// WithLifetime sets the lifetime of a token in place of the pool's. A token whose
// lifetime is zero or negative has expired.
func WithLifetime(d time.Duration) Option { return func(t *token) { t.lifetime = d } }

// WithScopes sets the scopes of an access token in place of the user's.
func WithScopes(scopes ...string) Option { return func(t *token) { t.scopes = scopes } }

// WithEmail sets the verified e-mail address of a token in place of the user's, as if the
// user had verified this one in the pool.
func WithEmail(address string) Option { return func(t *token) { t.email = address } }

// withSignIn makes a token belong to the given sign-in.
func withSignIn(signIn token) Option { return func(t *token) { *t = signIn } }

// signInScope is the scope of tokens from Cognito's own sign-in API.
const signInScope = "aws.cognito.signin.user.admin"

// common contains the claims of both ID and access tokens, in Cognito's order.
type common struct {
	Subject   string   `json:"sub"`
	Groups    []string `json:"cognito:groups,omitempty"`
	Issuer    string   `json:"iss"`
	OriginJTI string   `json:"origin_jti"`
	EventID   string   `json:"event_id"`
	TokenUse  string   `json:"token_use"`
	AuthTime  int64    `json:"auth_time"`
	Expiry    int64    `json:"exp"`
	IssuedAt  int64    `json:"iat"`
	ID        string   `json:"jti"`
}

// accessClaims are the claims of an access token. The e-mail address is there because of
// the pool's trigger, platform/tokenclaims, which writes text. Source: "Understanding the access
// token",
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
type accessClaims struct {
	common
	ClientID string `json:"client_id"`
	Scope    string `json:"scope"`
	Username string `json:"username"`

	Email         string `json:"email,omitempty"`
	EmailVerified string `json:"email_verified,omitempty"`
}

// idClaims are the claims of an ID token. Source: "Understanding the identity (ID)
// token",
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
type idClaims struct {
	common
	EmailVerified *bool  `json:"email_verified,omitempty"`
	Username      string `json:"cognito:username"`
	Audience      string `json:"aud"`
	Email         string `json:"email,omitempty"`
}

// AccessToken returns an access token with the claims of Cognito's: token_use
// access, client_id, username, the user's scopes and the verified e-mail address. It returns ErrNoUser for an
// unknown name.
//
// The iss claim is the URL at which Handler serves the pool. Before Handler is
// called, it is the URL of Cognito in the pool's Region.
func (i *Issuer) AccessToken(name string, opts ...Option) (string, error) {
	user, t, err := i.newToken(name, opts)
	if err != nil {
		return "", err
	}
	claims := accessClaims{
		common:   i.common(user, t, "access"),
		ClientID: i.cfg.ClientID, Scope: strings.Join(t.scopes, " "), Username: user.Name, Email: t.email,
	}
	if t.email != "" {
		claims.EmailVerified = "true"
	}
	return i.keys.Load().access.sign(claims)
}

// IDToken returns an ID token with the claims of Cognito's: token_use id, aud,
// cognito:username and the e-mail address. It returns ErrNoUser for an unknown
// name. The iss claim is the same as in an access token.
func (i *Issuer) IDToken(name string, opts ...Option) (string, error) {
	user, t, err := i.newToken(name, opts)
	if err != nil {
		return "", err
	}
	claims := idClaims{common: i.common(user, t, "id"), Username: user.Name, Audience: i.cfg.ClientID, Email: t.email}
	if t.email != "" {
		verified := true
		claims.EmailVerified = &verified
	}
	return i.keys.Load().id.sign(claims)
}

func (i *Issuer) newToken(name string, opts []Option) (User, token, error) {
	user, ok := i.users[name]
	if !ok {
		return User{}, token{}, fmt.Errorf("%w: %q", ErrNoUser, name)
	}
	t := i.signIn(user)
	for _, opt := range opts {
		opt(&t)
	}
	return user, t, nil
}

func (i *Issuer) signIn(user User) token {
	t := token{
		issuedAt: i.cfg.Now(), lifetime: i.cfg.Lifetime, scopes: user.Scopes, email: user.Email,
		originID: uuid.NewString(), eventID: uuid.NewString(),
	}
	if len(t.scopes) == 0 {
		t.scopes = []string{signInScope}
	}
	return t
}

func (i *Issuer) common(user User, t token, use string) common {
	return common{
		Subject: user.Subject, Groups: user.Groups, Issuer: i.URL(*i.base.Load()),
		OriginJTI: t.originID, EventID: t.eventID, TokenUse: use,
		AuthTime: t.issuedAt.Unix(), IssuedAt: t.issuedAt.Unix(), Expiry: t.issuedAt.Add(t.lifetime).Unix(),
		ID: uuid.NewString(),
	}
}

func (s signer) sign(claims any) (string, error) {
	text, err := jwt.Signed(s).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("issuer: %w", err)
	}
	return text, nil
}
