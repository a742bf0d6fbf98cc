package gateway

import (
	"context"
	"crypto/rsa"
	"sync"
)

// maxVerified bounds the number of cached tokens.
const maxVerified = 1000

// verified caches tokens with a valid signature. Verifying one takes a fifth of the
// gateway's time for a request, and clients send the same token many times. Expiry and
// the pool's keys, which change over time, are checked for each request.
type verified struct {
	mu     sync.RWMutex
	tokens map[string]signed
}

// signed is a token's claims, and the key that signed them.
type signed struct {
	claims claims
	keys   *keySet
	keyID  string
	key    *rsa.PublicKey
}

// claims returns the claims of a cached token if its pool still has the key.
func (v *verified) claims(ctx context.Context, token string) (claims, bool) {
	v.mu.RLock()
	s, ok := v.tokens[token]
	v.mu.RUnlock()
	if !ok {
		return nil, false
	}
	key, err := s.keys.find(ctx, s.keyID)
	return s.claims, err == nil && key.Equal(s.key)
}

func (v *verified) add(token string, s signed) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.tokens == nil || len(v.tokens) >= maxVerified {
		v.tokens = map[string]signed{}
	}
	v.tokens[token] = s
}
