package deploy

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/deployable"
)

// httpChecker checks Regions through their own endpoints.
type httpChecker struct {
	client *http.Client
	// base returns the endpoint of a Region, without a slash at the end.
	base func(region string) string
	// token returns the machine client's access token.
	token func(context.Context) (string, error)
	// patience is how long a change may take to arrive, and pause the time
	// between two looks. dns is how long clients keep an address.
	patience, pause, dns time.Duration
}

// Verify compares the digest that the Region's gateway sends with the refusal of
// an unknown path.
func (c httpChecker) Verify(ctx context.Context, region, digest string) error {
	return c.eventually(ctx, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base(region)+"/-", nil)
		if err != nil {
			return err
		}
		response, err := c.client.Do(request)
		if err != nil {
			return err
		}
		response.Body.Close()
		if got := response.Header.Get(deployable.DigestHeader); got != digest {
			return fmt.Errorf("%s serves the document %q, and the release has %s", region, got, digest)
		}
		return nil
	})
}

// Smoke sends the probes to the Region.
func (c httpChecker) Smoke(ctx context.Context, region string, probes []Probe) error {
	s := &smoker{client: c.client, base: c.base(region), token: c.token, patience: c.patience, pause: c.pause}
	return s.run(ctx, probes)
}

// WaitForDNS waits for the time that clients keep an address.
func (c httpChecker) WaitForDNS(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(c.dns):
		return nil
	}
}

func (c httpChecker) eventually(ctx context.Context, check func() error) error {
	deadline := time.Now().Add(c.patience)
	for {
		err := check()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(c.pause):
		}
	}
}

// checker returns the checker of the environment's own hosts, or of the embedded
// cloud in a rehearsal.
func (s *session) checker() Checker {
	if s.rehearses {
		return s.embedded.checker()
	}
	domain, _ := s.settings["domain"].(string)
	domain = strings.ReplaceAll(domain, "{environment}", s.environment.Name)
	return httpChecker{
		client: &http.Client{}, patience: 2 * time.Minute, pause: 2 * time.Second, dns: 90 * time.Second,
		base:  func(region string) string { return "https://" + region + "." + domain },
		token: s.machineToken,
	}
}
