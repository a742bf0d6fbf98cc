package deployable

import (
	"strings"
	"unicode/utf8"
)

// portable reports whether a pattern matches the same strings in ECMA 262, which
// API Gateway uses, as in Go, which the function uses. Patterns on ASCII with the
// plain operators do. The following do not:
//
//   - operators for any character or all but some: ECMA 262 counts UTF-16 units,
//     and its dot excludes more line ends;
//   - \s, which matches more spaces in ECMA 262;
//   - flags, named groups, Unicode and POSIX classes, \A, \z, \Q and the like.
func portable(pattern string) bool {
	class := false
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i:]
		switch c := pattern[i]; {
		case c >= utf8.RuneSelf:
			return false
		case c == '\\':
			if i++; i == len(pattern) || strings.IndexByte(`AzQECapPsSDWB0123456789`, pattern[i]) >= 0 || strings.HasPrefix(rest, `\x{`) {
				return false
			}
		case class:
			if strings.HasPrefix(rest, "[:") {
				return false
			}
			class = c != ']'
		case c == '[':
			if strings.HasPrefix(rest, "[^") || strings.HasPrefix(rest, "[]") {
				return false
			}
			class = true
		case c == '.', c == '(' && strings.HasPrefix(rest, "(?") && !strings.HasPrefix(rest, "(?:"), strings.HasPrefix(rest, "{,"):
			return false
		}
	}
	return true
}
