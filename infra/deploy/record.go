package deploy

import (
	"context"
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
}

func regionRecord(region string) string { return "regions/" + region }

// readRegion returns the record of a Region; the zero record before its first release.
func readRegion(ctx context.Context, s *release.Store, region string) (RegionRecord, error) {
	var r RegionRecord
	_, err := s.ReadRecord(ctx, regionRecord(region), &r)
	return r, err
}
