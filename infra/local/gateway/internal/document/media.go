package document

import (
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
)

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

// Match reports whether bodies of the type, as MediaType returns it, are binary. A
// declared type may have a wildcard on the right, which matches itself, too. One on the
// left matches nothing: both are recorded in ../../testdata/recorded/binary.
func (b BinaryTypes) Match(name string) bool {
	if b[anyType] {
		return true
	}
	kind, subtype, ok := strings.Cut(name, "/")
	if b[name] {
		return kind != "*"
	}
	return ok && subtype != "" && b[kind+"/*"]
}

// binaryTypes loads the media types whose bodies functions receive in base64.
func (l *loader) binaryTypes() BinaryTypes {
	value := l.doc.BinaryMediaTypes
	if value == nil {
		return nil
	}
	var names []string
	l.decode(pointer("").child(apigateway.BinaryMediaTypesExtension), value, &names)
	types := make(BinaryTypes, len(names))
	for _, name := range names {
		types[strings.ToLower(name)] = true
	}
	return types
}

// compressFrom loads the size from which responses are compressed.
func (l *loader) compressFrom() int {
	value := l.doc.MinimumSize
	if null(value) {
		return -1
	}
	size := 0
	l.decode(pointer("").child(apigateway.MinimumCompressionSizeExtension), value, &size)
	return size
}
