package schema

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

// formats are checked by hand-written code: each is a few comparisons, where a
// regular expression would be compiled in every cold start.
var formats = map[string]func(string) bool{
	"uuid":      isUUID,
	"email":     isEmail,
	"date":      func(s string) bool { return isTime(time.DateOnly, s) },
	"date-time": func(s string) bool { return isTime(time.RFC3339, s) },
	"uri":       isURI,
	"bcp47":     isLanguageTag,
	"line":      isLine,
}

// formatWords tell what a format is where its name does not.
var formatWords = map[string]string{
	"bcp47": "language tag (BCP 47), such as fr-CA",
	"line":  "line: something to see, no blank at either end, no control characters and no marks that turn the text's direction",
}

// Formats are the names that the tag format takes, sorted.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// CheckFormat reports whether s is of the format name, one of Formats.
func CheckFormat(name, s string) bool {
	check, ok := formats[name]
	return ok && check(s)
}

// isUUID takes the text form of RFC 9562 in either case.
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

// isEmail takes what can be delivered in practice: local part and domain of
// RFC 5321, section 4.5.3.1, lengths included, without quoting and comments.
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

// isURI takes an absolute URI of RFC 3986: scheme, colon, and only its characters.
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

// isLine takes what can stand in one line as it is: something that can be seen,
// no controls, no line ends, no blank at either end, nothing that was no
// Unicode, and none of the marks that turn the direction of whatever text comes
// after (Unicode TR36, section 2.6).
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
