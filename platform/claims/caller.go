// Package claims tells who calls: the token's claims as API Gateway's Cognito
// authorizer hands them to a Lambda, every value a string. The gateway has
// verified the token; this package refuses what it cannot read, and never makes
// an identity out of nothing.
package claims

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/platform/problem"
)

// Use is the kind of token that the caller showed.
type Use string

// The kinds of tokens of a Cognito user pool.
const (
	// Access tokens carry scopes and are what operations with scopes take.
	Access Use = "access"
	// ID tokens carry the user's attributes and are what operations without scopes take.
	ID Use = "id"
)

// Caller is who calls.
type Caller struct {
	// Subject identifies the user for good: the claim sub, a UUID. For a machine
	// client (client credentials) it is the client's id.
	Subject string
	// Username is the user's name in the pool; empty for a machine client.
	Username string
	// ClientID is the app client that the token was issued to.
	ClientID string
	// Use tells an access token from an ID token.
	Use Use
	// Scopes are the OAuth scopes of an access token; none on an ID token.
	Scopes []string
	// Groups are the pool's groups that the user is in.
	Groups []string
}

// ErrNoCaller is wrapped by errors of Parse: there are no claims, or not those
// that every Cognito token has.
var ErrNoCaller = errors.New("no caller")

// Parse reads the authorizer's claims through get, which answers "" for a
// missing one. It fails when sub, token_use or the client are missing, or when
// token_use is not one that Cognito issues.
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
		return Caller{}, fmt.Errorf("%w: the claim token_use is %q, neither access nor id", ErrNoCaller, c.Use)
	}
	if c.ClientID == "" {
		return Caller{}, fmt.Errorf("%w: the client's claim is missing", ErrNoCaller)
	}
	c.Groups = strings.FieldsFunc(get("cognito:groups"), func(r rune) bool { return r == ',' || r == ' ' })
	return c, nil
}

// HasScope reports whether the caller's access token has the scope.
func (c Caller) HasScope(scope string) bool { return slices.Contains(c.Scopes, scope) }

// InGroup reports whether the caller is in the user pool's group.
func (c Caller) InGroup(group string) bool { return slices.Contains(c.Groups, group) }

// Owns reports whether the caller is the subject. No caller owns the empty subject.
func (c Caller) Owns(subject string) bool { return subject != "" && c.Subject == subject }

// OwnerOr is nil when the caller is the subject or has the scope, and a
// NotFound problem otherwise: a stranger does not learn what exists.
func (c Caller) OwnerOr(scope, subject string) error {
	if c.Owns(subject) || c.HasScope(scope) {
		return nil
	}
	return problem.New(problem.NotFound, "There is no such resource, or it is not yours.")
}
