package schema

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// formats maps names to checks. The checks are written by hand because a regular
// expression would be compiled in every cold start.
var formats = map[string]func(string) bool{
	"uuid":      isUUID,
	"email":     isEmail,
	"date":      func(s string) bool { return isTime(time.DateOnly, s) },
	"date-time": isDateTime,
	"uri":       isURI,
	"bcp47":     isLanguageTag,
	"line":      isLine,
}

// descriptions explain the formats whose names do not explain themselves.
var descriptions = map[string]string{
	"bcp47": "language tag (BCP 47), such as fr-CA",
	"line": "line: a visible character at the start, no space at the end, " +
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

// isDateTime accepts a time of RFC 3339, section 5.6, apart from leap seconds, which
// time.Time does not have. time.Parse also accepts an hour of one digit, a comma
// before the fraction, and offsets of 24 hours, and refuses t and z.
func isDateTime(s string) bool {
	s = strings.ToUpper(s)
	const seconds = len("2006-01-02T15:04:05")
	if len(s) <= seconds || s[13] != ':' || !isTime(time.RFC3339, s) {
		return false
	}
	zone := strings.TrimLeft(s[seconds:], ".0123456789")
	if s[seconds] == ',' {
		return false
	}
	return zone == "Z" || zone[1:3] < "24" && zone[4:] < "60"
}

// isLine accepts text that can be shown in one line unchanged. The text begins with
// a visible character, and does not end with a space. It contains no control
// characters, no line ends, no replacement characters for invalid UTF-8, and no
// characters that change the direction of the text after them (Unicode TR36,
// section 2.6). LinePattern is the same rule in the specification.
func isLine(s string) bool {
	first := true
	last := ' '
	for _, r := range s {
		if isControl(r) || first && isInvisible(r) {
			return false
		}
		first, last = false, r
	}
	return !isSpace(last)
}

// Canonical returns the canonical spelling of s, whose format must be valid. Two
// spellings of the same UUID, language tag or time are then equal strings. The
// canonical spelling has the length of s.
//
//   - uuid: lower case (RFC 9562, section 4)
//   - date-time: T and Z in upper case (RFC 3339, section 5.6)
//   - bcp47: the case of each subtag by its kind (RFC 5646, section 2.1.1)
func Canonical(format, s string) string {
	switch format {
	case "uuid":
		return strings.ToLower(s)
	case "date-time":
		return strings.ToUpper(s)
	case "bcp47":
		return canonicalLanguage(s)
	}
	return s
}
