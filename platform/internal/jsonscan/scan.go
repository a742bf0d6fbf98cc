// Package jsonscan reads JSON in place. The caller visits the members that it needs
// and skips the others without decoding them. encoding/json would decode a complete
// proxy event of some 2 KB into maps, of which an operation needs a few strings.
//
// A Scanner checks the syntax of the values that it reads. In a skipped value it
// checks only that brackets are balanced and strings and words are complete. It
// never panics.
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

// Scanner reads one JSON text from beginning to end. Use New to create one. After
// the first error, calls do nothing; see Err.
type Scanner struct {
	data []byte
	pos  int
	err  error
}

// New returns a Scanner at the beginning of data. The caller must not change data
// while it uses the Scanner.
func New(data []byte) Scanner { return Scanner{data: data} }

// Err returns the first error, or nil.
func (s *Scanner) Err() error { return s.err }

// Pos returns the offset of the next byte to read.
func (s *Scanner) Pos() int { return s.pos }

// Raw returns the text from offset start to Pos.
func (s *Scanner) Raw(start int) []byte { return s.data[start:s.pos] }

func (s *Scanner) fail(message string) {
	if s.err == nil {
		s.err = fmt.Errorf("%w: %s at byte %d", ErrSyntax, message, s.pos)
	}
}

// Peek returns the first byte of the next value, which identifies its kind: '{',
// '[', '"', 't', 'f', 'n', '-' or a digit. It returns 0 at the end of the text and
// after an error.
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

// Bool reads true or false and returns it.
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

// Open reads the brace or bracket c ('{' or '[') at the beginning of a value, and
// reports whether it was there.
func (s *Scanner) Open(c byte) bool {
	if s.Peek() != c {
		s.fail("expected '" + string(rune(c)) + "'")
		return false
	}
	s.pos++
	return true
}

// Key reads the name of the next member of an object. first must be true in the
// first call after Open('{'). If ok is true, the caller must read or skip the value
// before the next call. ok is false after the closing brace, which Key reads, and
// after an error.
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

// Element moves to the next element of an array, as Key does for objects.
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

// String reads a string and returns its value. If the string has no escapes, the
// result is a part of the input. The caller must not change the result.
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

// unescape reads the rest of a string that begins at start and whose first escape
// is at the current position.
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

// codePoint reads the hexadecimal digits after \u, and the second half of a
// surrogate pair. It returns U+FFFD for an unpaired surrogate, as encoding/json does.
func (s *Scanner) codePoint() rune {
	r := s.hex4()
	if !utf16.IsSurrogate(r) {
		return r
	}
	if bytes.HasPrefix(s.data[s.pos:], []byte(`\u`)) {
		afterFirst := s.pos
		s.pos += 2
		if pair := utf16.DecodeRune(r, s.hex4()); pair != utf8.RuneError {
			return pair
		}
		s.pos = afterFirst
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

// Number reads a number and returns its text. It does not check the order of the
// digits, signs, point and exponent.
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

// Skip skips the next value, of any kind and depth. It does not recurse.
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
