package estimate

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/meridian-api/meridian/infra/geo"
)

//go:embed cities.json
var citiesFile []byte

// city is where clients are: a metropolitan area and its inhabitants in millions.
type city struct {
	Name                string
	Latitude, Longitude float64
	Millions            float64
}

// Place is a city and the Region that serves it.
type Place struct {
	city
	Region string
	// RoundTrip to the Region and back, in milliseconds.
	RoundTrip float64
}

// A round trip is what a mobile network adds, and light in glass both ways, on
// cables that are longer than the great circle.
const (
	accessMilliseconds = 12
	cableDetour        = 1.6
	kilometresPerMilli = 200
)

func places(regions []string) ([]Place, error) {
	var cities []city
	if err := json.Unmarshal(citiesFile, &cities); err != nil {
		return nil, fmt.Errorf("cities.json: %w", err)
	}
	var list []Place
	for _, c := range cities {
		best := Place{city: c}
		for _, r := range regions {
			at, ok := geo.Locate(r)
			if !ok {
				return nil, fmt.Errorf("the place of %s is not known", r)
			}
			km := geo.Distance(geo.Coordinates{Latitude: c.Latitude, Longitude: c.Longitude}, at)
			rtt := accessMilliseconds + 2*km*cableDetour/kilometresPerMilli
			if best.Region == "" || rtt < best.RoundTrip {
				best.Region, best.RoundTrip = r, rtt
			}
		}
		list = append(list, best)
	}
	return list, nil
}

// sharesOf are the parts of all inhabitants that each Region serves.
func sharesOf(list []Place) map[string]float64 {
	shares, all := map[string]float64{}, 0.0
	for _, p := range list {
		shares[p.Region] += p.Millions
		all += p.Millions
	}
	for r := range shares {
		shares[r] /= all
	}
	return shares
}
