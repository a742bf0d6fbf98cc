package schema

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// lossy returns the offset of the first character in a valid JSON text that the
// decoded value would not have or could not pass on, or -1: a byte that is not
// UTF-8, the escape of half a surrogate pair, and the escape of U+0000.
// encoding/json replaces the former two by U+FFFD without an error.
func lossy(data []byte) int {
	if !utf8.Valid(data) {
		for i := 0; i < len(data); {
			r, size := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && size == 1 {
				return i
			}
			i += size
		}
	}
	for i := 0; ; {
		next := bytes.IndexByte(data[i:], '\\')
		if next < 0 {
			return -1
		}
		i += next
		if data[i+1] != 'u' {
			i += len(`\n`)
			continue
		}
		switch r := escaped(data[i:]); {
		case r == 0:
			return i
		case utf16.IsSurrogate(r):
			if utf16.DecodeRune(r, escaped(data[i+len(`\u0000`):])) == utf8.RuneError {
				return i
			}
			i += len(`\u0000`)
		}
		i += len(`\u0000`)
	}
}

// escaped returns the UTF-16 unit of an escape \uXXXX at the beginning of data, or
// U+FFFD if data begins with something else.
func escaped(data []byte) rune {
	if !bytes.HasPrefix(data, []byte(`\u`)) {
		return utf8.RuneError
	}
	var r rune
	for _, c := range data[2:6] {
		switch {
		case isDigit(c):
			c -= '0'
		default:
			c = c | 0x20 - 'a' + 10
		}
		r = r<<4 | rune(c)
	}
	return r
}
