package schema

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

// formats maps names to checks. The checks are written by hand because a regular
// expression would be compiled in every cold start.
var formats = map[string]func(string) bool{
	"uuid":      isUUID,
	"email":     isEmail,
	"date":      func(s string) bool { return isTime(time.DateOnly, s) },
	"date-time": func(s string) bool { return isTime(time.RFC3339, s) },
	"uri":       isURI,
	"bcp47":     isLanguageTag,
	"line":      isLine,
}

// descriptions explain the formats whose names do not explain themselves.
var descriptions = map[string]string{
	"bcp47": "language tag (BCP 47), such as fr-CA",
	"line": "line: at least one visible character, no space at the start or end, " +
		"no control characters and no characters that change the direction of the text",
}

// Formats returns the values that the tag format can have, sorted.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// CheckFormat reports whether s has the named format. It reports false for an
// unknown format.
func CheckFormat(name, s string) bool {
	check, ok := formats[name]
	return ok && check(s)
}

// isUUID accepts the text form of RFC 9562, in upper or lower case.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !isHex(c) {
				return false
			}
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isEmail accepts the addresses that can be delivered in practice: a local part
// and a domain, with the lengths of RFC 5321, section 4.5.3.1, and without quoted
// strings and comments.
func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || len(local) > 64 || len(s) > 254 || !strings.Contains(domain, ".") {
		return false
	}
	for i := range len(local) {
		if c := local[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>[]:;@\,"`, c) >= 0 {
			return false
		}
	}
	if local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !isAlphanumeric(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isTime(layout, s string) bool {
	_, err := time.Parse(layout, s)
	return err == nil
}

// isURI accepts an absolute URI of RFC 3986: a scheme, a colon, and characters
// that the RFC allows.
func isURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || rest == "" || !isAlphanumeric(scheme[0]) || scheme[0] <= '9' {
		return false
	}
	for i := range len(scheme) {
		if c := scheme[i]; !isAlphanumeric(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		if c == '%' {
			if i+2 >= len(rest) || !isHex(rest[i+1]) || !isHex(rest[i+2]) {
				return false
			}
			i += 2
			continue
		}
		if !isAlphanumeric(c) && strings.IndexByte("-._~:/?#[]@!$&'()*+,;=", c) < 0 {
			return false
		}
	}
	return true
}

// isLine accepts text that can be shown in one line unchanged. The text contains
// a visible character. It does not begin or end with a space, and contains no
// control characters, no line ends, no replacement characters for invalid UTF-8,
// and no characters that change the direction of the text after them (Unicode
// TR36, section 2.6).
func isLine(s string) bool {
	if strings.TrimSpace(s) != s {
		return false
	}
	visible := false
	for _, r := range s {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return false
		}
		visible = visible || unicode.IsGraphic(r)
	}
	return visible
}
