package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// request is a request to the edge.
type request struct {
	method, path string
	user         string // whose access token is sent; empty sends none
	email        string // the verified address in the token; empty is the user's
	from         string // the client's location
	body         string
	header       map[string]string // a value with line breaks is sent in several lines
}

// as returns the request of another user.
func (r request) as(user string) request {
	r.user = user
	return r
}

// proving returns the request with a token that proves another address.
func (r request) proving(email string) request {
	r.email = email
	return r
}

// at returns the request of a client in another location.
func (r request) at(location string) request {
	r.from = location
	return r
}

// with returns the request with another header.
func (r request) with(name, value string) request {
	r.header = maps.Clone(r.header)
	if r.header == nil {
		r.header = map[string]string{}
	}
	r.header[name] = value
	return r
}

// sending returns the request with another body.
func (r request) sending(body string) request {
	r.body = body
	return r
}

func ifMatch(etag string) map[string]string { return map[string]string{"If-Match": etag} }

// response is the response to a request.
type response struct {
	status int
	header http.Header
	body   string
}

func (r response) etag() string { return r.header.Get("ETag") }

// region returns the Region whose function sent the response, or "" if the gateway did.
func (r response) region() string { return r.header.Get("X-Region") }

// field returns a member of the JSON body as text, or "" if the body does not have it.
func (r response) field(name string) string {
	var m map[string]any
	if json.Unmarshal([]byte(r.body), &m) != nil || m[name] == nil {
		return ""
	}
	return fmt.Sprint(m[name])
}

// problem returns the slug of the problem document, or "" if the response is not one.
func (r response) problem() string {
	slug, ok := strings.CutPrefix(r.field("type"), "urn:meridian:problem:")
	if !ok || r.header.Get("Content-Type") != "application/problem+json" {
		return ""
	}
	return slug
}

func (r response) String() string { return fmt.Sprintf("%d %v %s", r.status, r.header, r.body) }

// call sends a request and fails the test without a response.
func call(t *testing.T, cloud *local.Cloud, r request) response {
	t.Helper()
	a, err := send(t.Context(), cloud, r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// mustCall sends a request and fails the test unless the response has the status.
func mustCall(t *testing.T, cloud *local.Cloud, r request, status int) response {
	t.Helper()
	a := call(t, cloud, r)
	if a.status != status {
		t.Fatalf("%s %s: got %s, want the status %d", r.method, r.path, a, status)
	}
	return a
}

// expectStatus sends a request and reports an error unless the response has the
// status. what says what the request is about.
func expectStatus(t *testing.T, cloud *local.Cloud, what string, r request, status int) response {
	t.Helper()
	a := call(t, cloud, r)
	if a.status != status {
		t.Errorf("%s: got %s, want the status %d", what, a, status)
	}
	return a
}

// token returns the access token of the request's user.
func (r request) token(cloud *local.Cloud) (string, error) {
	var options []issuer.Option
	if r.email != "" {
		options = append(options, issuer.WithEmail(r.email))
	}
	token, _, err := cloud.Token(r.user, options...)
	return token, err
}

// send sends a request and returns the response.
func send(ctx context.Context, cloud *local.Cloud, r request) (response, error) {
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, cloud.URL()+r.path, body)
	if err != nil {
		return response{}, err
	}
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.from != "" {
		req.Header.Set("X-Client-Location", r.from)
	}
	if r.user != "" {
		token, err := r.token(cloud)
		if err != nil {
			return response{}, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for name, value := range r.header {
		req.Header[http.CanonicalHeaderKey(name)] = strings.Split(value, "\n")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, string(data)}, err
}

// maxAttempts limits the repetitions of a request in sendAll.
const maxAttempts = 100

// sendAll sends the requests concurrently and returns the responses by status. It
// repeats a request after a 503, which the API documents as safe: many writers of one
// item keep interrupting each other's transactions.
func sendAll(t *testing.T, cloud *local.Cloud, requests []request) map[int][]response {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	responses := map[int][]response{}
	for _, r := range requests {
		all.Go(func() {
			a, err := send(t.Context(), cloud, r)
			for n := 1; n < maxAttempts && err == nil && a.status == http.StatusServiceUnavailable; n++ {
				a, err = send(t.Context(), cloud, r)
			}
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			responses[a.status] = append(responses[a.status], a)
		})
	}
	all.Wait()
	return responses
}
