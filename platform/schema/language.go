package schema

import "strings"

// isLanguageTag accepts a well-formed language tag of BCP 47 (RFC 5646, section
// 2.1). It does not look up subtags in IANA's registry. The registry is hundreds
// of kilobytes and out of date in every binary, and an unknown language falls back
// to a known one anyway (RFC 4647). It rejects the irregular tags, all of which
// are deprecated.
func isLanguageTag(s string) bool {
	subtags := strings.Split(s, "-")
	for _, t := range subtags {
		if t == "" || len(t) > 8 || !each(t, isAlphanumeric) {
			return false
		}
	}
	if isPrivate(subtags) {
		return true
	}
	language := subtags[0]
	if len(language) < 2 || !each(language, isLetter) {
		return false
	}
	rest := subtags[1:]
	if len(language) <= 3 {
		rest = skip(rest, 3, func(t string) bool { return len(t) == 3 && each(t, isLetter) }) // extended language
	}
	rest = skip(rest, 1, func(t string) bool { return len(t) == 4 && each(t, isLetter) }) // script
	rest = skip(rest, 1, isRegion)
	rest = skip(rest, len(rest), func(t string) bool { return len(t) >= 5 || len(t) == 4 && isDigit(t[0]) }) // variants
	for len(rest) > 0 && !isPrivate(rest) {
		values := skip(rest[1:], len(rest), func(t string) bool { return len(t) >= 2 })
		if len(rest[0]) != 1 || len(values) == len(rest)-1 {
			return false // not an extension, which is one letter or digit and at least one value
		}
		rest = values
	}
	return true
}

// isPrivate reports whether the subtags are for private use: x and at least one value.
func isPrivate(subtags []string) bool {
	return strings.EqualFold(subtags[0], "x") && len(subtags) > 1
}

// isRegion reports whether t is a region subtag (ISO 3166-1 or UN M.49).
func isRegion(t string) bool {
	return len(t) == 2 && each(t, isLetter) || len(t) == 3 && each(t, isDigit)
}

// skip returns the subtags without the leading ones that match, of which it
// removes at most n.
func skip(subtags []string, n int, match func(string) bool) []string {
	for ; n > 0 && len(subtags) > 0 && match(subtags[0]); n-- {
		subtags = subtags[1:]
	}
	return subtags
}

func each(s string, match func(byte) bool) bool {
	for i := range len(s) {
		if !match(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return isAlphanumeric(c) && !isDigit(c) }

// canonicalLanguage returns a valid tag in the case of RFC 5646, section 2.1.1:
// regions in upper case, scripts in title case, and everything else in lower case.
// Subtags after a singleton are in lower case.
func canonicalLanguage(tag string) string {
	subtags := strings.Split(strings.ToLower(tag), "-")
	for i, t := range subtags[1:] {
		switch {
		case len(subtags[i]) == 1:
			return strings.Join(subtags, "-") // t and the rest are an extension's values
		case len(t) == 2:
			subtags[i+1] = strings.ToUpper(t)
		case len(t) == 4 && isLetter(t[0]):
			subtags[i+1] = strings.ToUpper(t[:1]) + t[1:]
		}
	}
	return strings.Join(subtags, "-")
}
