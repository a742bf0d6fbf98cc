// Package cursor signs the cursors of paged lists. A cursor holds where the
// next page begins; clients carry it without reading it, and what they changed
// or took from another list is refused. The key comes from Secrets Manager, and
// the key before the last rotation is still accepted.
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

// macSize is the length in bytes of the signature kept: 128 bits.
const macSize = 16

// minKey is the least length of a key in bytes.
const minKey = 32

// Signer makes and opens cursors. It is safe for concurrent use.
type Signer struct {
	current, previous *secrets.Cache[[]byte]
}

// NewSigner makes a signer with the key that the secret holds, at least 32 bytes.
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

// Sign makes a cursor of position. list names the list that it belongs to, its
// filters and whose it is: it opens for the same list alone. The position is
// signed, not hidden.
func (s *Signer) Sign(ctx context.Context, list string, position []byte) (string, error) {
	k, err := s.current.Get(ctx)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(mac(k.Reveal(), list, position), position...)), nil
}

// Open gives the position back. A cursor that was not made for this list, or
// was changed, or signed by a key from before the last rotation but one, is an
// Invalid problem.
func (s *Signer) Open(ctx context.Context, list, cursor string) ([]byte, error) {
	data, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(data) < macSize || strings.ContainsAny(cursor, "\r\n") { // which the decoder skips
		return nil, invalid()
	}
	sum, position := data[:macSize], data[macSize:]
	for _, cache := range []*secrets.Cache[[]byte]{s.current, s.previous} {
		k, err := cache.Get(ctx)
		if cache == s.previous && errors.Is(err, secrets.ErrNoStage) {
			break // never rotated
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
	p := problem.New(problem.Invalid, "The cursor is not one of this list. Begin again without it.")
	p.Fields = []problem.Field{{In: "query", Name: "cursor", Message: "must be the cursor that this list answered"}}
	return p
}

func mac(key []byte, list string, position []byte) []byte {
	h := hmac.New(sha256.New, key)
	// The list's hash has a fixed length, so no other list and position give the same bytes.
	sum := sha256.Sum256([]byte(list))
	h.Write(sum[:])
	h.Write(position)
	return h.Sum(nil)[:macSize]
}
