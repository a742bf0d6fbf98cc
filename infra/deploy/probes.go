package deploy

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/release"
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

// check returns an error if the probe cannot be sent.
func (p Probe) check() error {
	switch {
	case p.Name == "":
		return fmt.Errorf("a request has no name")
	case p.Method == "" || !strings.HasPrefix(p.Path, "/"):
		return fmt.Errorf("%q: the method %q is empty or the path %q does not begin with a slash", p.Name, p.Method, p.Path)
	case p.Status < 100 || p.Status > 599:
		return fmt.Errorf("%q: the status %d is not between 100 and 599", p.Name, p.Status)
	}
	return nil
}

// readProbes reads the smoke tests of a release's contexts, in the order of their names.
func readProbes(ctx context.Context, s *release.Store, files map[string]release.File) ([]Probe, error) {
	var all []Probe
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data, err := s.Read(ctx, files[name])
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", name, SmokeFile, err)
		}
		probes, err := parseProbes(data)
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", name, SmokeFile, err)
		}
		all = append(all, probes...)
	}
	return all, nil
}

func parseProbes(data []byte) ([]Probe, error) {
	var probes []Probe
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields() // a misspelt "token" would send none
	if err := d.Decode(&probes); err != nil {
		return nil, err
	}
	for _, p := range probes {
		if err := p.check(); err != nil {
			return nil, err
		}
	}
	return probes, nil
}

// probes returns the smoke tests of a release. From the contract follows that every
// health operation is 200, that every operation that needs a token is 401 without
// one, and that a path that no operation has is 403. The contexts' own follow.
func (h *house) probes() []Probe {
	probes := []Probe{{Name: "unknown path", Method: http.MethodGet, Path: "/" + strings.ToLower(rand.Text()), Status: http.StatusForbidden}}
	for _, context := range union(h.services, nil) {
		functions := h.services[context].Functions
		for _, name := range union(functions, nil) {
			f := functions[name]
			switch {
			case f.Health:
				probes = append(probes, Probe{Name: context + " health", Method: f.Method, Path: f.Path, Status: http.StatusOK})
			case !h.public[f.OperationID]:
				probes = append(probes, Probe{Name: f.OperationID + " without a token", Method: f.Method,
					Path: filled(f.Path), Body: bodyFor(f.Method), Status: http.StatusUnauthorized})
			}
		}
	}
	return append(probes, h.smoke...)
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
