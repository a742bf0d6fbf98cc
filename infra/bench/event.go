package bench

import _ "embed"

// event is a proxy event as API Gateway sends it for getMyAccount, of about 3 KB.
//
//go:embed event.json
var event string
