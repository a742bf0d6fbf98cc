package schema

import (
	"fmt"
	"strings"
)

// LinePattern returns a pattern of ECMA-262 for the format line, which other
// validators do not know. It accepts everything that the format accepts. In
// addition it accepts texts that begin with a code point from U+E0000 to U+E0FFF:
// a class of ECMA-262 cannot contain it without the flag u.
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
