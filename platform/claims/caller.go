// Package claims identifies the caller of a request. API Gateway's Cognito
// authorizer passes the claims of the token to the Lambda, every value as a
// string. The gateway has verified the token; this package only parses the claims
// and fails if they do not identify a caller.
package claims

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/platform/problem"
)

// Use is the kind of the caller's token.
type Use string

// The kinds of tokens of a Cognito user pool.
const (
	// Access tokens contain scopes. Operations with scopes require one.
	Access Use = "access"
	// ID tokens contain the user's attributes. Operations without scopes require one.
	ID Use = "id"
)

// Caller is the user or the machine client that sent a request.
type Caller struct {
	// Subject is the claim sub, a UUID that identifies the user and never changes.
	// For a machine client (client credentials) it is the client's id.
	Subject string
	// Username is the user's name in the pool; empty for a machine client.
	Username string
	// ClientID is the app client that the token was issued to.
	ClientID string
	// Use is the kind of the token.
	Use Use
	// Scopes are the OAuth scopes of an access token; nil for an ID token.
	Scopes []string
	// Groups are the user's groups in the pool.
	Groups []string
	// Email is the e-mail address that the user has proved to the user pool (claims
	// email and email_verified), or empty. Cognito's access tokens have these claims
	// only with a pre-token-generation trigger; see package tokenclaims.
	Email string
}

// ErrNoCaller is wrapped by the errors of Parse.
var ErrNoCaller = errors.New("no caller")

// Parse parses the authorizer's claims. get returns the value of a claim, or "" if
// the claim is missing. Parse fails if sub, token_use or the client is missing, or
// if token_use is neither access nor id. The error wraps ErrNoCaller.
func Parse(get func(name string) string) (Caller, error) {
	c := Caller{Subject: get("sub"), Use: Use(get("token_use"))}
	if c.Subject == "" {
		return Caller{}, fmt.Errorf("%w: the claim sub is missing", ErrNoCaller)
	}
	switch c.Use {
	case Access:
		c.Username, c.ClientID = get("username"), get("client_id")
		c.Scopes = strings.Fields(get("scope"))
	case ID:
		c.Username, c.ClientID = get("cognito:username"), get("aud")
	default:
		return Caller{}, fmt.Errorf("%w: the claim token_use is %q, want access or id", ErrNoCaller, c.Use)
	}
	if c.ClientID == "" {
		return Caller{}, fmt.Errorf("%w: the claim client_id of an access token or aud of an ID token is missing", ErrNoCaller)
	}
	if get("email_verified") == "true" {
		c.Email = get("email")
	}
	c.Groups = strings.FieldsFunc(get("cognito:groups"), func(r rune) bool { return r == ',' || r == ' ' })
	return c, nil
}

// HasScope reports whether the caller's access token contains the scope.
func (c Caller) HasScope(scope string) bool { return slices.Contains(c.Scopes, scope) }

// InGroup reports whether the caller is in the user pool's group.
func (c Caller) InGroup(group string) bool { return slices.Contains(c.Groups, group) }

// Owns reports whether the caller is the subject. It reports false for the empty subject.
func (c Caller) Owns(subject string) bool { return subject != "" && c.Subject == subject }

// OwnerOr returns nil if the caller is the subject or has the scope. Otherwise it
// returns a NotFound problem, which does not reveal whether the resource exists.
func (c Caller) OwnerOr(scope, subject string) error {
	if c.Owns(subject) || c.HasScope(scope) {
		return nil
	}
	return problem.New(problem.NotFound, "The resource does not exist, or you are not allowed to see it.")
}
