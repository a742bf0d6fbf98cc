package frontend

import (
	"net/http"
	"strings"
)

// Check returns the refusal of a request whose headers have been read, and nil if
// the front end passes the request on.
func Check(r *http.Request) *Refusal {
	switch {
	case len(r.RequestURI) > MaxURL:
		return URLTooLong
	case headerSize(r) > MaxHeader:
		return HeaderTooLarge
	case !isWellFormed(r.URL.RawQuery):
		return Malformed
	case r.ContentLength > MaxBody:
		return BodyTooLarge
	}
	return nil
}

// headerSize returns the size of the headers as lines of HTTP/1.1, in bytes.
func headerSize(r *http.Request) int {
	const separators = len(": \r\n")
	size := len("Host") + len(r.Host) + separators
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value) + separators
		}
	}
	return size
}

// isWellFormed reports whether a query is one that API Gateway reads: each % begins
// an escape of two hexadecimal digits, and there are no braces. That API Gateway
// refuses the others with 400 was seen; the text of the response is unknown.
func isWellFormed(query string) bool {
	for i := 0; i < len(query); i++ {
		switch query[i] {
		case '{', '}':
			return false
		case '%':
			if i+2 >= len(query) || !isHex(query[i+1]) || !isHex(query[i+2]) {
				return false
			}
		}
	}
	return true
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }
