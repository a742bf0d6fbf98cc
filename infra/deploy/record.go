package deploy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/meridian-api/meridian/infra/release"
)

// RegionRecord is what a Region runs, as recorded next to the environment's
// states. It is written when a release has passed its checks there.
type RegionRecord struct {
	// Release is the identifier of the release that serves.
	Release string `json:"release,omitempty"`
	// Previous is the release that served before, to which the Region goes back.
	Previous string `json:"previous,omitempty"`
	// Time is when Release passed its checks.
	Time time.Time `json:"time,omitzero"`
	// Pending is a release whose roll-out began and has not passed its checks.
	Pending string `json:"pending,omitempty"`
	// Drained keeps the Region out of DNS until it is undrained, whatever is
	// deployed meanwhile.
	Drained bool `json:"drained,omitempty"`
	// Markers are the latest releases of each context in the Region, the newest first.
	// Dashboards show a line for each (infra/terraform).
	Markers map[string][]Marker `json:"markers,omitempty"`
}

// Marker is a release of a context that was rolled out in a Region.
type Marker struct {
	// Version is the context's version, and Commit the git commit that was built, in full.
	Version string `json:"version"`
	Commit  string `json:"commit"`
	// Time is when the roll-out began to change the Region, in whole seconds of UTC.
	Time time.Time `json:"time"`
	// Digest is the SHA-256 of the context's manifest and packages: a release that has the
	// same ones changes nothing of the context.
	Digest string `json:"digest"`
}

// marked returns the markers with one for each context that a release changes. A context
// that the release does not have has no markers.
func marked(markers map[string][]Marker, r *release.Release, now time.Time) map[string][]Marker {
	const kept = 5
	next := map[string][]Marker{}
	for name := range r.Manifests {
		list, m := markers[name], markerOf(r, name, now)
		if len(list) == 0 || list[0].Digest != m.Digest {
			list = slices.Insert(slices.Clone(list), 0, m)
		}
		next[name] = list[:min(len(list), kept)]
	}
	return next
}

// markerOf returns the marker of a context's release.
func markerOf(r *release.Release, context string, now time.Time) Marker {
	m := Marker{Version: r.Modules[context], Commit: r.Commit, Time: now.UTC().Truncate(time.Second)}
	if origin, ok := r.Origins[context]; ok {
		m.Commit = origin.Commit
	}
	digest := sha256.New()
	fmt.Fprintln(digest, r.Manifests[context].SHA256)
	for _, function := range slices.Sorted(maps.Keys(r.Functions[context])) {
		fmt.Fprintln(digest, function, r.Functions[context][function].SHA256)
	}
	m.Digest = hex.EncodeToString(digest.Sum(nil))
	return m
}

func regionRecord(region string) string { return "regions/" + region }

// readRegion returns the record of a Region; the zero record before its first release.
func readRegion(ctx context.Context, s *release.Store, region string) (RegionRecord, error) {
	var r RegionRecord
	_, err := s.ReadRecord(ctx, regionRecord(region), &r)
	return r, err
}
