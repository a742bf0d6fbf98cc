// Package issuer is a Cognito-like user pool for the embedded cloud: it signs
// the tokens that Cognito would, serves the keys to check them with, and lets
// anybody be any of its users. It is for a developer's machine only: there are
// no passwords.
package issuer

import (
	"cmp"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// ErrNoUser is a name that is none of the pool's users.
var ErrNoUser = errors.New("issuer: no such user")

// Config is one user pool with one app client.
type Config struct {
	// PoolID is the pool's ID, such as "eu-west-1_meridian": its Region, an
	// underscore, letters and digits.
	PoolID string
	// Region is the pool's Region, such as "eu-west-1".
	Region string
	// AccountID is the 12-digit account in the pool's ARN; empty is 000000000000.
	AccountID string
	// ClientID is the app client that tokens are for.
	ClientID string
	// Users are all who can have tokens.
	Users []User
	// Lifetime of tokens; 0 is one hour, Cognito's default.
	Lifetime time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// User is a user of the pool.
type User struct {
	// Name is the username.
	Name string
	// Subject is the sub claim, a UUID in Cognito.
	Subject string
	// Email is reported as verified; empty leaves the claims out.
	Email string
	// Groups are the cognito:groups, in order of precedence.
	Groups []string
	// Scopes are what an access token grants, such as "accounts/read". Without
	// any, a token has the scope that Cognito gives to tokens of its own sign-in API.
	Scopes []string
}

// Issuer is a user pool. It is safe for concurrent use.
type Issuer struct {
	cfg    Config
	users  map[string]User
	key    jose.JSONWebKey // public
	signer jose.Signer
	base   atomic.Pointer[string]
}

var (
	poolID    = regexp.MustCompile(`^[a-z0-9-]+_[A-Za-z0-9]+$`)
	accountID = regexp.MustCompile(`^\d{12}$`)
)

// New makes a pool with a fresh RSA key of 2048 bits, which takes a fraction of
// a second. Tokens of an earlier pool are unknown to it.
func New(cfg Config) (*Issuer, error) {
	cfg.AccountID = cmp.Or(cfg.AccountID, "000000000000")
	cfg.Lifetime = cmp.Or(cfg.Lifetime, time.Hour)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	i := &Issuer{cfg: cfg, users: make(map[string]User, len(cfg.Users))}
	if err := i.check(); err != nil {
		return nil, err
	}
	i.setBase("https://cognito-idp." + cfg.Region + ".amazonaws.com")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	i.key = jose.JSONWebKey{Key: key.Public(), Algorithm: string(jose.RS256), Use: "sig"}
	thumbprint, err := i.key.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	i.key.KeyID = base64.StdEncoding.EncodeToString(thumbprint)
	private := jose.JSONWebKey{Key: key, KeyID: i.key.KeyID}
	i.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: private}, nil)
	if err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	return i, nil
}

func (i *Issuer) check() error {
	var errs []error
	if !poolID.MatchString(i.cfg.PoolID) || !strings.HasPrefix(i.cfg.PoolID, i.cfg.Region+"_") {
		errs = append(errs, fmt.Errorf("issuer: PoolID %q is not %q and letters and digits", i.cfg.PoolID, i.cfg.Region+"_"))
	}
	if !accountID.MatchString(i.cfg.AccountID) {
		errs = append(errs, fmt.Errorf("issuer: AccountID %q has not 12 digits", i.cfg.AccountID))
	}
	if i.cfg.ClientID == "" {
		errs = append(errs, errors.New("issuer: ClientID is empty"))
	}
	for _, u := range i.cfg.Users {
		if u.Name == "" || u.Subject == "" {
			errs = append(errs, fmt.Errorf("issuer: user %q needs a Name and a Subject", u.Name))
		}
		if _, twice := i.users[u.Name]; twice {
			errs = append(errs, fmt.Errorf("issuer: there are two users %q", u.Name))
		}
		i.users[u.Name] = u
	}
	return errors.Join(errs...)
}

// ARN is the user pool's ARN, as an API's providerARNs name it.
func (i *Issuer) ARN() string {
	return "arn:aws:cognito-idp:" + i.cfg.Region + ":" + i.cfg.AccountID + ":userpool/" + i.cfg.PoolID
}

// URL is the iss claim of tokens when the pool is served at baseURL, which has
// no trailing slash. The keys are at URL + "/.well-known/jwks.json".
func (i *Issuer) URL(baseURL string) string { return baseURL + "/" + i.cfg.PoolID }

func (i *Issuer) setBase(baseURL string) { i.base.Store(&baseURL) }
