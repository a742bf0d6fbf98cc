package manifest

// OpenExtension, on a schema with oneOf, is true if responses can have more kinds in the
// future: package compat does not count another one as breaking.
const OpenExtension = "x-open-union"
