package bench

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// Each connection sends one request after the other, first for warmUp and then,
	// measured, for counting.
	connections = 16
	warmUp      = time.Second
	counting    = 4 * time.Second

	wantStatus = http.StatusPreconditionRequired
)

// caller is a demo user of a running Meridian.
type caller struct{ issuer, token, account string }

// send patches the caller's account without If-Match and returns the status.
func (c caller) send(ctx context.Context, client *http.Client, base string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPatch, base+"/accounts/"+c.account, strings.NewReader(`{"email":"ada@example.com"}`))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

// load sends requests over all connections and adds the figures to r. A status other
// than the Lambda's is an error, because a gateway that refuses requests is fast.
func (r *gatewayRun) load(ctx context.Context, base string, c caller) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	began := time.Now()
	counted, end := began.Add(warmUp), began.Add(warmUp+counting)
	took := make([][]time.Duration, connections)
	failed := make([]error, connections)
	var group sync.WaitGroup
	for i := range connections {
		group.Go(func() {
			for sent := time.Now(); sent.Before(end) && failed[i] == nil; sent = time.Now() {
				status, err := c.send(ctx, client, base)
				switch {
				case err != nil:
					failed[i] = err
				case status != wantStatus:
					failed[i] = fmt.Errorf("%s: status %d, want %d", base, status, wantStatus)
				case sent.After(counted):
					took[i] = append(took[i], time.Since(sent))
				}
			}
		})
	}
	group.Wait()
	if err := errors.Join(failed...); err != nil {
		return err
	}
	all := slices.Sorted(slices.Values(slices.Concat(took...)))
	if len(all) == 0 {
		return fmt.Errorf("%s: no responses within %v", base, counting)
	}
	r.perSecond = append(r.perSecond, float64(len(all))/counting.Seconds())
	r.p50 = append(r.p50, all[len(all)/2])
	r.p99 = append(r.p99, all[len(all)*99/100])
	return nil
}

// clientID returns the app client that the caller's token was issued to.
func (c caller) clientID() (string, error) {
	_, rest, _ := strings.Cut(c.token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	data, err := base64.RawURLEncoding.DecodeString(payload)
	var claims struct {
		ClientID string `json:"client_id"`
	}
	if err == nil {
		err = json.Unmarshal(data, &claims)
	}
	return claims.ClientID, err
}
