package e2e

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local"
)

// startWithProfile starts a cloud with ada's profile in both Regions. It returns the
// profile for clients near each Region.
func startWithProfile(t *testing.T) (cloud *local.Cloud, inEast, inWest profile) {
	t.Helper()
	cloud = startCloud(t)
	ada := absentProfile(t, cloud, "ada")
	inEast, inWest = ada.at(montreal), ada.at(vancouver)
	inEast.do(t, inEast.put(profileContent, ifNoneExists))
	waitForReplication(t, cloud)
	return cloud, inEast, inWest
}

// whileCut runs do while the replication is cut, and heals it.
func whileCut(t *testing.T, cloud *local.Cloud, do func()) {
	t.Helper()
	cut(t, cloud)
	do()
	heal(t, cloud)
}

// readBoth reads the profile in both Regions, checks that they agree, and returns the
// response.
func readBoth(t *testing.T, inEast, inWest profile) response {
	t.Helper()
	e, w := call(t, inEast.cloud, inEast.get()), call(t, inWest.cloud, inWest.get())
	if e.region() != east || w.region() != west {
		t.Fatalf("read from the wrong Regions: %s and %s", e, w)
	}
	if e.status != w.status || e.status == http.StatusOK && (e.body != w.body || e.etag() != w.etag()) {
		t.Errorf("the Regions differ: %s and %s", e, w)
	}
	return e
}

// sleepForTimestamp waits so that the next write has a later timestamp than the last one.
func sleepForTimestamp() { time.Sleep(5 * time.Millisecond) }

// TestOtherRegionLagsBehind reads in the west what the east has written, before and
// after the replication.
func TestOtherRegionLagsBehind(t *testing.T) {
	cloud, inEast, inWest := startWithProfile(t)
	old := readBoth(t, inEast, inWest)
	expectInWest := func(when string, status int, body string) {
		t.Helper()
		if a := expectStatus(t, cloud, when, inWest.get(), status); body != "" && a.body != body {
			t.Errorf("%s: %s, want %s", when, a, body)
		}
		expectStatus(t, cloud, when+", the public profile", inWest.getPublic(), status)
	}
	whileCut(t, cloud, func() {
		inEast.do(t, inEast.merge(`{"theme":{"text":"dark"}}`))
		expectInWest("merged in the east", http.StatusOK, old.body)
		inEast.do(t, inEast.delete(nil))
		expectInWest("deleted in the east", http.StatusOK, old.body)
	})
	expectInWest("the deletion is replicated", http.StatusNotFound, "")
	whileCut(t, cloud, func() {
		inEast.do(t, inEast.put(profileContent, ifNoneExists))
		expectInWest("created in the east", http.StatusNotFound, "")
		merge := inWest.merge(`{"theme":{"text":"dark"}}`)
		expectStatus(t, cloud, "merged in the west before the replication", merge, http.StatusNotFound)
	})
	expectInWest("the creation is replicated", http.StatusOK, readBoth(t, inEast, inWest).body)
}

// TestMergesInBothRegionsAreKept merges in both Regions within the replication lag.
func TestMergesInBothRegionsAreKept(t *testing.T) {
	cloud, inEast, inWest := startWithProfile(t)
	inWest.do(t, inWest.merge(`{"before":{"boolean":true}}`))
	waitForReplication(t, cloud)
	var merged response
	whileCut(t, cloud, func() {
		merged = inWest.do(t, inWest.merge(`{"west":{"number":1}}`))
		sleepForTimestamp()
		inEast.do(t, inEast.merge(`{"east":{"number":1},"before":null}`))
		inEast.do(t, inEast.merge(`{"more":{"number":2}}`))
	})
	got := readBoth(t, inEast, inWest)
	var all struct{ Preferences map[string]any }
	if err := json.Unmarshal([]byte(got.body), &all); err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(all.Preferences))
	if diff := cmp.Diff([]string{"east", "more", "west"}, names); diff != "" {
		t.Errorf("preferences after the merges (-want +got):\n%s", diff)
	}
	// The profile has changed since either response, and its ETag says so.
	stale := inWest.put(profileContent, ifMatch(merged.etag()))
	expectStatus(t, cloud, "write with the ETag of one merge", stale, http.StatusPreconditionFailed)
}

// TestPreconditionsSeeTheirOwnRegion writes in both Regions while the replication is
// cut. Both accept a precondition that one Region would refuse. The later content stays, and a
// deletion prevails.
func TestPreconditionsSeeTheirOwnRegion(t *testing.T) {
	cloud, inEast, inWest := startWithProfile(t)
	const second = `{"displayName":"Second","locale":"en","timeZone":"UTC","marketingConsent":false}`
	read := readBoth(t, inEast, inWest)
	var won response
	whileCut(t, cloud, func() {
		inEast.do(t, inEast.put(profileContent, ifMatch(read.etag())))
		sleepForTimestamp()
		won = inWest.do(t, inWest.put(second, ifMatch(read.etag())))
	})
	if got := readBoth(t, inEast, inWest); got.body != won.body || got.etag() == read.etag() {
		t.Errorf("replaced in both Regions: %s, want the later content %s and another ETag than %s", got, won, read)
	}

	whileCut(t, cloud, func() {
		inWest.do(t, inWest.merge(`{"theme":{"text":"dark"}}`))
		sleepForTimestamp()
		inEast.do(t, inEast.delete(nil))
	})
	if got := readBoth(t, inEast, inWest); got.status != http.StatusNotFound {
		t.Errorf("deleted after a merge in the other Region: %s, want 404", got)
	}

	// A deletion stays, whatever the other Region writes before it knows of it.
	inEast.do(t, inEast.put(second, ifNoneExists))
	waitForReplication(t, cloud)
	whileCut(t, cloud, func() {
		inEast.do(t, inEast.delete(nil))
		sleepForTimestamp()
		inWest.do(t, inWest.merge(`{"theme":{"text":"dark"}}`))
		inWest.do(t, inWest.put(profileContent, ifMatch("*")))
	})
	if got := readBoth(t, inEast, inWest); got.status != http.StatusNotFound {
		t.Errorf("written after a deletion in the other Region: %s, want 404", got)
	}

	whileCut(t, cloud, func() {
		inEast.do(t, inEast.put(profileContent, ifNoneExists))
		sleepForTimestamp()
		won = inWest.do(t, inWest.put(second, ifNoneExists))
	})
	if got := readBoth(t, inEast, inWest); got.body != won.body {
		t.Errorf("created in both Regions: %s, want the later profile %s", got, won)
	}
}

// TestWithdrawnConsentStaysWithdrawn withdraws consent in one Region and makes an
// unrelated change in the other within the replication lag.
func TestWithdrawnConsentStaysWithdrawn(t *testing.T) {
	cloud, inEast, inWest := startWithProfile(t)
	const withdrawal = `{"displayName":"Ada","locale":"fr-CA","timeZone":"America/Toronto","marketingConsent":false}`
	whileCut(t, cloud, func() {
		inEast.do(t, inEast.put(withdrawal, ifMatch("*")))
		sleepForTimestamp()
		inWest.do(t, inWest.merge(`{"theme":{"text":"dark"}}`))
		inWest.do(t, inWest.put(profileContent, ifMatch("*")))
	})
	expectFields(t, "withdrawn", readBoth(t, inEast, inWest), map[string]string{
		"marketingConsent": "false", "marketingConsentAt": "", "preferences": "map[theme:map[text:dark]]",
	})
}
