package gateway

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// refetchAfter bounds how often unknown key IDs, which any client can send, cause a
	// request to the pool.
	refetchAfter = 5 * time.Second
	fetchTimeout = 5 * time.Second
	maxKeySet    = 1 << 20 // bytes
)

var (
	// errKeysUnreachable means that the pool failed, not that the token is wrong.
	errKeysUnreachable = errors.New("the user pool's keys cannot be fetched")
	errUnknownKey      = errors.New("the user pool has no such key")
)

// keySet caches a pool's public keys by key ID. Only an unknown ID causes a request
// to the pool, so that tokens are checked even while it cannot be reached.
type keySet struct {
	url  string
	now  func() time.Time
	keys atomic.Pointer[map[string]*rsa.PublicKey]

	mu      sync.Mutex // locked during a fetch, which serves all waiting requests
	fetched time.Time
	failed  error // the error of the last fetch
}

func newKeySet(url string, now func() time.Time) *keySet { return &keySet{url: url, now: now} }

// find returns the key with the ID, from the pool if it is not cached. It fails with
// errUnknownKey or errKeysUnreachable.
func (s *keySet) find(ctx context.Context, id string) (*rsa.PublicKey, error) {
	if key := s.cached(id); key != nil {
		return key, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if key := s.cached(id); key != nil {
		return key, nil
	}
	if s.fetched.IsZero() || s.now().Sub(s.fetched) >= refetchAfter {
		s.fetched = s.now()
		s.failed = s.fetch(ctx)
		if key := s.cached(id); key != nil {
			return key, nil
		}
	}
	if s.failed != nil {
		return nil, s.failed
	}
	return nil, errUnknownKey
}

func (s *keySet) cached(id string) *rsa.PublicKey {
	if keys := s.keys.Load(); keys != nil {
		return (*keys)[id]
	}
	return nil
}

// fetch replaces the cached keys. If it fails, they do not change.
func (s *keySet) fetch(ctx context.Context) error {
	// Other requests wait for this fetch: it must not end with the first request.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", errKeysUnreachable, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", errKeysUnreachable, err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxKeySet))
	if err != nil {
		return fmt.Errorf("%w: %w", errKeysUnreachable, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s responds with %s", errKeysUnreachable, s.url, response.Status)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(data, &set); err != nil {
		return fmt.Errorf("%w: %w", errKeysUnreachable, err)
	}
	keys := make(map[string]*rsa.PublicKey, len(set.Keys))
	for _, k := range set.Keys {
		key, ok := k.Key.(*rsa.PublicKey)
		if ok && k.KeyID != "" && (k.Use == "" || k.Use == "sig") && (k.Algorithm == "" || k.Algorithm == string(jose.RS256)) {
			keys[k.KeyID] = key
		}
	}
	s.keys.Store(&keys)
	return nil
}
