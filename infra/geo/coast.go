package geo

import _ "embed"

// Coast is a coarse outline of North America: a JSON array of pairs of longitude and
// latitude.
//
//go:embed coast.json
var Coast []byte
