// Package ecma compares the regular expressions of Go (RE2) with ECMA-262, which
// OpenAPI 3.0.3 and API Gateway use.
package ecma

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Check returns an error if a pattern is not valid in both dialects, or does not match
// the same strings in both. Patterns on ASCII with the plain operators do. The
// following do not:
//
//   - operators for any character or all but some: without the flag u, ECMA-262
//     counts UTF-16 units, and its dot excludes more line ends;
//   - \s, which matches more spaces in ECMA-262;
//   - flags, named groups, Unicode and POSIX classes, \A, \z, \Q and the like;
//   - escapes of characters that have no meaning, and { } and ] without an escape,
//     which ECMA-262 refuses with the flag u.
func Check(pattern string) error {
	if _, err := regexp.Compile(pattern); err != nil {
		return err
	}
	s := scanner{rest: pattern}
	for s.rest != "" {
		var err error
		if s.inClass {
			err = s.class()
		} else {
			err = s.plain()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var codeUnit = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// Compile compiles a pattern of a specification for Go. It converts the escapes
// \uXXXX, which only ECMA-262 has; Check refuses them in patterns of Go.
func Compile(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(codeUnit.ReplaceAllString(pattern, `\x{$1}`))
}

type scanner struct {
	rest    string
	inClass bool
	// assertion is set after ^, $ and \b, which ECMA-262 does not repeat.
	assertion bool
	first     bool // of the class
	set       bool // the previous element of the class is a class of its own, such as \d
}

// plain reads one element outside of classes.
func (s *scanner) plain() error {
	repeated := s.assertion
	s.assertion = s.rest[0] == '^' || s.rest[0] == '$' || strings.HasPrefix(s.rest, `\b`)
	switch c := s.rest[0]; {
	case repeated && strings.IndexByte("*+?{", c) >= 0:
		return s.refuse("the repetition of ^, $ or \\b")
	case c == '\\':
		return s.escape(`^$\.*+?()[]{}|/`, "bdw")
	case c >= utf8.RuneSelf:
		return s.refuse("a character that is not ASCII: ECMA-262 may count it as two")
	case c == '.':
		return s.refuse(`the dot: it excludes more line ends in ECMA-262; list the characters, as in [ -~]`)
	case strings.HasPrefix(s.rest, "(?") && !strings.HasPrefix(s.rest, "(?:"):
		return s.refuse("a flag or a named group: use ( or (?:")
	case c == '[':
		if strings.HasPrefix(s.rest, "[^") {
			return s.refuse("a class of all characters but some: ECMA-262 counts some characters as two; list those that are allowed")
		}
		s.inClass, s.first, s.set = true, true, false
	case c == '{':
		end := strings.IndexByte(s.rest, '}')
		if end < 2 || strings.Trim(s.rest[1:end], "0123456789,") != "" || s.rest[1] == ',' {
			return s.refuse(`a brace that repeats nothing: write \{`)
		}
		s.rest = s.rest[end:]
	case c == '}', c == ']':
		return s.refuse(fmt.Sprintf(`a bracket that closes nothing: write \%c`, c))
	}
	s.rest = s.rest[1:]
	return nil
}

// class reads one element of a class.
func (s *scanner) class() error {
	first, set := s.first, s.set
	s.first, s.set = false, false
	switch c := s.rest[0]; {
	case c == ']':
		if first {
			return s.refuse(`a class that begins with a bracket: write \]`)
		}
		s.inClass = false
	case c == '\\':
		s.set = len(s.rest) > 1 && strings.IndexByte("dw", s.rest[1]) >= 0
		return s.escape(`^$\.*+?()[]{}|/-`, "dw")
	case c >= utf8.RuneSelf:
		return s.refuse("a character that is not ASCII: ECMA-262 may count it as two")
	case c == '[':
		return s.refuse(`a bracket in a class: write \[, and list the characters of a class such as [:alpha:]`)
	case c == '-' && (set || len(s.rest) > 1 && s.rest[1] == '\\' && len(s.rest) > 2 && strings.IndexByte("dw", s.rest[2]) >= 0):
		return s.refuse(`a range with a class as its bound: write \-`)
	}
	s.rest = s.rest[1:]
	return nil
}

// escape reads a backslash and the characters after it: one of punctuation, one of the
// letters, a control character, or \xHH.
func (s *scanner) escape(punctuation, letters string) error {
	if len(s.rest) >= 4 && s.rest[1] == 'x' && s.rest[2] < '8' && s.rest[2] >= '0' {
		s.rest = s.rest[4:]
		return nil
	}
	if len(s.rest) < 2 || strings.IndexByte(punctuation+letters+"tnrfv", s.rest[1]) < 0 {
		return s.refuse("an escape that the dialects do not have in common")
	}
	s.rest = s.rest[2:]
	return nil
}

func (s *scanner) refuse(reason string) error {
	shown := s.rest
	if len(shown) > 10 {
		shown = shown[:10] + "..."
	}
	return fmt.Errorf("is not the same in Go and in ECMA-262, which the specification uses: at %q: %s", shown, reason)
}
