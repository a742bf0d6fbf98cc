package deploy

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
)

// SmokeFile is the name of a context's own requests, next to its manifest.
const SmokeFile = "smoke.json"

// Probe is a request to a Region and the status that it should have.
type Probe struct {
	// Name says what the probe is about.
	Name   string `json:"name"`
	Method string `json:"method"`
	// Path begins with "/", with parameters filled in.
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    json.RawMessage   `json:"body,omitempty"`
	// Token sends the machine client's access token.
	Token bool `json:"token,omitempty"`
	// Status is the expected status code.
	Status int `json:"status"`
}

// probesOf returns the probes that follow from the contract: every health
// operation is 200, every operation that needs a token is 401 without one, and
// a path that no operation has is 403.
func probesOf(services map[string]*manifest.Service, public map[string]bool) []Probe {
	probes := []Probe{{Name: "unknown path", Method: http.MethodGet, Path: "/" + strings.ToLower(rand.Text()), Status: http.StatusForbidden}}
	for _, context := range union(services, nil) {
		functions := services[context].Functions
		for _, name := range union(functions, nil) {
			f := functions[name]
			switch {
			case f.Health:
				probes = append(probes, Probe{Name: context + " health", Method: f.Method, Path: f.Path, Status: http.StatusOK})
			case !public[f.OperationID]:
				probes = append(probes, Probe{Name: f.OperationID + " without a token", Method: f.Method,
					Path: filled(f.Path), Body: bodyFor(f.Method), Status: http.StatusUnauthorized})
			}
		}
	}
	return probes
}

// filled returns a path with a word in the place of each parameter.
func filled(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			segments[i] = "smoke"
		}
	}
	return strings.Join(segments, "/")
}

func bodyFor(method string) json.RawMessage {
	if slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, method) {
		return json.RawMessage("{}")
	}
	return nil
}

// smoker sends probes to one Region.
type smoker struct {
	client *http.Client
	// base is the Region's own endpoint, without a slash at the end.
	base string
	// token returns the machine client's access token; it is called once at most.
	token func(context.Context) (string, error)
	// patience is how long a probe may fail before it counts: a new deployment
	// reaches API Gateway's fleet within seconds.
	patience time.Duration
	pause    time.Duration
}

// run sends all probes and returns the errors of those that failed, joined.
func (s smoker) run(ctx context.Context, probes []Probe) error {
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
			errs = append(errs, fmt.Errorf("smoke test %q: %w", p.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (s smoker) send(ctx context.Context, p Probe) error {
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
		token, err := s.token(ctx)
		if err != nil {
			return fmt.Errorf("the machine client's token: %w", err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
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
