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
)

// caller is a demo user of a running Meridian.
type caller struct{ issuer, token, account string }

// call is a request of a caller and the status of its response.
type call struct {
	method, path, body string
	status             int
}

// update patches the caller's account without If-Match.
func (c caller) update() call {
	return call{http.MethodPatch, "/accounts/" + c.account, `{"email":"ada@example.com"}`, http.StatusPreconditionRequired}
}

// mine reads the caller's account.
func (c caller) mine() call { return call{http.MethodGet, "/accounts/me", "", http.StatusOK} }

// send sends a request and returns its response. location is the client's latitude and
// longitude; if it is empty, the client sends none.
func (c caller) send(ctx context.Context, client *http.Client, base, location string, what call) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, what.method, base+what.path, strings.NewReader(what.body))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if what.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if location != "" {
		req.Header.Set("X-Client-Location", location)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp, body, err
}

// loaded is a server under load.
type loaded struct {
	caller
	base string
	// locations are the clients' locations; without any, clients send none.
	locations []string
	pid       int // of the server; 0 if its use is not measured
}

// load sends requests over all connections and adds the figures to r. A status other
// than the expected one is an error, because a gateway that refuses requests is fast.
func (r *gatewayRun) load(ctx context.Context, to loaded, what call) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	if _, err := to.repeat(ctx, client, what, warmUp); err != nil {
		return err
	}
	before := usageOf(to.pid)
	took, err := to.repeat(ctx, client, what, counting)
	if err != nil {
		return err
	}
	if len(took) == 0 {
		return fmt.Errorf("%s: no responses within %v", to.base, counting)
	}
	used := usageOf(to.pid)
	slices.Sort(took)
	r.perSecond = append(r.perSecond, float64(len(took))/counting.Seconds())
	r.p50 = append(r.p50, took[len(took)/2])
	r.p99 = append(r.p99, took[len(took)*99/100])
	r.cpu = append(r.cpu, (used.cpu-before.cpu)/time.Duration(len(took)))
	r.memory = append(r.memory, used)
	return nil
}

// repeat sends requests over all connections for a time, and returns how long each took.
func (l loaded) repeat(ctx context.Context, client *http.Client, what call, during time.Duration) ([]time.Duration, error) {
	end := time.Now().Add(during)
	took := make([][]time.Duration, connections)
	failed := make([]error, connections)
	var group sync.WaitGroup
	for i := range connections {
		location := ""
		if len(l.locations) > 0 {
			location = l.locations[i%len(l.locations)]
		}
		group.Go(func() {
			for sent := time.Now(); sent.Before(end) && failed[i] == nil; sent = time.Now() {
				resp, _, err := l.send(ctx, client, l.base, location, what)
				switch {
				case err != nil:
					failed[i] = err
				case resp.StatusCode != what.status:
					failed[i] = fmt.Errorf("%s%s: status %d, want %d", l.base, what.path, resp.StatusCode, what.status)
				default:
					took[i] = append(took[i], time.Since(sent))
				}
			}
		})
	}
	group.Wait()
	return slices.Concat(took...), errors.Join(failed...)
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
