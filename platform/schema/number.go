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

// ParseFloat parses a number in the syntax of JSON (RFC 8259, section 6) to a float64.
// It reports false for other texts and for numbers out of the range of a float of 32
// or 64 bits. These include numbers that are too small to differ from 0: the value
// could not be sent back. The result is not rounded to 32 bits: the nearest float32 of
// a number can be on the other side of a bound.
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
	if bits == 32 {
		f, err = strconv.ParseFloat(text, 64)
	}
	return f, err == nil
}

// MaxFloat32 is the largest float32 as encoding/json writes it. It is a little more
// than math.MaxFloat32, which has more digits.
const MaxFloat32 = 3.4028235e38

// isAbove reports whether the magnitude of a number exceeds a limit.
func isAbove(text string, limit float64) bool {
	f, err := strconv.ParseFloat(text, 64)
	return err != nil || math.Abs(f) > limit
}

// Integer returns the canonical spelling of a number of JSON if the number is an integer
// of at most 20 digits, and any other number itself. JSON Schema counts 5.0 and 1e2
// among the integers, as do clients that have only floats. encoding/json does not.
func Integer(text string) string {
	if text != "-0" && !strings.ContainsAny(text, ".eE") {
		return text
	}
	digits, negative := strings.CutPrefix(strings.ToLower(text), "-")
	digits, exponent, _ := strings.Cut(digits, "e")
	units, fraction, _ := strings.Cut(digits, ".")
	digits = strings.TrimLeft(units+fraction, "0")
	if digits == "" {
		return "0"
	}
	shift, err := strconv.Atoi(cmp.Or(exponent, "0"))
	significant := strings.TrimRight(digits, "0")
	zeros := shift - len(fraction) + len(digits) - len(significant)
	if err != nil || zeros < 0 || len(significant)+zeros > len("18446744073709551615") {
		return text
	}
	text = significant + strings.Repeat("0", zeros)
	if negative {
		text = "-" + text
	}
	return text
}

// outOfRange returns the first number in a JSON text that a float64 cannot represent,
// or "".
func outOfRange(text []byte) string {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case c == '-' || isDigit(c):
			end := i + 1
			for end < len(text) && (isDigit(text[end]) || strings.IndexByte("+-.eE", text[end]) >= 0) {
				end++
			}
			if _, ok := ParseFloat(string(text[i:end]), 64); !ok {
				return string(text[i:min(end, i+40)])
			}
			i = end
		}
	}
	return ""
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
