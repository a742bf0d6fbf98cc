// Package jsonscan walks JSON in place: it visits the members that the caller
// asks for and skips the rest without building it. encoding/json has to decode
// a whole proxy event of some 2 KB into maps; an operation needs a few of its
// strings.
//
// A Scanner checks the syntax of what it walks over, no more than that: skipped
// values are only bracketed, not verified. It never panics, and what it
// reads twice it reads the same.
package jsonscan

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrSyntax is wrapped by every error of a Scanner.
var ErrSyntax = errors.New("invalid JSON")

// Scanner reads one JSON text from the front. The zero value is not usable: see New.
// After the first error all further calls do nothing; see Err.
type Scanner struct {
	data []byte
	pos  int
	err  error
}

// New starts at the front of data, which must not change while the Scanner is in use.
func New(data []byte) Scanner { return Scanner{data: data} }

// Err is the first error, or nil.
func (s *Scanner) Err() error { return s.err }

// Pos is the offset in bytes of what is read next.
func (s *Scanner) Pos() int { return s.pos }

// Raw is the text from offset start up to Pos.
func (s *Scanner) Raw(start int) []byte { return s.data[start:s.pos] }

func (s *Scanner) fail(what string) {
	if s.err == nil {
		s.err = fmt.Errorf("%w: %s at byte %d", ErrSyntax, what, s.pos)
	}
}

// Peek is the first byte of the next value, or 0 at the end or after an error:
// '{', '[', '"', 't', 'f', 'n', '-' or a digit tell its kind.
func (s *Scanner) Peek() byte {
	if s.err != nil {
		return 0
	}
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// Null reads the next value if it is null, and reports whether it was.
func (s *Scanner) Null() bool {
	return s.Peek() == 'n' && s.word("null")
}

// Bool reads true or false.
func (s *Scanner) Bool() bool {
	switch s.Peek() {
	case 't':
		return s.word("true")
	case 'f':
		s.word("false")
	default:
		s.fail("expected a boolean")
	}
	return false
}

func (s *Scanner) word(w string) bool {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(w)) {
		s.fail("unknown word")
		return false
	}
	s.pos += len(w)
	return true
}

// Open reads the brace or bracket c ('{' or '[') that starts a value.
func (s *Scanner) Open(c byte) bool {
	if s.Peek() != c {
		s.fail("expected '" + string(rune(c)) + "'")
		return false
	}
	s.pos++
	return true
}

// Key moves to the next member of an object and gives its name; first is true
// on the first call after Open('{'). It reports false at the object's end,
// which it reads, and on an error. The value follows and must be read or skipped.
func (s *Scanner) Key(first bool) (name []byte, ok bool) {
	if !s.next('}', first) {
		return nil, false
	}
	name = s.String()
	if s.Peek() != ':' {
		s.fail("expected ':'")
		return nil, false
	}
	s.pos++
	return name, s.err == nil
}

// Element is Key for arrays.
func (s *Scanner) Element(first bool) bool { return s.next(']', first) }

func (s *Scanner) next(closing byte, first bool) bool {
	switch c := s.Peek(); {
	case c == closing:
		s.pos++
		return false
	case first:
		return s.err == nil
	case c == ',':
		s.pos++
		if s.Peek() == closing {
			s.fail("nothing after ','")
		}
		return s.err == nil
	}
	s.fail("expected ',' or '" + string(rune(closing)) + "'")
	return false
}

// String reads a string. The result is a part of the input when the string has
// no escapes; it must not be changed.
func (s *Scanner) String() []byte {
	if s.Peek() != '"' {
		s.fail("expected a string")
		return nil
	}
	s.pos++
	start := s.pos
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return s.data[start : s.pos-1]
		case c == '\\':
			return s.unescape(start)
		case c < ' ':
			s.fail("control character in a string")
			return nil
		}
		s.pos++
	}
	s.fail("unfinished string")
	return nil
}

// unescape goes on with a string that began at start and has its first escape at pos.
func (s *Scanner) unescape(start int) []byte {
	out := append(make([]byte, 0, len(s.data)-start), s.data[start:s.pos]...)
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		s.pos++
		switch {
		case c == '"':
			return out
		case c < ' ':
			s.pos--
			s.fail("control character in a string")
			return nil
		case c != '\\':
			out = append(out, c)
			continue
		}
		if s.pos == len(s.data) {
			break
		}
		e := s.data[s.pos]
		s.pos++
		switch e {
		case '"', '\\', '/':
			out = append(out, e)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			out = utf8.AppendRune(out, s.codePoint())
		default:
			s.fail("unknown escape in a string")
		}
		if s.err != nil {
			return nil
		}
	}
	s.fail("unfinished string")
	return nil
}

// codePoint reads the hexadecimal digits after \u, and a surrogate's other half;
// a half alone becomes U+FFFD, as in encoding/json.
func (s *Scanner) codePoint() rune {
	r := s.hex4()
	if !utf16.IsSurrogate(r) {
		return r
	}
	if bytes.HasPrefix(s.data[s.pos:], []byte(`\u`)) {
		back := s.pos
		s.pos += 2
		if both := utf16.DecodeRune(r, s.hex4()); both != utf8.RuneError {
			return both
		}
		s.pos = back
	}
	return utf8.RuneError
}

func (s *Scanner) hex4() rune {
	if len(s.data)-s.pos < 4 {
		s.fail("unfinished escape in a string")
		return utf8.RuneError
	}
	var r rune
	for _, c := range s.data[s.pos : s.pos+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			s.fail("bad hexadecimal digit in a string")
			return utf8.RuneError
		}
		r = r<<4 | rune(c)
	}
	s.pos += 4
	return r
}

// Number reads a number and gives its text.
func (s *Scanner) Number() []byte {
	if c := s.Peek(); c != '-' && (c < '0' || c > '9') {
		s.fail("expected a number")
		return nil
	}
	start := s.pos
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
			s.pos++
			continue
		}
		break
	}
	return s.data[start:s.pos]
}

// Skip passes over the next value, of whatever kind and depth, without recursion.
func (s *Scanner) Skip() {
	depth := 0
	for {
		switch c := s.Peek(); c {
		case '"':
			s.skipString()
		case '{', '[':
			s.pos++
			depth++
		case '}', ']':
			if depth == 0 {
				s.fail("expected a value")
				return
			}
			s.pos++
			depth--
		case ',', ':':
			if depth == 0 {
				s.fail("expected a value")
				return
			}
			s.pos++
			continue
		case 't':
			s.word("true")
		case 'f':
			s.word("false")
		case 'n':
			s.word("null")
		case 0:
			s.fail("unexpected end")
		default:
			s.Number()
		}
		if depth == 0 || s.err != nil {
			return
		}
	}
}

func (s *Scanner) skipString() {
	for s.pos++; s.pos < len(s.data); s.pos++ {
		switch s.data[s.pos] {
		case '\\':
			s.pos++
		case '"':
			s.pos++
			return
		}
	}
	s.pos = min(s.pos, len(s.data))
	s.fail("unfinished string")
}
