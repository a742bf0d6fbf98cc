package bench

import _ "embed"

// event is the proxy event that API Gateway sends for getMyAccount. It has some 3 KB.
//
//go:embed event.json
var event string
