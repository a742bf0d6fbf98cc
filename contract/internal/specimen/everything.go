package specimen

import _ "embed"

// Everything is a document with each kind of object that OpenAPI 3.0 knows, in
// place and by reference, most with an extension (x-kept) and a hint on a Go type.
//
//go:embed everything.yaml
var Everything string
