package drill

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local"
)

const (
	clients = 8
	// pace is the time between two requests of a client.
	pace = 25 * time.Millisecond
)

// locations are where clients are; each client is near one Region.
var locations = []string{"40.71,-74.01", "47.61,-122.33"} // New York, Seattle

func userName(n int) string { return fmt.Sprintf("drill-%d", n) }
func subject(n int) string  { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// sample is a request.
type sample struct {
	at     time.Duration // of the response or the failure, since the start
	region string        // that responded
	read   bool
	failed bool
	stale  bool // a read that lacks a write which was acknowledged before it was sent
	// age is the time from the acknowledgement of the first write that a stale read lacks until
	// the read was sent.
	age time.Duration
}

// acknowledgement is the end of a write.
type acknowledgement struct {
	number int
	at     time.Duration // since the start
}

// client writes ascending numbers into a preference of its profile, and reads them.
type client struct {
	number       int
	token        string
	sent         int // the last number that was sent
	acknowledged []acknowledgement
	samples      []sample
}

// last returns the last number that was acknowledged.
func (c *client) last() int {
	if len(c.acknowledged) == 0 {
		return 0
	}
	return c.acknowledged[len(c.acknowledged)-1].number
}

// staleness reports whether a read, sent at a time, lacks an acknowledged write, and its age.
func (c *client) staleness(got int, sent time.Duration) (stale bool, age time.Duration) {
	i, _ := slices.BinarySearchFunc(c.acknowledged, got+1, func(a acknowledgement, n int) int { return a.number - n })
	if i == len(c.acknowledged) {
		return false, 0
	}
	return true, sent - c.acknowledged[i].at
}

// load is the clients.
type load struct {
	edge    string
	http    *http.Client
	clients []*client
}

// newLoad makes a profile for each client.
func newLoad(ctx context.Context, cloud *local.Cloud) (*load, error) {
	l := &load{edge: cloud.URL(), http: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 5 * time.Second,
	}}
	for n := range clients {
		token, _, err := cloud.Token(userName(n))
		if err != nil {
			return nil, err
		}
		c := &client{number: n, token: token}
		body := `{"displayName":"Drill","locale":"en-CA","timeZone":"America/Toronto","links":[],"marketingConsent":false}`
		r, err := l.send(ctx, c, http.MethodPut, l.edge, "", body)
		if err == nil && r.status/100 != 2 {
			err = fmt.Errorf("drill: create a profile: status %d: %s", r.status, r.body)
		}
		if err != nil {
			return nil, err
		}
		l.clients = append(l.clients, c)
	}
	return l, cloud.Settled(ctx)
}

type response struct {
	status int
	region string
	body   []byte
}

// send sends a request about the client's profile to the edge or a Region.
func (l *load) send(ctx context.Context, c *client, method, url, location, body string) (response, error) {
	path := "/profiles/" + subject(c.number)
	if method == http.MethodPatch {
		path += "/preferences"
	}
	r, err := http.NewRequestWithContext(ctx, method, url+path, strings.NewReader(body))
	if err != nil {
		return response{}, err
	}
	if body == "" {
		r.Body, r.ContentLength = nil, 0
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	if method == http.MethodPut {
		r.Header.Set("If-None-Match", "*")
	}
	if location != "" {
		r.Header.Set("X-Client-Location", location)
	}
	got, err := l.http.Do(r)
	if err != nil {
		return response{}, err
	}
	defer got.Body.Close()
	data, err := io.ReadAll(got.Body)
	return response{status: got.StatusCode, region: got.Header.Get("X-Edge-Region"), body: data}, err
}

// run lets all clients send requests until ctx is done, and then closes done.
func (l *load) run(ctx context.Context) (done chan struct{}) {
	done = make(chan struct{})
	start := time.Now()
	var group sync.WaitGroup
	for _, c := range l.clients {
		group.Go(func() {
			tick := time.NewTicker(pace)
			defer tick.Stop()
			for n := 0; ; n++ {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
					// A request that has begun ends, because a write may be acknowledged.
					c.step(context.WithoutCancel(ctx), l, n, start)
				}
			}
		})
	}
	go func() {
		group.Wait()
		close(done)
	}()
	return done
}

// step writes, or reads: one read of four from the other location, as when the user
// travels.
func (c *client) step(ctx context.Context, l *load, n int, start time.Time) {
	s := sample{read: n%2 == 1}
	location := locations[c.number%2]
	if n%8 == 7 {
		location = locations[(c.number+1)%2]
	}
	sent := time.Since(start)
	var r response
	var err error
	if s.read {
		r, err = l.send(ctx, c, http.MethodGet, l.edge, location, "")
	} else {
		c.sent++
		r, err = l.send(ctx, c, http.MethodPatch, l.edge, location, fmt.Sprintf(`{"drill":{"number":%d}}`, c.sent))
	}
	s.at = time.Since(start)
	s.region, s.failed = r.region, err != nil || r.status/100 != 2
	switch {
	case s.failed:
	case s.read:
		got, err := numberOf(r.body)
		if s.failed = err != nil; !s.failed {
			s.stale, s.age = c.staleness(got, sent)
		}
	default:
		c.acknowledged = append(c.acknowledged, acknowledgement{c.sent, s.at})
	}
	c.samples = append(c.samples, s)
}

// numberOf returns the number in a profile; 0 if the profile has no number yet.
func numberOf(body []byte) (int, error) {
	var profile struct {
		Preferences map[string]struct{ Number int }
	}
	err := json.Unmarshal(body, &profile)
	return profile.Preferences["drill"].Number, err
}

// samples returns the requests of all clients by time.
func (l *load) samples() []sample {
	var all []sample
	for _, c := range l.clients {
		all = append(all, c.samples...)
	}
	slices.SortFunc(all, func(a, b sample) int { return int(a.at - b.at) })
	return all
}

// verify reads every profile in every Region. A Region must have the last write that was
// acknowledged, or a later one whose response was lost.
func (l *load) verify(ctx context.Context, cloud *local.Cloud) (writes int, lost []string, err error) {
	for _, c := range l.clients {
		writes += len(c.acknowledged)
		for _, region := range cloud.Regions() {
			r, err := l.send(ctx, c, http.MethodGet, region.URL, "", "")
			if err != nil {
				return 0, nil, err
			}
			got, err := numberOf(r.body)
			if err != nil || r.status != http.StatusOK {
				return 0, nil, fmt.Errorf("drill: read a profile in %s: status %d, error %v: %s", region.Name, r.status, err, r.body)
			}
			if got < c.last() || got > c.sent {
				lost = append(lost, fmt.Sprintf("%s has %d of client %d, which sent up to %d and has %d acknowledged",
					region.Name, got, c.number, c.sent, c.last()))
			}
		}
	}
	return writes, lost, nil
}
