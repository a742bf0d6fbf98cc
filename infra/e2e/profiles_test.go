package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local"
)

const profileContent = `{"displayName":"Ada","locale":"fr-CA","timeZone":"America/Toronto",` +
	`"links":[{"label":"Blog","url":"https://ada.example.com"}],"marketingConsent":true}`

var ifNoneExists = map[string]string{"If-None-Match": "*"}

// profile returns requests of a user for the user's own profile, from one location.
type profile struct {
	cloud *local.Cloud
	user  string
	path  string
	from  string
}

// absentProfile returns a user's profile after its deletion in all Regions: a DynamoDB
// that outlives the cloud may have the profile of an earlier test.
func absentProfile(t *testing.T, cloud *local.Cloud, user string) profile {
	t.Helper()
	p := profile{cloud: cloud, user: user, path: "/profiles/" + subject(cloud, user)}
	p.do(t, p.delete(nil))
	waitForReplication(t, cloud)
	return p
}

func (p profile) at(location string) profile {
	p.from = location
	return p
}

func (p profile) get() request {
	return request{method: "GET", path: p.path, user: p.user, from: p.from}
}

// getPublic returns the request for the public profile, without a token.
func (p profile) getPublic() request {
	return request{method: "GET", path: p.path + "/public", from: p.from}
}

func (p profile) put(body string, header map[string]string) request {
	return request{method: "PUT", path: p.path, user: p.user, from: p.from, body: body, header: header}
}

// merge returns the request that merges body into the preferences.
func (p profile) merge(body string) request {
	r := request{method: "PATCH", path: p.path + "/preferences", user: p.user, from: p.from, body: body}
	return r.with("Content-Type", "application/merge-patch+json")
}

func (p profile) delete(header map[string]string) request {
	return request{method: "DELETE", path: p.path, user: p.user, from: p.from, header: header}
}

// do sends a request and fails the test unless it succeeds.
func (p profile) do(t *testing.T, r request) response {
	t.Helper()
	a := call(t, p.cloud, r)
	if a.status/100 != 2 {
		t.Fatalf("%s %s: got %s, want success", r.method, r.path, a)
	}
	return a
}

func TestProfileLife(t *testing.T) {
	cloud := startCloud(t)
	ada := absentProfile(t, cloud, "ada")
	created := expectStatus(t, cloud, "created", ada.put(profileContent, ifNoneExists), http.StatusCreated)
	consent, err := time.Parse(time.RFC3339, created.field("marketingConsentAt"))
	if err != nil || time.Since(consent) > time.Minute || created.field("preferences") != "map[]" {
		t.Errorf("created: %s, want consent now and no preferences", created)
	}
	ada.do(t, ada.merge(`{"theme":{"text":"dark"},"size":{"number":14.5},"sound":{"boolean":false}}`))
	merged := ada.do(t, ada.merge(`{"size":null,"sound":{"boolean":true},"absent":null}`))
	const preferences = `{"sound":{"boolean":true},"theme":{"text":"dark"}}`
	if merged.body != preferences || merged.etag() == created.etag() {
		t.Errorf("merged: %s, want %s and another ETag", merged, preferences)
	}
	read := ada.do(t, ada.get())
	if read.etag() != merged.etag() || read.field("marketingConsentAt") != created.field("marketingConsentAt") {
		t.Errorf("read: %s, want the ETag of %s and the consent of %s", read, merged, created)
	}
	fresh := ada.get().with("If-None-Match", read.etag())
	if a := expectStatus(t, cloud, "read with its ETag", fresh, http.StatusNotModified); a.body != "" {
		t.Errorf("read with its ETag: %s, want no body", a)
	}

	const withdrawal = `{"displayName":"A. L.","locale":"en","timeZone":"UTC","marketingConsent":false}`
	withdrawn := expectStatus(t, cloud, "consent withdrawn", ada.put(withdrawal, ifMatch(read.etag())), http.StatusOK)
	expectFields(t, "consent withdrawn", withdrawn, map[string]string{
		"marketingConsentAt": "", "links": "", "preferences": read.field("preferences"),
	})
	for _, when := range []string{"deleted", "deleted again"} { // as after a lost response
		a := expectStatus(t, cloud, when, ada.delete(ifMatch(withdrawn.etag())), http.StatusNoContent)
		if a.body != "" {
			t.Errorf("%s: %s, want no body", when, a)
		}
	}
	expectStatus(t, cloud, "read after the deletion", ada.get(), http.StatusNotFound)
	again := ada.do(t, ada.put(profileContent, ifNoneExists))
	if again.etag() == created.etag() || again.field("preferences") != "map[]" {
		t.Errorf("created again: %s, want another ETag than %s and no preferences", again, created)
	}
}

// TestPublicProfileLeaksNothing reads the public profile without a token, and as its
// owner and others, who must learn no more from it.
func TestPublicProfileLeaksNothing(t *testing.T) {
	cloud := startCloud(t)
	ada, bob := absentProfile(t, cloud, "ada"), absentProfile(t, cloud, "bob")
	ada.do(t, ada.put(profileContent, ifNoneExists))
	first := expectStatus(t, cloud, "read without a token", ada.getPublic(), http.StatusOK)
	if want := `{"displayName":"Ada"}`; first.body != want {
		t.Errorf("read without a token: %s, want %s", first, want)
	}
	ada.do(t, ada.merge(`{"theme":{"text":"dark"}}`))
	for _, user := range []string{"", "ada", "bob", "root"} {
		a := call(t, cloud, ada.getPublic().as(user))
		if a.body != first.body || a.etag() != "" || a.header.Get("Last-Modified") != "" {
			t.Errorf("read by %q after a private change: %s, before %s", user, a, first)
		}
		expectHeaderNames(t, fmt.Sprintf("read by %q", user), a, first)
	}
	never := call(t, cloud, bob.getPublic())
	ada.do(t, ada.delete(nil))
	deleted := expectStatus(t, cloud, "read after the deletion", ada.getPublic(), http.StatusNotFound)
	want := map[string]string{}
	for _, name := range []string{"status", "type", "title", "detail"} {
		want[name] = never.field(name)
	}
	expectFields(t, "deleted, compared with one that never existed", deleted, want)
	expectHeaderNames(t, "deleted, compared with one that never existed", deleted, never)
}

// expectHeaderNames checks that two responses have headers with the same names.
func expectHeaderNames(t *testing.T, what string, got, want response) {
	t.Helper()
	names := func(a response) []string { return slices.Sorted(maps.Keys(a.header)) }
	if diff := cmp.Diff(names(want), names(got)); diff != "" {
		t.Errorf("%s: names of headers (-want +got):\n%s", what, diff)
	}
}

func TestConcurrentProfileWriters(t *testing.T) {
	// As many as the embedded Lambda runs of one function at the same time.
	const writers = 50
	cloud := startCloud(t)
	ada := absentProfile(t, cloud, "ada")
	puts := func(header map[string]string) (requests []request) {
		for i := range writers {
			body := fmt.Sprintf(`{"displayName":"Writer %d","locale":"en","timeZone":"UTC","marketingConsent":false}`, i)
			requests = append(requests, ada.put(body, header))
		}
		return requests
	}
	expectOneWinner := func(what string, status int, requests []request) {
		t.Helper()
		responses := sendAll(t, cloud, requests)
		won := responses[status]
		if len(won) != 1 || len(responses[http.StatusPreconditionFailed]) != writers-1 {
			t.Fatalf("%s: %v, want one %d and else 412", what, responses, status)
		}
		expectSame(t, what+", read", ada.do(t, ada.get()), won[0])
	}
	expectOneWinner("created", http.StatusCreated, puts(ifNoneExists))

	var merges []request
	want := map[string]any{}
	for i := range writers {
		name := fmt.Sprint("p", i)
		merges = append(merges, ada.merge(fmt.Sprintf(`{"%s":{"number":%d}}`, name, i)))
		want[name] = map[string]any{"number": float64(i)}
	}
	if responses := sendAll(t, cloud, merges); len(responses[http.StatusOK]) != writers {
		t.Errorf("merged: %v, want 200 for all", responses)
	}

	expectOneWinner("replaced", http.StatusOK, puts(ifMatch(ada.do(t, ada.get()).etag())))
	var read struct{ Preferences map[string]any }
	if err := json.Unmarshal([]byte(ada.do(t, ada.get()).body), &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, read.Preferences); diff != "" {
		t.Errorf("preferences after the merges (-want +got):\n%s", diff)
	}
}
