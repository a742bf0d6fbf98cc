package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// ProbeError is a smoke test that failed.
type ProbeError struct {
	Probe Probe
	Err   error
}

// Error implements error.
func (e *ProbeError) Error() string { return fmt.Sprintf("smoke test %q: %v", e.Probe.Name, e.Err) }

// Unwrap returns Err.
func (e *ProbeError) Unwrap() error { return e.Err }

// smoker sends probes to one Region. It is not for concurrent use.
type smoker struct {
	client *http.Client
	// base is the Region's own endpoint, without a slash at the end.
	base string
	// token returns the machine client's access token. It is called until it has
	// succeeded once, and not at all if no probe sends a token.
	token func(context.Context) (string, error)
	known string // the token
	// patience is how long a probe may fail before it counts: a new deployment
	// reaches API Gateway's fleet within seconds.
	patience time.Duration
	pause    time.Duration
}

// run sends all probes and returns the errors of those that failed, joined.
func (s *smoker) run(ctx context.Context, probes []Probe) error {
	deadline := time.Now().Add(s.patience)
	var errs []error
	for _, p := range probes {
		err := s.send(ctx, p)
		for err != nil && time.Now().Before(deadline) && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-time.After(s.pause):
			}
			err = s.send(ctx, p)
		}
		if err != nil {
			errs = append(errs, &ProbeError{p, err})
		}
	}
	return errors.Join(errs...)
}

func (s *smoker) send(ctx context.Context, p Probe) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second) // API Gateway's own limit is 29 s
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, p.Method, s.base+p.Path, strings.NewReader(string(p.Body)))
	if err != nil {
		return err
	}
	if p.Body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range p.Headers {
		r.Header.Set(name, value)
	}
	if p.Token {
		if s.known == "" {
			if s.known, err = s.token(ctx); err != nil {
				return fmt.Errorf("the machine client's token: %w", err)
			}
		}
		r.Header.Set("Authorization", "Bearer "+s.known)
	}
	response, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err
	}
	if response.StatusCode != p.Status {
		return fmt.Errorf("%s %s has status %d, want %d: %.200s", p.Method, p.Path, response.StatusCode, p.Status, body)
	}
	return nil
}
