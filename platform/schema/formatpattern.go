package schema

import (
	"cmp"
	"fmt"
	"strings"
)

// emailPattern accepts the addresses of the format email, which is narrower than the
// mailboxes of RFC 5321 that other validators accept. The pattern bounds the length of a
// label only: others would need a lookahead, which RE2 does not have.
const emailPattern = `^[!#-'*+/-9=?A-Z^-~-]+(\.[!#-'*+/-9=?A-Z^-~-]+)*` +
	`@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`

// languagePattern accepts the tags of the format bcp47: the grammar of RFC 5646, section
// 2.1, without the irregular tags.
const languagePattern = `^([A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?` +
	`(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[0-9A-WY-Za-wy-z](-[A-Za-z0-9]{2,8})+)*(-[Xx](-[A-Za-z0-9]{1,8})+)?$` +
	`|^[Xx](-[A-Za-z0-9]{1,8})+$`

// FormatPattern returns the pattern of ECMA-262 that a specification needs for a format,
// because other validators do not know the format, or accept more. It returns "" for the
// formats of JSON Schema with the same rules.
func FormatPattern(format string) string {
	switch format {
	case "bcp47":
		return languagePattern
	case "email":
		return emailPattern
	case "line":
		return LinePattern()
	}
	return ""
}

// DescribeFormat returns the rules of a format as a noun phrase, such as "language tag
// (BCP 47), such as fr-CA".
func DescribeFormat(format string) string { return cmp.Or(descriptions[format], format) }

// LinePattern returns a pattern of ECMA-262 for the format line, which other
// validators do not know. It accepts everything that the format accepts. In
// addition it accepts texts that begin with an invisible code point of another plane
// than the first: a class of ECMA-262 cannot contain it without the flag u.
func LinePattern() string {
	start := class(controls, spaces, invisibles)
	inner := class(controls)
	end := class(controls, spaces)
	return "^" + start + "(" + inner + "*" + end + ")?$"
}

// class returns the class of all characters but those in the ranges.
func class(lists ...[]runeRange) string {
	var out strings.Builder
	out.WriteString("[^")
	for _, list := range lists {
		for _, r := range list {
			fmt.Fprintf(&out, `\u%04X`, r.first)
			if r.last > r.first {
				fmt.Fprintf(&out, `-\u%04X`, r.last)
			}
		}
	}
	out.WriteString("]")
	return out.String()
}
