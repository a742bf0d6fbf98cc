package gateway

import (
	"context"
	"crypto/rsa"
	"sync"
)

// maxVerified bounds the tokens that are remembered.
const maxVerified = 1000

// verified remembers tokens whose signatures were good: checking one takes a fifth
// of the gateway's time for a request, and apps send theirs again and again. What
// changes with time, expiry and the pool's keys, is asked each time.
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

// claims are the token's if it is remembered, and its pool still has the key.
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
