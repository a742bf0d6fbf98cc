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

func profileOf(cloud *local.Cloud, user string) profile {
	return profile{cloud, user, "/profiles/" + subject(cloud, user), ""}
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
	ada := profileOf(cloud, "ada")
	created := ada.do(t, ada.put(profileContent, onlyNew))
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
	if withdrawn.field("marketingConsentAt") != "" || withdrawn.field("links") != "" || withdrawn.field("preferences") != read.field("preferences") {
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
	ada, bob := profileOf(cloud, "ada"), profileOf(cloud, "bob")
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

// writers send at once; each of them may need a function's cold start.
const writers = 50

// atOnce sends the requests at once and counts the answers by their status.
func atOnce(t *testing.T, cloud *local.Cloud, requests []request) (byStatus map[int]int, succeeded []answer) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	byStatus = map[int]int{}
	for _, r := range requests {
		all.Go(func() {
			a, err := try(t.Context(), cloud, r)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				t.Error(err)
			case a.status == http.StatusOK:
				succeeded = append(succeeded, a)
			}
			byStatus[a.status]++
		})
	}
	all.Wait()
	return byStatus, succeeded
}

func TestProfileWritersAtOnce(t *testing.T) {
	cloud := start(t)
	ada := profileOf(cloud, "ada")
	requests := make([]request, writers)
	for i := range requests {
		requests[i] = ada.put(fmt.Sprintf(`{"displayName":"Writer %d","locale":"en","timeZone":"UTC","marketingConsent":false}`, i), onlyNew)
	}
	one := func(what string) answer {
		t.Helper()
		byStatus, won := atOnce(t, cloud, requests)
		if len(won) != 1 || byStatus[http.StatusPreconditionFailed] != writers-1 {
			t.Fatalf("%s: %v", what, byStatus)
		}
		if read := ada.do(t, ada.get()); read.body != won[0].body || read.header.Get("ETag") != won[0].header.Get("ETag") {
			t.Errorf("%s: %s is there, and %s was told to have won", what, read, won[0])
		}
		return won[0]
	}
	created := one("created at once")
	for i := range requests {
		requests[i].header = ifMatch(created)
	}
	one("replaced at once with the same ETag")

	want := map[string]any{}
	for i := range requests {
		name := fmt.Sprint("p", i)
		requests[i] = ada.merge(fmt.Sprintf(`{"%s":{"number":%d}}`, name, i))
		want[name] = map[string]any{"number": float64(i)}
	}
	if byStatus, _ := atOnce(t, cloud, requests); byStatus[http.StatusOK] != writers {
		t.Errorf("merged at once: %v", byStatus)
	}
	var read struct{ Preferences map[string]any }
	if err := json.Unmarshal([]byte(ada.do(t, ada.get()).body), &read); err != nil || !reflect.DeepEqual(read.Preferences, want) {
		t.Errorf("preferences were lost: %v, %v", err, read.Preferences)
	}
}
