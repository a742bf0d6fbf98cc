package estimate

import (
	_ "embed"
	"encoding/json"
	"fmt"

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
	// Region is the nearest one, and RoundTrip the time to it and back in milliseconds.
	Region    string  `json:"-"`
	RoundTrip float64 `json:"-"`
}

// A round trip is the delay of a mobile network, and the time of light in glass both
// ways, on cables that are longer than the great circle.
const (
	accessMilliseconds = 12
	cableDetour        = 1.6
	kilometresPerMilli = 200
)

// readCities parses cities.json and finds the Region of each city.
func readCities(regions []string) ([]City, error) {
	var cities []City
	if err := json.Unmarshal(citiesFile, &cities); err != nil {
		return nil, fmt.Errorf("cities.json: %w", err)
	}
	for i := range cities {
		if err := cities[i].findRegion(regions); err != nil {
			return nil, err
		}
	}
	return cities, nil
}

// findRegion sets the city's nearest Region and its round trip.
func (c *City) findRegion(regions []string) error {
	for _, r := range regions {
		at, ok := geo.Locate(r)
		if !ok {
			return fmt.Errorf("the location of the Region %s is unknown: add it to infra/geo", r)
		}
		km := geo.Distance(geo.Coordinates{Latitude: c.Latitude, Longitude: c.Longitude}, at)
		rtt := accessMilliseconds + 2*km*cableDetour/kilometresPerMilli
		if c.Region == "" || rtt < c.RoundTrip {
			c.Region, c.RoundTrip = r, rtt
		}
	}
	return nil
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
