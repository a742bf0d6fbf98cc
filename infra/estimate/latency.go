package estimate

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/meridian-api/meridian/infra/geo"
)

//go:embed cities.json
var citiesFile []byte

// City is a metropolitan area and the Region that serves its clients.
type City struct {
	Name                string
	Latitude, Longitude float64
	// Millions of inhabitants.
	Millions float64
	// Inland is whether the city's traffic is exchanged in another city, which is not on the
	// way to the Region.
	Inland bool
	// Region is the nearest one, and RoundTrip the time to it and back in milliseconds.
	Region    string  `json:"-"`
	RoundTrip float64 `json:"-"`
}

// A round trip is the delay of the mobile network, and the time of light in glass both
// ways, on cables that are longer than the great circle.
const (
	cableDetour        = 1.6
	kilometresPerMilli = 200
	// inlandMilliseconds is the way over another city's exchange, 8 to 15 ms.
	inlandMilliseconds = 12
)

// readCities parses cities.json.
func readCities(data []byte) ([]City, error) {
	var cities []City
	if err := decode(data, &cities); err != nil {
		return nil, fmt.Errorf("cities.json: %w", err)
	}
	return cities, nil
}

// nearest returns copies of the cities with the nearest of the Regions. geo knows the
// Regions. access is the part of a round trip in the mobile network, in milliseconds.
func nearest(cities []City, regions []string, access float64) []City {
	cities = slices.Clone(cities)
	for i := range cities {
		c := &cities[i]
		fixed := access
		if c.Inland {
			fixed += inlandMilliseconds
		}
		for _, r := range regions {
			at, _ := geo.Locate(r)
			km := geo.Distance(geo.Coordinates{Latitude: c.Latitude, Longitude: c.Longitude}, at)
			rtt := fixed + 2*km*cableDetour/kilometresPerMilli
			if c.Region == "" || rtt < c.RoundTrip {
				c.Region, c.RoundTrip = r, rtt
			}
		}
	}
	return cities
}

// populationShares returns each Region's share of all inhabitants, 0 to 1.
func populationShares(cities []City) map[string]float64 {
	shares, total := map[string]float64{}, 0.0
	for _, c := range cities {
		shares[c.Region] += c.Millions
		total += c.Millions
	}
	for r := range shares {
		shares[r] /= total
	}
	return shares
}
