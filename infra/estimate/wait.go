package estimate

import (
	"maps"
	"slices"
)

// Waits is how long the clients in each city wait if some Regions serve.
type Waits struct {
	Regions []string
	// Cities have the waits in the order of Estimate.Cities.
	Cities []Wait
	// Mean is the mean of all cities by population.
	Mean Wait
}

// Wait is how long a client waits for a response, in milliseconds: the first one of a
// connection, and the tenth one.
type Wait struct{ First, Tenth float64 }

// trips is the number of round trips of a connection's first request: to the resolver of
// the carrier, which has the record in its cache, for TCP, for TLS 1.3, and the request
// itself. The resolver is in the mobile network.
const trips = 3

// wait returns a client's waits with a round trip in milliseconds.
func (e *Estimate) wait(roundTrip float64) Wait {
	server := e.assumed.GatewayMilliseconds + e.assumed.DurationMilliseconds
	return Wait{First: e.assumed.AccessMilliseconds + trips*roundTrip + server, Tenth: roundTrip + server}
}

// waits returns the waits if the Regions serve.
func (e *Estimate) waits(cities []City, regions []string) Waits {
	w := Waits{Regions: regions}
	var millions float64
	for _, c := range nearest(cities, regions, e.assumed.AccessMilliseconds) {
		one := e.wait(c.RoundTrip)
		w.Cities = append(w.Cities, one)
		w.Mean.First += c.Millions * one.First
		w.Mean.Tenth += c.Millions * one.Tenth
		millions += c.Millions
	}
	w.Mean.First /= millions
	w.Mean.Tenth /= millions
	return w
}

// compare returns the waits with one, two and three Regions: the environment's in their
// order, and then each Region with prices that shortens the mean wait most.
func (e *Estimate) compare(cities []City) []Waits {
	var all []Waits
	for n := 1; n <= 3; n++ {
		if n <= len(e.Environment.Regions) {
			all = append(all, e.waits(cities, e.Environment.Regions[:n]))
			continue
		}
		before := all[n-2].Regions
		var best Waits
		for _, r := range slices.Sorted(maps.Keys(e.prices)) {
			if slices.Contains(before, r) {
				continue
			}
			if w := e.waits(cities, append(slices.Clone(before), r)); best.Regions == nil || w.Mean.Tenth < best.Mean.Tenth {
				best = w
			}
		}
		all = append(all, best)
	}
	return all
}
