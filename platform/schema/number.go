package schema

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// Number is a bound of a number. It is exact for all integers of 64 bits, of which
// float64 has only some above 2^53.
type Number struct {
	text  string
	float float64
	// integer is set if the text is an integer of at most 64 bits, with the sign
	// negative and the magnitude.
	integer, negative bool
	magnitude         uint64
}

// ParseNumber parses a number in the syntax of JSON. It reports false for other
// texts, such as NaN, and for numbers beyond the range of float64.
func ParseNumber(text string) (Number, bool) {
	n := Number{text: text}
	var ok bool
	if n.float, ok = ParseFloat(text, 64); !ok {
		return n, false
	}
	digits, negative := strings.CutPrefix(text, "-")
	if u, err := strconv.ParseUint(digits, 10, 64); err == nil {
		n.integer, n.negative, n.magnitude = true, negative && u > 0, u
	}
	return n, true
}

// String returns the number as it was written.
func (n Number) String() string { return n.text }

// Float64 returns the float64 that is nearest to the number.
func (n Number) Float64() float64 { return n.float }

// IsInteger reports whether the number is written as an integer of at most 64 bits.
func (n Number) IsInteger() bool { return n.integer }

// Int64 returns the number if it is an int64.
func (n Number) Int64() (int64, bool) {
	i, err := strconv.ParseInt(n.text, 10, 64)
	return i, err == nil
}

// Uint64 returns the number if it is an uint64.
func (n Number) Uint64() (uint64, bool) { return n.magnitude, n.integer && !n.negative }

// Compare returns -1, 0 or 1 if n is less than, equal to or greater than m.
func (n Number) Compare(m Number) int {
	if n.integer {
		return m.compareInt(n.negative, n.magnitude)
	}
	return cmp.Compare(n.float, m.float)
}

// compareInt compares an integer with the number: it returns -1, 0 or 1 if the
// integer is less, equal or greater.
func (n Number) compareInt(negative bool, magnitude uint64) int {
	switch {
	case !n.integer:
		f := float64(magnitude)
		if negative {
			f = -f
		}
		return cmp.Compare(f, n.float)
	case negative != n.negative:
		if negative {
			return -1
		}
		return 1
	case negative:
		return cmp.Compare(n.magnitude, magnitude)
	}
	return cmp.Compare(magnitude, n.magnitude)
}

// ParseFloat parses a number in the syntax of JSON (RFC 8259, section 6) to a float
// of 32 or 64 bits. It reports false for other texts and for numbers out of range.
// These include numbers that are too small to differ from 0: the value could not
// be sent back.
func ParseFloat(text string, bits int) (float64, bool) {
	if !isNumber(text) {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, bits)
	if err != nil || bits == 32 && math.Abs(f) >= math.MaxFloat32 && isAbove(text, MaxFloat32) {
		return 0, false
	}
	if f == 0 {
		mantissa, _, _ := strings.Cut(strings.ToLower(text), "e")
		return f, strings.Trim(mantissa, "-0.") == ""
	}
	return f, true
}

// MaxFloat32 is the largest float32 as encoding/json writes it. It is a little more
// than math.MaxFloat32, which has more digits.
const MaxFloat32 = 3.4028235e38

// isAbove reports whether the magnitude of a number exceeds a limit.
func isAbove(text string, limit float64) bool {
	f, err := strconv.ParseFloat(text, 64)
	return err != nil || math.Abs(f) > limit
}

// ParseInt parses an integer in the syntax of JSON, without fraction and exponent.
// It reports false for other texts and for integers of more bits.
func ParseInt(text string, bits int) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, bits)
	return n, err == nil && isNumber(text)
}

// ParseUint parses an integer of 0 or more, as ParseInt does.
func ParseUint(text string, bits int) (uint64, bool) {
	n, err := strconv.ParseUint(text, 10, bits)
	return n, err == nil && isNumber(text)
}

// isNumber reports whether a text is a number of JSON.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	length := digits(s)
	if length == 0 || length > 1 && s[0] == '0' {
		return false
	}
	s = s[length:]
	if fraction, ok := strings.CutPrefix(s, "."); ok {
		n := digits(fraction)
		if n == 0 {
			return false
		}
		s = fraction[n:]
	}
	if s == "" {
		return true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return s != "" && digits(s) == len(s)
}

// digits returns the number of digits at the beginning of s.
func digits(s string) int {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return i
		}
	}
	return len(s)
}
