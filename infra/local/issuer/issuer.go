// Package issuer implements a Cognito-like user pool for the embedded cloud. It
// signs tokens like Cognito's and serves the keys to verify them. It has no
// passwords: every client can sign in as any user, so it must only run on a
// developer's machine.
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
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// ErrNoUser is returned for a name that does not belong to a user of the pool.
var ErrNoUser = errors.New("issuer: no such user")

// Config configures a user pool with one app client.
type Config struct {
	// PoolID is the ID of the pool: its Region, an underscore, letters and digits,
	// such as "eu-west-1_meridian".
	PoolID string
	// Region is the Region of the pool, such as "eu-west-1".
	Region string
	// AccountID is the account in the pool's ARN, 12 digits. If it is empty,
	// 000000000000 is used.
	AccountID string
	// ClientID is the ID of the app client for which tokens are issued.
	ClientID string
	// Users are the users of the pool.
	Users []User
	// Lifetime is the lifetime of tokens. Zero means one hour, Cognito's default.
	Lifetime time.Duration
	// Now returns the current time. Nil means time.Now.
	Now func() time.Time
}

// User is a user of the pool.
type User struct {
	// Name is the username.
	Name string
	// Subject is the sub claim, which is a UUID in Cognito.
	Subject string
	// Email is reported as verified. If it is empty, tokens have no email claims.
	Email string
	// Groups are the cognito:groups, in order of precedence.
	Groups []string
	// Scopes are the scopes of an access token, such as "accounts/read". If they
	// are empty, a token has the scope of tokens from Cognito's own sign-in API.
	Scopes []string
}

// Issuer is a user pool. It is safe for concurrent use.
type Issuer struct {
	cfg   Config
	users map[string]User
	keys  atomic.Pointer[signers]
	base  atomic.Pointer[string]
}

// signers are the signers of each kind of token, as in Cognito.
type signers struct{ access, id signer }

// signer signs one kind of token.
type signer struct {
	jose.Signer
	key jose.JSONWebKey // public
}

var (
	poolID    = regexp.MustCompile(`^[a-z0-9-]+_[A-Za-z0-9]+$`)
	accountID = regexp.MustCompile(`^\d{12}$`)
)

// New returns a pool with two new RSA keys of 2048 bits, which take a fraction of a
// second to generate. Tokens of earlier pools are not valid for it.
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
	return i, i.RotateKeys()
}

// RotateKeys replaces the keys of the pool. Those who read the keys again refuse all
// earlier tokens.
func (i *Issuer) RotateKeys() error {
	var next signers
	var access, id error
	var generating sync.WaitGroup
	generating.Go(func() { next.id, id = newSigner() })
	next.access, access = newSigner()
	generating.Wait()
	if err := errors.Join(access, id); err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	i.keys.Store(&next)
	return nil
}

// newSigner returns a signer with a new key.
func newSigner() (signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return signer{}, err
	}
	s := signer{key: jose.JSONWebKey{Key: key.Public(), Algorithm: string(jose.RS256), Use: "sig"}}
	thumbprint, err := s.key.Thumbprint(crypto.SHA256)
	if err != nil {
		return signer{}, err
	}
	s.key.KeyID = base64.StdEncoding.EncodeToString(thumbprint)
	private := jose.JSONWebKey{Key: key, KeyID: s.key.KeyID}
	s.Signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: private}, nil)
	return s, err
}

func (i *Issuer) check() error {
	var errs []error
	if !poolID.MatchString(i.cfg.PoolID) || !strings.HasPrefix(i.cfg.PoolID, i.cfg.Region+"_") {
		errs = append(errs, fmt.Errorf("issuer: PoolID %q is not %q followed by letters and digits", i.cfg.PoolID, i.cfg.Region+"_"))
	}
	if !accountID.MatchString(i.cfg.AccountID) {
		errs = append(errs, fmt.Errorf("issuer: AccountID %q does not have 12 digits", i.cfg.AccountID))
	}
	if i.cfg.ClientID == "" {
		errs = append(errs, errors.New("issuer: ClientID is empty"))
	}
	for _, u := range i.cfg.Users {
		if u.Name == "" || u.Subject == "" {
			errs = append(errs, fmt.Errorf("issuer: user %q lacks a Name or a Subject", u.Name))
		}
		if _, twice := i.users[u.Name]; twice {
			errs = append(errs, fmt.Errorf("issuer: duplicate user %q", u.Name))
		}
		i.users[u.Name] = u
	}
	return errors.Join(errs...)
}

// ARN returns the ARN of the user pool, as listed in the providerARNs of an API.
func (i *Issuer) ARN() string {
	return "arn:aws:cognito-idp:" + i.cfg.Region + ":" + i.cfg.AccountID + ":userpool/" + i.cfg.PoolID
}

// URL returns the iss claim of tokens if the pool is served at baseURL, which has
// no trailing slash. The keys are at URL + "/.well-known/jwks.json".
func (i *Issuer) URL(baseURL string) string { return baseURL + "/" + i.cfg.PoolID }

func (i *Issuer) setBase(baseURL string) { i.base.Store(&baseURL) }
