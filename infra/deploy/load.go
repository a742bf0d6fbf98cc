package deploy

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/infra/geo"
)

// pace is how hard and how long a rehearsal goes on.
type pace struct {
	rate  int           // requests per second
	quiet time.Duration // how long the load goes on where nothing is changed
}

// usualPace meets every moment of a roll-out, and costs little beside Terraform on a
// developer's machine.
var usualPace = pace{rate: 50, quiet: 3 * time.Second}

// load sends requests through the edge at a constant rate, whether or not earlier
// ones have ended (an open loop), from a client next to each Region in turn.
type load struct {
	rate      int // requests per second
	url       string
	token     string
	requests  []Probe
	locations []string
	client    *http.Client
	quit      chan struct{}
	running   sync.WaitGroup

	mu      sync.Mutex
	current string   // phase
	phases  []string // in their order
	sent    map[string]int
	samples map[string][]sample
}

// sample is one request that has ended.
type sample struct {
	region string // that responded; empty without a response
	took   time.Duration
	err    error
}

// newLoad returns a load of the smoke tests that reach a function: the health
// operations and the contexts' own.
func newLoad(ctx context.Context, e *embedded, rate int, regions []string, h *house) (*load, error) {
	l := &load{
		rate: rate, url: e.cloud.URL(), client: &http.Client{Timeout: 30 * time.Second},
		quit: make(chan struct{}), samples: map[string][]sample{}, sent: map[string]int{},
	}
	l.client.Transport = &http.Transport{MaxIdleConnsPerHost: rate}
	for _, p := range h.probes() {
		if p.Status != http.StatusUnauthorized && p.Status != http.StatusForbidden {
			l.requests = append(l.requests, p)
		}
	}
	for _, region := range regions {
		at, ok := geo.Locate(region)
		if !ok {
			return nil, fmt.Errorf("the location of %s is unknown", region)
		}
		l.locations = append(l.locations, fmt.Sprintf("%.4f,%.4f", at.Latitude, at.Longitude))
	}
	var err error
	l.token, err = e.token(ctx)
	return l, err
}

// phase begins a phase. Requests belong to the phase in which they are sent. The
// first phase starts the load. A phase goes on until it has sent a request, however
// fast its changes were: one without requests shows nothing.
func (l *load) phase(name string) {
	l.mu.Lock()
	first := l.current == ""
	for !first && l.sent[l.current] == 0 {
		l.mu.Unlock()
		time.Sleep(time.Second / time.Duration(10*l.rate))
		l.mu.Lock()
	}
	l.current = name
	l.phases = append(l.phases, name)
	l.mu.Unlock()
	if first {
		l.running.Go(l.run)
	}
}

// run sends the requests at their times, and those that are late at once.
func (l *load) run() {
	begin := time.Now()
	for n := 0; ; n++ {
		due := begin.Add(time.Duration(n) * time.Second / time.Duration(l.rate))
		select {
		case <-l.quit:
			return
		case <-time.After(time.Until(due)):
		}
		l.mu.Lock()
		phase := l.current
		l.sent[phase]++
		l.mu.Unlock()
		location, probe := l.locations[n%len(l.locations)], l.requests[n/len(l.locations)%len(l.requests)]
		l.running.Go(func() {
			s := l.send(probe, location)
			l.mu.Lock()
			l.samples[phase] = append(l.samples[phase], s)
			l.mu.Unlock()
		})
	}
}

func (l *load) send(p Probe, location string) sample {
	begin := time.Now()
	r, err := http.NewRequest(p.Method, l.url+p.Path, strings.NewReader(string(p.Body)))
	if err != nil {
		return sample{err: err}
	}
	r.Header.Set("X-Client-Location", location)
	if p.Body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range p.Headers {
		r.Header.Set(name, value)
	}
	if p.Token {
		r.Header.Set("Authorization", "Bearer "+l.token)
	}
	response, err := l.client.Do(r)
	if err != nil {
		return sample{took: time.Since(begin), err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != p.Status {
		err = fmt.Errorf("%s %s has status %d, want %d: %.200s", p.Method, p.Path, response.StatusCode, p.Status, body)
	}
	return sample{region: response.Header.Get("X-Edge-Region"), took: time.Since(begin), err: err}
}

// stop ends the load and waits for its requests.
func (l *load) stop() {
	close(l.quit)
	l.running.Wait()
}

// print prints a table of the phases. It returns an error if a request failed, other
// than in the Region that tried the failing release first.
func (l *load) print(out io.Writer, tried string) error {
	fmt.Fprintf(out, "\n%d requests per second through the edge:\n\n", l.rate)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PHASE\tREQUESTS\tFAILED\tELSEWHERE\tP50\tP99")
	bad := 0
	var example error
	for _, phase := range l.phases {
		failed, elsewhere := 0, 0
		var took []time.Duration
		for _, s := range l.samples[phase] {
			took = append(took, s.took)
			if s.err == nil {
				continue
			}
			failed++
			if s.region != tried {
				elsewhere++
			}
			if s.region != tried || phase != failingPhase {
				bad++
				example = fmt.Errorf("%s: %w", phase, s.err)
			}
		}
		slices.Sort(took)
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\t%s\n", phase, len(took), failed, elsewhere, quantile(took, 50), quantile(took, 99))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nELSEWHERE counts failures outside %s, which tries the failing release.\n", tried)
	if bad > 0 {
		return fmt.Errorf("%d requests failed that should not have, such as %w", bad, example)
	}
	return nil
}

// quantile returns a percentile of sorted durations, rounded for people.
func quantile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)*percent/100].Round(100 * time.Microsecond)
}
