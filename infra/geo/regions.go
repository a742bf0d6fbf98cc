// Package geo has the AWS Regions and their coordinates. The edge routes by these
// coordinates, and the estimate computes round trips from them.
package geo

import (
	"maps"
	"slices"
)

// Coordinates are a point on Earth in decimal degrees: north and east are positive.
type Coordinates struct {
	Latitude  float64 // -90 to 90
	Longitude float64 // -180 to 180
}

// coordinates has the commercial Regions (the SDK's partition "aws"). A Region is
// at its site where AWS names one, and otherwise in the centre of the city or area
// it is named after: that is exact enough for Regions hundreds of kilometres apart.
var coordinates = map[string]Coordinates{
	// North America
	"us-east-1":    {39.0438, -77.4874},  // Ashburn, Virginia
	"us-east-2":    {39.9612, -82.9988},  // Columbus, Ohio
	"us-west-1":    {37.3382, -121.8863}, // San Jose, California
	"us-west-2":    {45.8399, -119.7006}, // Boardman, Oregon
	"ca-central-1": {45.5019, -73.5674},  // Montreal
	"ca-west-1":    {51.0447, -114.0719}, // Calgary
	"mx-central-1": {20.5888, -100.3899}, // Querétaro

	// South America
	"sa-east-1": {-23.5505, -46.6333}, // São Paulo
	"sa-west-1": {-33.4489, -70.6693}, // Santiago

	// Europe
	"eu-central-1": {50.1109, 8.6821},  // Frankfurt
	"eu-central-2": {47.3769, 8.5417},  // Zurich
	"eu-north-1":   {59.3293, 18.0686}, // Stockholm
	"eu-south-1":   {45.4642, 9.1900},  // Milan
	"eu-south-2":   {41.6488, -0.8891}, // Zaragoza
	"eu-west-1":    {53.3498, -6.2603}, // Dublin
	"eu-west-2":    {51.5074, -0.1278}, // London
	"eu-west-3":    {48.8566, 2.3522},  // Paris

	// Middle East and Africa
	"af-south-1":   {-33.9249, 18.4241}, // Cape Town
	"il-central-1": {32.0853, 34.7818},  // Tel Aviv
	"me-central-1": {25.2048, 55.2708},  // Dubai
	"me-south-1":   {26.2285, 50.5860},  // Manama, Bahrain
	"me-west-1":    {24.7136, 46.6753},  // Riyadh

	// Asia and the Pacific
	"ap-east-1":      {22.3193, 114.1694},  // Hong Kong
	"ap-east-2":      {25.0330, 121.5654},  // Taipei
	"ap-northeast-1": {35.6762, 139.6503},  // Tokyo
	"ap-northeast-2": {37.5665, 126.9780},  // Seoul
	"ap-northeast-3": {34.6937, 135.5023},  // Osaka
	"ap-south-1":     {19.0760, 72.8777},   // Mumbai
	"ap-south-2":     {17.3850, 78.4867},   // Hyderabad
	"ap-southeast-1": {1.3521, 103.8198},   // Singapore
	"ap-southeast-2": {-33.8688, 151.2093}, // Sydney
	"ap-southeast-3": {-6.2088, 106.8456},  // Jakarta
	"ap-southeast-4": {-37.8136, 144.9631}, // Melbourne
	"ap-southeast-5": {3.1390, 101.6869},   // Kuala Lumpur
	"ap-southeast-6": {-36.8509, 174.7645}, // Auckland
	"ap-southeast-7": {13.7563, 100.5018},  // Bangkok
}

// Regions returns the Regions that Locate knows, in alphabetical order.
func Regions() []string { return slices.Sorted(maps.Keys(coordinates)) }

// Locate returns the coordinates of a Region. ok is false if the Region is unknown.
func Locate(region string) (at Coordinates, ok bool) {
	at, ok = coordinates[region]
	return at, ok
}
