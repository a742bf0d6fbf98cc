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

func TestAccountIsReadInTheOtherRegionAfterReplication(t *testing.T) {
	cloud := start(t)
	created := call(t, cloud, request{method: "POST", path: "/accounts", user: "ada", from: vancouver, body: newAccount})
	if created.status != http.StatusCreated || created.header.Get("X-Region") != west || created.field("email") != "ada@example.com" {
		t.Fatalf("created: %s", created)
	}
	if got, want := created.header.Get("Location"), "/accounts/"+subject(cloud, "ada"); got != want {
		t.Errorf("Location %s, want %s", got, want)
	}
	if err := cloud.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	read := call(t, cloud, request{method: "GET", path: "/accounts/me", user: "ada", from: montreal})
	if read.status != http.StatusOK || read.header.Get("X-Region") != east || read.body != created.body {
		t.Errorf("read in the other Region: %s, want the body %s", read, created.body)
	}
	if again := call(t, cloud, request{method: "POST", path: "/accounts", user: "ada", from: montreal, body: newAccount}); again.status != http.StatusConflict {
		t.Errorf("a second account: %s", again)
	}
	fresh := call(t, cloud, request{method: "GET", path: "/accounts/me", user: "ada", header: map[string]string{"If-None-Match": read.header.Get("ETag")}})
	if fresh.status != http.StatusNotModified || fresh.body != "" {
		t.Errorf("with its ETag: %s", fresh)
	}
}

func TestReplicationIsAsynchronous(t *testing.T) {
	cloud := start(t)
	if err := cloud.Cut(east, west); err != nil {
		t.Fatal(err)
	}
	call(t, cloud, request{method: "POST", path: "/accounts", user: "ada", from: vancouver, body: newAccount})
	mine := request{method: "GET", path: "/accounts/me", user: "ada", from: montreal}
	if a := call(t, cloud, mine); a.status != http.StatusNotFound {
		t.Errorf("with the link cut: %s", a)
	}
	if err := cloud.Heal(east, west); err != nil {
		t.Fatal(err)
	}
	if err := cloud.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a := call(t, cloud, mine); a.status != http.StatusOK {
		t.Errorf("with the link healed: %s", a)
	}
}

func TestProfileJourney(t *testing.T) {
	cloud := start(t)
	path := "/profiles/" + subject(cloud, "ada")
	if a := call(t, cloud, request{method: "GET", path: path, user: "ada"}); a.status != http.StatusNotFound {
		t.Errorf("before it is written: %s", a)
	}
	const content = `{"displayName":"Ada","locale":"fr-CA","timeZone":"America/Toronto","marketingConsent":false}`
	created := call(t, cloud, request{method: "PUT", path: path, user: "ada", body: content, header: map[string]string{"If-None-Match": "*"}})
	if created.status != http.StatusCreated || created.header.Get("ETag") == "" {
		t.Errorf("created: %s", created)
	}
	replace := request{method: "PUT", path: path, user: "ada", body: content, header: map[string]string{"If-Match": created.header.Get("ETag")}}
	if a := call(t, cloud, replace); a.status != http.StatusOK || a.header.Get("ETag") == created.header.Get("ETag") {
		t.Errorf("replaced: %s", a)
	}
	if a := call(t, cloud, request{method: "GET", path: path, user: "root"}); a.status != http.StatusOK || a.field("locale") != "fr-CA" {
		t.Errorf("read by an administrator: %s", a)
	}
	if a := call(t, cloud, request{method: "PUT", path: path, user: "bob", body: content}); a.status != http.StatusNotFound {
		t.Errorf("written by a stranger: %s", a)
	}
}

func TestRefusals(t *testing.T) {
	cloud := start(t)
	call(t, cloud, request{method: "POST", path: "/accounts", user: "ada", body: newAccount})
	ada := "/accounts/" + subject(cloud, "ada")
	_, idToken, err := cloud.Token("ada")
	if err != nil {
		t.Fatal(err)
	}
	bearer := func(token string) map[string]string { return map[string]string{"Authorization": "Bearer " + token} }
	for name, test := range map[string]struct {
		request
		status int
		kind   string
		by     string // gateway or lambda
		detail string
	}{
		"no token":                {request{method: "GET", path: "/accounts/me"}, 401, "unauthenticated", "gateway", ""},
		"a forged token":          {request{method: "GET", path: "/accounts/me", header: bearer("a.b.c")}, 401, "unauthenticated", "gateway", ""},
		"an ID token":             {request{method: "GET", path: "/accounts/me", header: bearer(idToken)}, 401, "unauthenticated", "gateway", ""},
		"no body":                 {request{method: "POST", path: "/accounts", user: "bob"}, 400, "invalid", "gateway", ""},
		"a body without email":    {request{method: "POST", path: "/accounts", user: "bob", body: `{"country":"CA"}`}, 400, "invalid", "gateway", "email"},
		"a body that is not JSON": {request{method: "POST", path: "/accounts", user: "bob", body: `{`}, 400, "invalid", "gateway", ""},
		"a malformed email":       {request{method: "POST", path: "/accounts", user: "bob", body: `{"email":"x","country":"CA"}`}, 400, "invalid", "lambda", ""},
		"another media type":      {request{method: "POST", path: "/accounts", user: "bob", body: `{}`, header: map[string]string{"Content-Type": "text/plain"}}, 415, "unsupported-media-type", "lambda", ""},
		"an unknown path":         {request{method: "GET", path: "/nowhere", user: "ada"}, 403, "", "gateway", "Missing Authentication Token"},
		"a wrong method":          {request{method: "PUT", path: "/accounts/me", user: "ada"}, 403, "", "gateway", "Missing Authentication Token"},
		"a malformed id":          {request{method: "GET", path: "/accounts/1", user: "ada"}, 400, "invalid", "lambda", ""},
		"another user's account":  {request{method: "GET", path: ada, user: "bob"}, 404, "not-found", "lambda", ""},
		"no account yet":          {request{method: "GET", path: "/accounts/me", user: "bob"}, 404, "not-found", "lambda", ""},
	} {
		a := call(t, cloud, test.request)
		if a.status != test.status || test.kind != "" && a.field("type") != "urn:meridian:problem:"+test.kind {
			t.Errorf("%s: got %s", name, a)
		}
		if ct := a.header.Get("Content-Type"); ct != "application/problem+json" || a.field("requestId") == "" {
			t.Errorf("%s: not a problem document with a request id: %s", name, a)
		}
		if (a.header.Get("X-Region") != "") != (test.by == "lambda") {
			t.Errorf("%s: should be answered by the %s: %s", name, test.by, a)
		}
		if !strings.Contains(a.field("detail"), test.detail) {
			t.Errorf("%s: the detail should tell %q: %s", name, test.detail, a)
		}
		if a.header.Get("Access-Control-Allow-Origin") == "" {
			t.Errorf("%s: a browser's script cannot read it: %s", name, a)
		}
	}
}

func TestEdgeAnswersFromTheOtherRegion(t *testing.T) {
	cloud := start(t)
	call(t, cloud, request{method: "POST", path: "/accounts", user: "ada", from: vancouver, body: newAccount})
	if err := cloud.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	mine := request{method: "GET", path: "/accounts/me", user: "ada", from: vancouver}
	expect := func(when, region string) {
		t.Helper()
		if a := call(t, cloud, mine); a.status != http.StatusOK || a.header.Get("X-Region") != region {
			t.Errorf("%s: %s, want it from %s", when, a, region)
		}
	}
	expect("both Regions up", west)
	if err := cloud.StopRegion(west); err != nil {
		t.Fatal(err)
	}
	expect("the nearest Region down", east)
	if err := cloud.StartRegion(west); err != nil {
		t.Fatal(err)
	}
	comesBack(t, cloud, mine, west)
	expect("the nearest Region back", west)
}

// comesBack waits until the edge uses the Region again: it takes some health checks.
func comesBack(t *testing.T, cloud *local.Cloud, r request, region string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if call(t, cloud, r).header.Get("X-Region") == region {
			return
		}
	}
	t.Fatalf("%s did not come back", region)
}

func TestPreflight(t *testing.T) {
	cloud := start(t)
	a := call(t, cloud, request{method: "OPTIONS", path: "/accounts", header: map[string]string{
		"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}})
	if a.status != http.StatusNoContent || a.header.Get("Access-Control-Allow-Origin") != "*" ||
		!strings.Contains(a.header.Get("Access-Control-Allow-Methods"), "POST") ||
		!strings.Contains(a.header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("got %s", a)
	}
	// No browser sends this, and whoever does must not make it a fault of ours.
	a = call(t, cloud, request{method: "OPTIONS", path: "/accounts", body: "x", header: map[string]string{"Content-Type": "text/plain"}})
	if a.status != http.StatusUnsupportedMediaType || a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %s", a)
	}
}

func TestRequestIsTraced(t *testing.T) {
	traces := make(chan map[string]any, 1000)
	cloud := start(t, func(cfg *local.Config) {
		cfg.Trace = func(data []byte) {
			var document map[string]any
			if json.Unmarshal(data, &document) == nil {
				traces <- document
			}
		}
	})
	const root = "1-5759e988-bd862e3fe1be46a994272793"
	call(t, cloud, request{method: "GET", path: "/accounts/me", user: "bob", header: map[string]string{"X-Amzn-Trace-Id": "Root=" + root}})
	names := map[string]map[string]any{}
	for len(names) < 2 {
		select {
		case doc := <-traces:
			if doc["trace_id"] == root {
				names[doc["name"].(string)] = doc
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("got %v", names)
		}
	}
	invocation, get := names["getMyAccount"], names["DynamoDB"]
	if invocation == nil || get == nil || get["parent_id"] != invocation["id"] || invocation["error"] != true {
		t.Errorf("got %v", names)
	}
}
