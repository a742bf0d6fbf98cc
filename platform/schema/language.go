package schema

import "strings"

// isLanguageTag takes a well-formed language tag of BCP 47 (RFC 5646, section
// 2.1). It does not look subtags up in IANA's registry: that is hundreds of
// kilobytes, out of date in every binary, and an unknown language falls back to
// a known one anyway (RFC 4647). The irregular tags of old, all of them
// deprecated, are refused.
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
	rest = skip(rest, 1, isTerritory)
	rest = skip(rest, len(rest), func(t string) bool { return len(t) >= 5 || len(t) == 4 && isDigit(t[0]) }) // variants
	for len(rest) > 0 && !isPrivate(rest) {
		values := skip(rest[1:], len(rest), func(t string) bool { return len(t) >= 2 })
		if len(rest[0]) != 1 || len(values) == len(rest)-1 {
			return false // not an extension: a letter or digit with something after it
		}
		rest = values
	}
	return true
}

// isPrivate takes what is between the users of a tag: x and something after it.
func isPrivate(subtags []string) bool {
	return strings.EqualFold(subtags[0], "x") && len(subtags) > 1
}

func isTerritory(t string) bool {
	return len(t) == 2 && each(t, isLetter) || len(t) == 3 && each(t, isDigit)
}

// skip passes over the first subtags, at most n, that fit.
func skip(subtags []string, n int, fit func(string) bool) []string {
	for ; n > 0 && len(subtags) > 0 && fit(subtags[0]); n-- {
		subtags = subtags[1:]
	}
	return subtags
}

func each(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return isAlphanumeric(c) && !isDigit(c) }
