package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local"
)

const newAccount = `{"email":"Ada@Example.com","country":"CA"}`

// createAccount returns the request that opens ada's account.
func createAccount() request {
	return request{method: "POST", path: "/accounts", user: "ada", from: vancouver, body: newAccount}
}

// getMyAccount returns the request for the account of the user.
func getMyAccount(user string) request {
	return request{method: "GET", path: "/accounts/me", user: user}
}

func TestAccountIsReadInTheOtherRegionAfterReplication(t *testing.T) {
	cloud := startCloud(t)
	created := mustCall(t, cloud, createAccount(), http.StatusCreated)
	if created.region() != west || created.field("email") != "ada@example.com" {
		t.Fatalf("created: %s", created)
	}
	if got, want := created.header.Get("Location"), "/accounts/"+subject(cloud, "ada"); got != want {
		t.Errorf("Location %s, want %s", got, want)
	}
	waitForReplication(t, cloud)
	read := expectStatus(t, cloud, "read in the other Region", getMyAccount("ada").at(montreal), http.StatusOK)
	if read.region() != east || read.body != created.body {
		t.Errorf("read in the other Region: %s, want the body %s", read, created.body)
	}
	expectStatus(t, cloud, "second account", createAccount().at(montreal), http.StatusConflict)
	fresh := getMyAccount("ada").with("If-None-Match", read.etag())
	if a := expectStatus(t, cloud, "read with its ETag", fresh, http.StatusNotModified); a.body != "" {
		t.Errorf("read with its ETag: %s, want no body", a)
	}
}

func TestReplicationIsAsynchronous(t *testing.T) {
	cloud := startCloud(t)
	cut(t, cloud)
	mustCall(t, cloud, createAccount(), http.StatusCreated)
	mine := getMyAccount("ada").at(montreal)
	expectStatus(t, cloud, "link cut", mine, http.StatusNotFound)
	heal(t, cloud)
	expectStatus(t, cloud, "link healed", mine, http.StatusOK)
}

func TestProfileJourney(t *testing.T) {
	cloud := startCloud(t)
	const content = `{"displayName":"Ada","locale":"fr-CA","timeZone":"America/Toronto","marketingConsent":false}`
	get := request{method: "GET", path: "/profiles/" + subject(cloud, "ada"), user: "ada"}
	put := request{method: "PUT", path: get.path, user: "ada", body: content}

	expectStatus(t, cloud, "read before it is written", get, http.StatusNotFound)
	created := expectStatus(t, cloud, "create", put.with("If-None-Match", "*"), http.StatusCreated)
	if created.etag() == "" {
		t.Errorf("create: %s, want an ETag", created)
	}
	replaced := expectStatus(t, cloud, "replace", put.with("If-Match", created.etag()), http.StatusOK)
	if replaced.etag() == created.etag() {
		t.Errorf("replace: %s, want another ETag", replaced)
	}
	read := expectStatus(t, cloud, "read by an administrator", get.as("root"), http.StatusOK)
	if read.field("locale") != "fr-CA" {
		t.Errorf("read by an administrator: %s", read)
	}
	expectStatus(t, cloud, "write by another user", put.as("bob"), http.StatusNotFound)
}

func TestRefusals(t *testing.T) {
	cloud := startCloud(t)
	mustCall(t, cloud, createAccount(), http.StatusCreated)
	_, idToken, err := cloud.Token("ada")
	if err != nil {
		t.Fatal(err)
	}
	const gateway, lambda = "gateway", "lambda"
	me := request{method: "GET", path: "/accounts/me"}
	create := request{method: "POST", path: "/accounts", user: "bob"}
	for _, test := range []struct {
		name string
		request
		status int
		kind   string // empty for a problem that API Gateway defines
		sender string
		detail string // a part of the problem's detail
		// errorType is the header x-amzn-ErrorType, if the test checks it.
		errorType string
	}{
		{name: "no token", request: me, status: 401, kind: "unauthenticated", sender: gateway},
		{
			name: "forged token", request: me.with("Authorization", "Bearer a.b.c"),
			status: 401, kind: "unauthenticated", sender: gateway,
		},
		{
			name: "ID token", request: me.with("Authorization", "Bearer "+idToken),
			status: 401, kind: "unauthenticated", sender: gateway,
		},
		{name: "no body", request: create, status: 400, kind: "invalid", sender: gateway},
		{
			name: "body without email", request: create.sending(`{"country":"CA"}`),
			status: 400, kind: "invalid", sender: gateway, detail: "email",
		},
		{name: "body is not JSON", request: create.sending(`{`), status: 400, kind: "invalid", sender: gateway},
		{
			name: "malformed email", request: create.sending(`{"email":"x","country":"CA"}`),
			status: 400, kind: "invalid", sender: lambda,
		},
		{
			name: "another media type", request: create.sending(`{}`).with("Content-Type", "text/plain"),
			status: 415, kind: "unsupported-media-type", sender: lambda,
		},
		{
			name: "unknown path", request: request{method: "GET", path: "/nowhere", user: "ada"},
			status: 403, sender: gateway, detail: "The API has no operation with this method and path.",
			errorType: "IncompleteSignatureException",
		},
		{
			name: "wrong method", request: request{method: "PUT", path: "/accounts/me", user: "ada"},
			status: 403, sender: gateway, detail: "The API has no operation with this method and path.",
			errorType: "IncompleteSignatureException",
		},
		{
			name: "unknown path without a token", request: request{method: "GET", path: "/nowhere"},
			status: 403, sender: gateway, detail: "The API has no operation with this method and path.",
			errorType: "MissingAuthenticationTokenException",
		},
		{
			name: "malformed ID", request: request{method: "GET", path: "/accounts/1", user: "ada"},
			status: 400, kind: "invalid", sender: lambda,
		},
		{
			name:    "another user's account",
			request: request{method: "GET", path: "/accounts/" + subject(cloud, "ada"), user: "bob"},
			status:  404, kind: "not-found", sender: lambda,
		},
		{name: "no account", request: me.as("bob"), status: 404, kind: "not-found", sender: lambda},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := call(t, cloud, test.request)
			if a.status != test.status || test.kind != "" && a.problem() != test.kind {
				t.Errorf("got %s, want the status %d and the problem %q", a, test.status, test.kind)
			}
			if ct := a.header.Get("Content-Type"); ct != "application/problem+json" || a.field("requestId") == "" {
				t.Errorf("got %s, want a problem document with a request ID", a)
			}
			if (a.region() != "") != (test.sender == lambda) {
				t.Errorf("got %s, want it from the %s", a, test.sender)
			}
			if got := a.header.Get("X-Amzn-Errortype"); test.errorType != "" && got != test.errorType {
				t.Errorf("got the error type %q, want %q", got, test.errorType)
			}
			if strings.Contains(a.body, "hashed") {
				t.Errorf("got %s, want no hash of the token", a)
			}
			if !strings.Contains(a.field("detail"), test.detail) {
				t.Errorf("got %s, want a detail with %q", a, test.detail)
			}
			if a.header.Get("Access-Control-Allow-Origin") == "" {
				t.Errorf("got %s, which a browser's script cannot read", a)
			}
		})
	}
}

func TestEdgeFailsOver(t *testing.T) {
	cloud := startCloud(t)
	mustCall(t, cloud, createAccount(), http.StatusCreated)
	waitForReplication(t, cloud)
	mine := getMyAccount("ada").at(vancouver)
	expectRegion := func(when, region string) {
		t.Helper()
		if a := expectStatus(t, cloud, when, mine, http.StatusOK); a.region() != region {
			t.Errorf("%s: %s, want it from %s", when, a, region)
		}
	}
	expectRegion("both Regions run", west)
	if err := cloud.StopRegion(west); err != nil {
		t.Fatal(err)
	}
	expectRegion("the nearest Region is stopped", east)
	if err := cloud.StartRegion(west); err != nil {
		t.Fatal(err)
	}
	waitForRegion(t, cloud, mine, west)
	expectRegion("the nearest Region is started", west)
}

func TestPreflight(t *testing.T) {
	cloud := startCloud(t)
	options := request{method: "OPTIONS", path: "/accounts"}
	t.Run("from a browser", func(t *testing.T) {
		r := options.with("Origin", "https://app.example.com").
			with("Access-Control-Request-Method", "POST").
			with("Access-Control-Request-Headers", "authorization")
		a := expectStatus(t, cloud, "preflight", r, http.StatusNoContent)
		if got := a.header.Get("Access-Control-Allow-Origin"); got != "*" {
			t.Errorf("Access-Control-Allow-Origin is %q, want *", got)
		}
		for name, want := range map[string]string{
			"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Authorization",
		} {
			if got := a.header.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s is %q, want %q in it", name, got, want)
			}
		}
	})
	// No browser sends a body. A client that does must not raise a server error.
	t.Run("with a body of another type", func(t *testing.T) {
		r := options.sending("x").with("Content-Type", "text/plain")
		a := expectStatus(t, cloud, "preflight", r, http.StatusUnsupportedMediaType)
		if a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("got %s, want a problem document", a)
		}
	})
}

func TestRequestIsTraced(t *testing.T) {
	traces := make(chan map[string]any, 1000)
	cloud := startCloud(t, func(cfg *local.Config) {
		cfg.Trace = func(data []byte) {
			var document map[string]any
			if json.Unmarshal(data, &document) == nil {
				traces <- document
			}
		}
	})
	const root = "1-5759e988-bd862e3fe1be46a994272793"
	call(t, cloud, getMyAccount("bob").with("X-Amzn-Trace-Id", "Root="+root))
	segments := map[string]map[string]any{} // by name
	for len(segments) < 2 {
		select {
		case document := <-traces:
			if document["trace_id"] == root {
				segments[document["name"].(string)] = document
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("got the segments %v, want two", segments)
		}
	}
	invocation, get := segments["getMyAccount"], segments["DynamoDB"]
	if invocation == nil || get == nil || get["parent_id"] != invocation["id"] || invocation["error"] != true {
		t.Errorf("got %v, want getMyAccount with an error and DynamoDB below it", segments)
	}
}
