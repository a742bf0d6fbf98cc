// Package cursor signs the cursors of paged lists. A cursor contains the position
// of the next page and is opaque to clients. A cursor that a client changed or
// took from another list is rejected. The key comes from Secrets Manager, and
// cursors signed with the previous key stay valid until the next rotation.
package cursor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/secrets"
)

// macSize is the length of a signature in bytes: HMAC-SHA256 truncated to 128 bits.
const macSize = 16

// minKey is the minimum length of a key in bytes.
const minKey = 32

// Signer signs and opens cursors. It is safe for concurrent use.
type Signer struct {
	current, previous *secrets.Cache[[]byte]
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
	k, err := s.current.Get(ctx)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(mac(k.Reveal(), list, position), position...)), nil
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
	for _, cache := range []*secrets.Cache[[]byte]{s.current, s.previous} {
		k, err := cache.Get(ctx)
		if cache == s.previous && errors.Is(err, secrets.ErrNoStage) {
			break // the key has never been rotated
		}
		if err != nil {
			return nil, err
		}
		if hmac.Equal(sum, mac(k.Reveal(), list, position)) {
			return position, nil
		}
	}
	return nil, invalid()
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
