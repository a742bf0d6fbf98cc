package geo

import (
	"cmp"
	"math"
	"slices"
)

// ByDistance returns all Regions, the nearest to a Region first: the Region itself, if it is
// known. Cables follow the great circle closely enough to order Regions by it.
func ByDistance(region string) []string {
	at := coordinates[region]
	others := Regions()
	slices.SortStableFunc(others, func(a, b string) int {
		return cmp.Compare(Distance(at, coordinates[a]), Distance(at, coordinates[b]))
	})
	return others
}

// Nearest returns the Region of some that is nearest to a Region: the Region itself, if it
// is one of them. It returns "" if the Regions are unknown.
func Nearest(region string, among []string) string {
	for _, r := range ByDistance(region) {
		if slices.Contains(among, r) {
			return r
		}
	}
	return ""
}

// Distance returns the great-circle distance in kilometres. It uses the haversine
// formula on a sphere, which is at most 0.6 % off.
func Distance(a, b Coordinates) float64 {
	const earthRadius = 6371.0088 // mean, km
	rad := math.Pi / 180
	sinLat := math.Sin((b.Latitude - a.Latitude) * rad / 2)
	sinLon := math.Sin((b.Longitude - a.Longitude) * rad / 2)
	h := sinLat*sinLat + math.Cos(a.Latitude*rad)*math.Cos(b.Latitude*rad)*sinLon*sinLon
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}
