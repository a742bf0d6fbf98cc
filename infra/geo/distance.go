package geo

import "math"

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
