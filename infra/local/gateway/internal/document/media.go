package document

import "strings"

const (
	// JSONType is the media type of bodies without a Content-Type.
	JSONType = "application/json"
	anyType  = "*/*"
)

// MediaType returns the type of a Content-Type without its parameters, in lower
// case. It is JSONType if the Content-Type is empty.
func MediaType(contentType string) string {
	name, _, _ := strings.Cut(contentType, ";")
	if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
		return JSONType
	}
	return name
}

// BinaryTypes are the media types that a document declares as binary, in lower case.
type BinaryTypes map[string]bool

// Match reports whether bodies of the type, as MediaType returns it, are binary.
func (b BinaryTypes) Match(name string) bool { return b[anyType] || b[name] }
