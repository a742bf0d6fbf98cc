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
	// direct returns a request to the default endpoint of a Region's API.
	direct func(ctx context.Context, region, endpoint string) (*http.Request, error)
	// token returns the machine client's access token.
	token func(context.Context) (string, error)
	// patience is how long a change may take to arrive, and pause the time
	// between two looks. dns is how long clients keep an address.
	patience, pause, dns time.Duration
}

// Verify compares the digest that the Region's gateway sends with the refusal of
// an unknown path. Then it checks that the default endpoint refuses the same request
// without the digest: an endpoint that is enabled serves the document.
func (c httpChecker) Verify(ctx context.Context, region string, want Served) error {
	err := c.eventually(ctx, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base(region)+"/-", nil)
		if err != nil {
			return err
		}
		_, got, err := c.digest(request)
		if err == nil && got != want.Digest {
			return fmt.Errorf("%s serves the document %q, and the release has %s", region, got, want.Digest)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.eventually(ctx, func() error {
		request, err := c.direct(ctx, region, want.DefaultEndpoint+"/-")
		if err != nil {
			return err
		}
		status, got, err := c.digest(request)
		if err == nil && (status != http.StatusForbidden || got != "") {
			return fmt.Errorf("the default endpoint of %s, %s, is enabled: GET /- has status %d and the document %q. "+
				"The document disables it: import it again with deploy:region -region=%s", region, want.DefaultEndpoint, status, got, region)
		}
		return err
	})
}

// digest sends a request, and returns the status and the digest of the document.
func (c httpChecker) digest(request *http.Request) (status int, digest string, err error) {
	response, err := c.client.Do(request)
	if err != nil {
		return 0, "", err
	}
	response.Body.Close()
	return response.StatusCode, response.Header.Get(deployable.DigestHeader), nil
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

// getDirect returns a request to a default endpoint on AWS.
func getDirect(ctx context.Context, _, endpoint string) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
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
		base:   func(region string) string { return "https://" + region + "." + domain },
		direct: getDirect, token: s.machineToken,
	}
}
