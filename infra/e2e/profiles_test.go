package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local"
)

const profileContent = `{"displayName":"Ada","locale":"fr-CA","timeZone":"America/Toronto",` +
	`"links":[{"label":"Blog","url":"https://ada.example.com"}],"marketingConsent":true}`

var (
	onlyNew = map[string]string{"If-None-Match": "*"}
	// mergePatch is the media type that a PATCH prefers.
	mergePatch = map[string]string{"Content-Type": "application/merge-patch+json"}
)

func ifMatch(a answer) map[string]string { return map[string]string{"If-Match": a.header.Get("ETag")} }

// profile makes the requests of one user's own profile, from one place.
type profile struct {
	cloud *local.Cloud
	user  string
	path  string
	from  string
}

// profileOf is a user's profile, absent in all Regions: a DynamoDB that
// outlives the cloud may have one of an earlier test.
func profileOf(t *testing.T, cloud *local.Cloud, user string) profile {
	t.Helper()
	p := profile{cloud, user, "/profiles/" + subject(cloud, user), ""}
	p.do(t, p.delete(nil))
	settled(t, cloud)
	return p
}

func (p profile) get() request {
	return request{method: "GET", path: p.path, user: p.user, from: p.from}
}
func (p profile) put(body string, header map[string]string) request {
	return request{method: "PUT", path: p.path, user: p.user, from: p.from, body: body, header: header}
}
func (p profile) merge(body string) request {
	return request{method: "PATCH", path: p.path + "/preferences", user: p.user, from: p.from, body: body, header: mergePatch}
}
func (p profile) delete(header map[string]string) request {
	return request{method: "DELETE", path: p.path, user: p.user, from: p.from, header: header}
}

// do calls and wants success.
func (p profile) do(t *testing.T, r request) answer {
	t.Helper()
	a := call(t, p.cloud, r)
	if a.status/100 != 2 {
		t.Fatalf("%s %s: %s", r.method, r.path, a)
	}
	return a
}

func TestProfileLife(t *testing.T) {
	cloud := start(t)
	ada := profileOf(t, cloud, "ada")
	created := ada.do(t, ada.put(profileContent, onlyNew))
	if created.status != http.StatusCreated {
		t.Errorf("created: %s, want 201", created)
	}
	given, err := time.Parse(time.RFC3339, created.field("marketingConsentAt"))
	if err != nil || time.Since(given) > time.Minute || created.field("preferences") != "map[]" {
		t.Errorf("created: %s", created)
	}
	merged := ada.do(t, ada.merge(`{"theme":{"text":"dark"},"size":{"number":14.5},"sound":{"boolean":false}}`))
	merged = ada.do(t, ada.merge(`{"size":null,"sound":{"boolean":true},"absent":null}`))
	if want := `{"sound":{"boolean":true},"theme":{"text":"dark"}}`; merged.body != want || merged.header.Get("ETag") == created.header.Get("ETag") {
		t.Errorf("merged: %s, want %s", merged, want)
	}
	read := ada.do(t, ada.get())
	if read.header.Get("ETag") != merged.header.Get("ETag") || read.field("marketingConsentAt") != created.field("marketingConsentAt") {
		t.Errorf("read: %s, want the ETag of %s", read, merged)
	}
	fresh := ada.get()
	fresh.header = map[string]string{"If-None-Match": read.header.Get("ETag")}
	if a := call(t, cloud, fresh); a.status != http.StatusNotModified || a.body != "" {
		t.Errorf("read with its ETag: %s", a)
	}
	withdrawn := ada.do(t, ada.put(`{"displayName":"A. L.","locale":"en","timeZone":"UTC","marketingConsent":false}`, ifMatch(read)))
	if withdrawn.status != http.StatusOK || withdrawn.field("marketingConsentAt") != "" || withdrawn.field("links") != "" || withdrawn.field("preferences") != read.field("preferences") {
		t.Errorf("consent withdrawn: %s", withdrawn)
	}
	for range 2 { // the second time as after a lost answer
		if a := ada.do(t, ada.delete(ifMatch(withdrawn))); a.status != http.StatusNoContent || a.body != "" {
			t.Errorf("deleted: %s", a)
		}
	}
	if a := call(t, cloud, ada.get()); a.status != http.StatusNotFound {
		t.Errorf("after it was deleted: %s", a)
	}
	if again := ada.do(t, ada.put(profileContent, onlyNew)); again.header.Get("ETag") == created.header.Get("ETag") || again.field("preferences") != "map[]" {
		t.Errorf("created again: %s", again)
	}
}

// TestPublicProfileLeaksNothing reads as anybody, and as the owner, who learns no more here.
func TestPublicProfileLeaksNothing(t *testing.T) {
	cloud := start(t)
	ada, bob := profileOf(t, cloud, "ada"), profileOf(t, cloud, "bob")
	ada.do(t, ada.put(profileContent, onlyNew))
	public := func(p profile, user string) answer {
		return call(t, cloud, request{method: "GET", path: p.path + "/public", user: user})
	}
	first := public(ada, "")
	if first.status != http.StatusOK || first.body != `{"displayName":"Ada"}` {
		t.Errorf("got %s", first)
	}
	ada.do(t, ada.merge(`{"theme":{"text":"dark"}}`))
	for _, user := range []string{"", "ada", "bob", "root"} {
		a := public(ada, user)
		if a.body != first.body || !slices.Equal(headerNames(a), headerNames(first)) || a.header.Get("ETag") != "" || a.header.Get("Last-Modified") != "" {
			t.Errorf("as %q after a change that is not public: %s, before %s", user, a, first)
		}
	}
	absent := public(bob, "")
	ada.do(t, ada.delete(nil))
	gone := public(ada, "")
	for _, name := range []string{"status", "type", "title", "detail"} {
		if gone.status != http.StatusNotFound || gone.field(name) != absent.field(name) || !slices.Equal(headerNames(gone), headerNames(absent)) {
			t.Errorf("a deleted profile: %s, one that never was: %s", gone, absent)
		}
	}
}

func headerNames(a answer) []string { return slices.Sorted(maps.Keys(a.header)) }

// writers is how many send at once: as many as a function has environments.
const writers = 50

// atOnce sends the requests at once, repeating those that the API says may be
// repeated, and sorts the answers by status.
func atOnce(t *testing.T, cloud *local.Cloud, requests []request) map[int][]answer {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	answers := map[int][]answer{}
	for _, r := range requests {
		all.Go(func() {
			a, err := try(t.Context(), cloud, r)
			for err == nil && a.status == http.StatusServiceUnavailable {
				a, err = try(t.Context(), cloud, r)
			}
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			answers[a.status] = append(answers[a.status], a)
		})
	}
	all.Wait()
	return answers
}

func TestProfileWritersAtOnce(t *testing.T) {
	cloud := start(t)
	ada := profileOf(t, cloud, "ada")
	write := func(header map[string]string) (requests []request) {
		for i := range writers {
			body := fmt.Sprintf(`{"displayName":"Writer %d","locale":"en","timeZone":"UTC","marketingConsent":false}`, i)
			requests = append(requests, ada.put(body, header))
		}
		return requests
	}
	oneWins := func(what string, status int, requests []request) {
		t.Helper()
		answers := atOnce(t, cloud, requests)
		won := answers[status]
		if len(won) != 1 || len(answers[http.StatusPreconditionFailed]) != writers-1 {
			t.Fatalf("%s: %v", what, answers)
		}
		if read := ada.do(t, ada.get()); read.body != won[0].body || read.header.Get("ETag") != won[0].header.Get("ETag") {
			t.Errorf("%s: %s is there, and %s was told to have won", what, read, won[0])
		}
	}
	oneWins("created", http.StatusCreated, write(onlyNew))

	var merges []request
	want := map[string]any{}
	for i := range writers {
		name := fmt.Sprint("p", i)
		merges = append(merges, ada.merge(fmt.Sprintf(`{"%s":{"number":%d}}`, name, i)))
		want[name] = map[string]any{"number": float64(i)}
	}
	if answers := atOnce(t, cloud, merges); len(answers[http.StatusOK]) != writers {
		t.Errorf("merged: %v", answers)
	}

	oneWins("replaced", http.StatusOK, write(ifMatch(ada.do(t, ada.get()))))
	var read struct{ Preferences map[string]any }
	if err := json.Unmarshal([]byte(ada.do(t, ada.get()).body), &read); err != nil || !reflect.DeepEqual(read.Preferences, want) {
		t.Errorf("preferences were lost: %v, %v", err, read.Preferences)
	}
}
