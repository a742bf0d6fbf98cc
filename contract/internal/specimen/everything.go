package specimen

import _ "embed"

// Everything is a document with every kind of object of OpenAPI 3.0, inline and by
// reference. Most have an extension (x-kept) and a generator hint (x-source-*).
//
//go:embed everything.yaml
var Everything string
