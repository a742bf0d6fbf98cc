package e2e

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local"
)

// twoRegions gives a user's profile as written and read from either coast,
// once both Regions have it.
func twoRegions(t *testing.T) (cloud *local.Cloud, inEast, inWest profile) {
	t.Helper()
	cloud = start(t)
	inEast = profileOf(t, cloud, "ada")
	inWest = inEast
	inEast.from, inWest.from = montreal, vancouver
	inEast.do(t, inEast.put(profileContent, onlyNew))
	settled(t, cloud)
	return cloud, inEast, inWest
}

// apart runs do with the link between the Regions cut, then heals it and waits
// until the Regions agree.
func apart(t *testing.T, cloud *local.Cloud, do func()) {
	t.Helper()
	cut(t, cloud)
	do()
	heal(t, cloud)
}

// same reads in both Regions and wants the same there.
func same(t *testing.T, inEast, inWest profile) answer {
	t.Helper()
	e, w := call(t, inEast.cloud, inEast.get()), call(t, inWest.cloud, inWest.get())
	if e.header.Get("X-Region") != east || w.header.Get("X-Region") != west {
		t.Fatalf("asked in the wrong Region: %s and %s", e, w)
	}
	if e.status != w.status || e.status == http.StatusOK && (e.body != w.body || e.header.Get("ETag") != w.header.Get("ETag")) {
		t.Errorf("the Regions differ: %s and %s", e, w)
	}
	return e
}

// later lets the clock of the replicas' timestamps move on.
func later() { time.Sleep(5 * time.Millisecond) }

// TestTheOtherRegionLagsBehind reads in the west what the east has written,
// before and after it has been told.
func TestTheOtherRegionLagsBehind(t *testing.T) {
	cloud, inEast, inWest := twoRegions(t)
	old := same(t, inEast, inWest)
	public := request{method: "GET", path: inWest.path + "/public", from: vancouver}
	inTheWest := func(when string, status int, body string) {
		t.Helper()
		if a := call(t, cloud, inWest.get()); a.status != status || body != "" && a.body != body {
			t.Errorf("%s: %s", when, a)
		}
		if a := call(t, cloud, public); a.status != status {
			t.Errorf("%s, in public: %s", when, a)
		}
	}
	apart(t, cloud, func() {
		inEast.do(t, inEast.merge(`{"theme":{"text":"dark"}}`))
		inTheWest("merged in the east", http.StatusOK, old.body)
		inEast.do(t, inEast.delete(nil))
		inTheWest("deleted in the east", http.StatusOK, old.body)
	})
	inTheWest("deleted", http.StatusNotFound, "")
	apart(t, cloud, func() {
		inEast.do(t, inEast.put(profileContent, onlyNew))
		inTheWest("created in the east", http.StatusNotFound, "")
		if a := call(t, cloud, inWest.merge(`{"theme":{"text":"dark"}}`)); a.status != http.StatusNotFound {
			t.Errorf("merged into what the west does not know: %s", a)
		}
	})
	inTheWest("created", http.StatusOK, same(t, inEast, inWest).body)
}

// TestMergesInBothRegionsConverge writes what the README tells: of merges in
// both Regions within the lag, the later one's whole profile stays. Nothing
// that a Region had when the Regions were connected is lost.
func TestMergesInBothRegionsConverge(t *testing.T) {
	cloud, inEast, inWest := twoRegions(t)
	inWest.do(t, inWest.merge(`{"before":{"boolean":true}}`))
	settled(t, cloud)
	var lost, kept answer
	apart(t, cloud, func() {
		lost = inWest.do(t, inWest.merge(`{"west":{"number":1}}`))
		later()
		inEast.do(t, inEast.merge(`{"east":{"number":1}}`))
		kept = inEast.do(t, inEast.merge(`{"more":{"number":2}}`))
	})
	got := same(t, inEast, inWest)
	var read struct{ Preferences json.RawMessage }
	if err := json.Unmarshal([]byte(got.body), &read); err != nil || string(read.Preferences) != kept.body || got.header.Get("ETag") != kept.header.Get("ETag") {
		t.Errorf("got %s, want the preferences %s: %v", got, kept, err)
	}
	// The side that lost finds out, even in its own Region: its ETag is no longer one.
	stale := inWest.put(profileContent, ifMatch(lost))
	if a := call(t, cloud, stale); a.status != http.StatusPreconditionFailed {
		t.Errorf("written at a version that was lost: %s", a)
	}
	inWest.do(t, inWest.merge(`{"west":{"number":1}}`)) // again, and all is there
	settled(t, cloud)
	var all struct{ Preferences map[string]any }
	if err := json.Unmarshal([]byte(same(t, inEast, inWest).body), &all); err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(all.Preferences)); !slices.Equal(names, []string{"before", "east", "more", "west"}) {
		t.Errorf("got %v", names)
	}
}

// TestPreconditionsSeeTheirOwnRegion lets both Regions accept what one would refuse.
func TestPreconditionsSeeTheirOwnRegion(t *testing.T) {
	cloud, inEast, inWest := twoRegions(t)
	read := same(t, inEast, inWest)
	const second = `{"displayName":"Second","locale":"en","timeZone":"UTC","marketingConsent":false}`
	var won answer
	apart(t, cloud, func() {
		inEast.do(t, inEast.put(profileContent, ifMatch(read)))
		later()
		won = inWest.do(t, inWest.put(second, ifMatch(read)))
	})
	if got := same(t, inEast, inWest); got.body != won.body || got.header.Get("ETag") != won.header.Get("ETag") {
		t.Errorf("got %s, want the later one, %s", got, won)
	}

	// Deletion and change at once: the later one decides, and a change that
	// comes later brings all of the profile back.
	apart(t, cloud, func() {
		inWest.do(t, inWest.merge(`{"theme":{"text":"dark"}}`))
		later()
		inEast.do(t, inEast.delete(nil))
	})
	if got := same(t, inEast, inWest); got.status != http.StatusNotFound {
		t.Errorf("deleted later: %s", got)
	}
	inEast.do(t, inEast.put(second, onlyNew))
	settled(t, cloud)
	apart(t, cloud, func() {
		inEast.do(t, inEast.delete(nil))
		later()
		inWest.do(t, inWest.merge(`{"theme":{"text":"dark"}}`))
	})
	if got := same(t, inEast, inWest); got.status != http.StatusOK || got.field("displayName") != "Second" {
		t.Errorf("changed later: %s", got)
	}
	// Both Regions create: one of them stays, whole.
	inEast.do(t, inEast.delete(nil))
	settled(t, cloud)
	apart(t, cloud, func() {
		inEast.do(t, inEast.put(profileContent, onlyNew))
		later()
		won = inWest.do(t, inWest.put(second, onlyNew))
	})
	if got := same(t, inEast, inWest); got.body != won.body {
		t.Errorf("created in both: %s, want the later one, %s", got, won)
	}
}

// TestConsentFollowsTheLaterWrite is the one that a lawyer asks for: an
// unrelated change of the other Region within the lag undoes a withdrawal, and
// the ETag of the withdrawal tells.
func TestConsentFollowsTheLaterWrite(t *testing.T) {
	cloud, inEast, inWest := twoRegions(t)
	const withdrawal = `{"displayName":"Ada","locale":"fr-CA","timeZone":"America/Toronto","marketingConsent":false}`
	var withdrawn answer
	apart(t, cloud, func() {
		withdrawn = inEast.do(t, inEast.put(withdrawal, map[string]string{"If-Match": "*"}))
		later()
		inWest.do(t, inWest.merge(`{"theme":{"text":"dark"}}`))
	})
	undone := same(t, inEast, inWest)
	if undone.field("marketingConsent") != "true" || undone.header.Get("ETag") == withdrawn.header.Get("ETag") {
		t.Errorf("got %s", undone)
	}
	inEast.do(t, inEast.put(withdrawal, ifMatch(undone)))
	settled(t, cloud)
	if got := same(t, inEast, inWest); got.field("marketingConsent") != "false" || got.field("marketingConsentAt") != "" {
		t.Errorf("withdrawn again: %s", got)
	}
}
