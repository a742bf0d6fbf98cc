package gateway

import "strings"

const (
	jsonType = "application/json"
	anyType  = "*/*"
)

// mediaType is the type of a Content-Type without its parameters, in lower case;
// none counts as JSON.
func mediaType(contentType string) string {
	name, _, _ := strings.Cut(contentType, ";")
	if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
		return jsonType
	}
	return name
}

// binaryTypes are the media types that x-amazon-apigateway-binary-media-types lists.
type binaryTypes map[string]bool

func (b binaryTypes) match(name string) bool { return b[anyType] || b[name] }

// accepted decides whether a function's base64 is decoded for the client: by
// the first entry of Accept alone.
func (b binaryTypes) accepted(accept string) bool {
	if len(b) == 0 {
		return false
	}
	first, _, _ := strings.Cut(accept, ",")
	return b.match(mediaType(first))
}
