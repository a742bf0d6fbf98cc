// Package cursor signs the cursors of paged lists. A cursor contains the position
// of the next page and is opaque to clients. A cursor that a client changed or
// took from another list is rejected. The key comes from Secrets Manager, and
// cursors signed with the previous key stay valid until the next rotation.
//
// A rotation reaches the functions of all Regions within minutes, not at once. Therefore
// a new key signs only when it is old enough to be known everywhere, and a function that
// cannot verify a cursor reads the keys again before it rejects the cursor.
package cursor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/secrets"
)

// macSize is the length of a signature in bytes: HMAC-SHA256 truncated to 128 bits.
const macSize = 16

// minKey is the minimum length of a key in bytes.
const minKey = 32

// settled is the age from which a key signs. By then the key has reached the replicas in
// the other Regions, which takes seconds, and every cache, which takes the default
// secrets.Options.TTL of 5 minutes.
const settled = 15 * time.Minute

// Signer signs and opens cursors. It is safe for concurrent use.
type Signer struct {
	current, previous *secrets.Cache[[]byte]
	former            atomic.Pointer[former] // nil until the previous key is needed
}

// former is what is known of the previous key. It belongs to one version of the current
// key: after a rotation another key is the previous one.
type former struct {
	current string // version
	missing bool   // the key has never been rotated
}

// NewSigner returns a signer whose key is the value of the secret, at least 32 bytes.
func NewSigner(source secrets.Source, secret string, o secrets.Options) *Signer {
	return &Signer{
		current:  secrets.New(source, secret, secrets.Current, key, o),
		previous: secrets.New(source, secret, secrets.Previous, key, o),
	}
}

func key(data []byte) ([]byte, error) {
	if len(data) < minKey {
		return nil, errors.New("the key is too short")
	}
	return data, nil
}

// Sign returns a cursor for a position in a list. list identifies the list, with
// its filters and its owner; Open accepts the cursor for the same list only. The
// position is signed but not encrypted.
func (s *Signer) Sign(ctx context.Context, list string, position []byte) (string, error) {
	k, err := s.signingKey(ctx)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(mac(k.Reveal(), list, position), position...)), nil
}

// signingKey returns the current key, or the previous one while the current one is new.
func (s *Signer) signingKey(ctx context.Context) (secrets.Value[[]byte], error) {
	k, err := s.current.Get(ctx)
	if err != nil || time.Since(k.Created()) >= settled {
		return k, err
	}
	if previous, ok, err := s.previousKey(ctx, k); ok && err == nil {
		return previous, nil
	}
	return k, nil // the key has never been rotated, or Secrets Manager has an outage
}

// previousKey returns the key before the given current one. It reports false if there is
// no such key.
func (s *Signer) previousKey(ctx context.Context, current secrets.Value[[]byte]) (secrets.Value[[]byte], bool, error) {
	known := s.former.Load()
	if known != nil && known.current == current.Version() && known.missing {
		return secrets.Value[[]byte]{}, false, nil
	}
	k, err := s.previous.Get(ctx)
	if err == nil && known != nil && known.current != current.Version() {
		s.previous.Invalidate(k)
		k, err = s.previous.Get(ctx)
	}
	missing := errors.Is(err, secrets.ErrNoStage)
	if err != nil && !missing {
		return k, false, err
	}
	s.former.Store(&former{current: current.Version(), missing: missing})
	return k, !missing, nil
}

// Open returns the position in a cursor. It returns an Invalid problem if the
// cursor was signed for another list, was changed, or was signed with a key that
// is neither the current nor the previous one.
func (s *Signer) Open(ctx context.Context, list, cursor string) ([]byte, error) {
	data, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(data) < macSize || strings.ContainsAny(cursor, "\r\n") { // the decoder skips line ends
		return nil, invalid()
	}
	sum, position := data[:macSize], data[macSize:]
	signs := func(k secrets.Value[[]byte]) bool { return hmac.Equal(sum, mac(k.Reveal(), list, position)) }
	current, err := s.current.Get(ctx)
	if err != nil {
		return nil, err
	}
	for {
		if signs(current) {
			return position, nil
		}
		previous, ok, err := s.previousKey(ctx, current)
		if err != nil {
			return nil, err
		}
		if ok && signs(previous) {
			return position, nil
		}
		known := current.Version()
		if current, err = s.current.Refresh(ctx, current); err != nil {
			return nil, err
		}
		if current.Version() == known {
			return nil, invalid()
		}
	}
}

func invalid() error {
	p := problem.New(problem.Invalid, "The cursor is not valid for this list. Start again without a cursor.")
	p.Fields = []problem.Field{{In: "query", Name: "cursor", Message: "must be a cursor from a response of this list"}}
	return p
}

func mac(key []byte, list string, position []byte) []byte {
	h := hmac.New(sha256.New, key)
	// The list's hash has a fixed length, so another list and position cannot yield the same bytes.
	sum := sha256.Sum256([]byte(list))
	h.Write(sum[:])
	h.Write(position)
	return h.Sum(nil)[:macSize]
}
