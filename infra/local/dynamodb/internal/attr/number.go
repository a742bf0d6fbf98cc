package attr

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Range of a DynamoDB number: 38 significant digits, 1E-130 to 9.99…E+125. Source:
// "Supported data types and naming rules in Amazon DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// decimal is 0.digits × 10^exponent. The digits have neither leading nor trailing
// zeros, and are empty for zero. Numbers are never converted to binary floating
// point: 0.1 + 0.2 is 0.3, and a 20-digit identifier survives an update.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// ParseNumber parses a number and returns it in the canonical form that DynamoDB
// returns: plain notation without redundant zeros.
func ParseNumber(text string) (Value, error) {
	d, err := parseDecimal(text)
	if err != nil {
		return Value{}, err
	}
	return d.value(), nil
}

// Add returns a + b, or a - b if subtract is true. Both must be of kind N. It
// returns an error if the result is outside the range of a number.
func Add(a, b Value, subtract bool) (Value, error) {
	x, y := mustDecimal(a.Text), mustDecimal(b.Text)
	if subtract && y.digits != "" {
		y.negative = !y.negative
	}
	scale := min(x.exponent-len(x.digits), y.exponent-len(y.digits))
	sum := new(big.Int).Add(x.scaled(scale), y.scaled(scale))
	result := normalize(sum.Sign() < 0, new(big.Int).Abs(sum).String(), 0)
	if result.digits != "" {
		result.exponent += scale
	}
	if err := result.check(); err != nil {
		return Value{}, err
	}
	return result.value(), nil
}

func parseDecimal(text string) (decimal, error) {
	d, ok := scanDecimal(text)
	if !ok && text == "" {
		return decimal{}, protocol.Invalidf("The parameter cannot be converted to a numeric value")
	}
	if !ok {
		return decimal{}, protocol.Invalidf("The parameter cannot be converted to a numeric value: %s", text)
	}
	return d, d.check()
}

// mustDecimal parses a number in canonical form.
func mustDecimal(canonical string) decimal {
	d, _ := scanDecimal(canonical)
	return d
}

// scanDecimal parses [sign] digits [. digits] [e [sign] digits]. There must be at
// least one digit before or after the point.
func scanDecimal(text string) (decimal, bool) {
	rest := text
	negative := false
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		negative = rest[0] == '-'
		rest = rest[1:]
	}
	integer, rest := cutDigits(rest)
	fraction := ""
	if strings.HasPrefix(rest, ".") {
		fraction, rest = cutDigits(rest[1:])
	}
	if integer+fraction == "" {
		return decimal{}, false
	}
	exponent := 0
	if rest != "" {
		if rest[0] != 'e' && rest[0] != 'E' {
			return decimal{}, false
		}
		sign, digits := 1, rest[1:]
		if digits != "" && (digits[0] == '+' || digits[0] == '-') {
			if digits[0] == '-' {
				sign = -1
			}
			digits = digits[1:]
		}
		if digits == "" || strings.Trim(digits, "0123456789") != "" {
			return decimal{}, false
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n > 1_000_000 {
			n = 1_000_000 // far outside the range, and small enough to add to
		}
		exponent = sign * n
	}
	return normalize(negative, integer+fraction, exponent-len(fraction)), true
}

// normalize returns digits × 10^scale without redundant zeros.
func normalize(negative bool, digits string, scale int) decimal {
	digits = strings.TrimLeft(digits, "0")
	exponent := len(digits) + scale
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return decimal{}
	}
	return decimal{negative: negative, digits: digits, exponent: exponent}
}

func cutDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

func (d decimal) check() error {
	switch {
	case d.digits == "":
		return nil
	case d.exponent-1 > maxExponent:
		return protocol.Invalidf("Number overflow. Attempting to store a number with magnitude larger than supported range")
	case d.exponent-1 < minExponent:
		return protocol.Invalidf("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	case len(d.digits) > maxDigits:
		return protocol.Invalidf("Attempting to store more than 38 significant digits in a Number")
	}
	return nil
}

// scaled returns the number as a multiple of 10^scale, which must divide the
// number.
func (d decimal) scaled(scale int) *big.Int {
	if d.digits == "" {
		return new(big.Int)
	}
	n, _ := new(big.Int).SetString(d.digits+strings.Repeat("0", d.exponent-len(d.digits)-scale), 10)
	if d.negative {
		n.Neg(n)
	}
	return n
}

func (d decimal) value() Value { return Value{Kind: N, Text: d.String()} }

func (d decimal) String() string {
	var plain string
	switch {
	case d.digits == "":
		return "0"
	case d.exponent <= 0:
		plain = "0." + strings.Repeat("0", -d.exponent) + d.digits
	case d.exponent >= len(d.digits):
		plain = d.digits + strings.Repeat("0", d.exponent-len(d.digits))
	default:
		plain = d.digits[:d.exponent] + "." + d.digits[d.exponent:]
	}
	if d.negative {
		return "-" + plain
	}
	return plain
}

func (d decimal) compare(other decimal) int { return strings.Compare(d.orderKey(), other.orderKey()) }

// orderKey returns a byte string that sorts like the number. The magnitude of a
// negative number is complemented, and followed by a byte greater than any digit,
// so the longer of two magnitudes with a common prefix sorts first.
func (d decimal) orderKey() string {
	const below, zero, above = "\x01", "\x02", "\x03"
	if d.digits == "" {
		return zero
	}
	biased := d.exponent - minExponent // 1 to 256 for every number in range
	key := []byte{byte(biased >> 8), byte(biased)}
	key = append(key, d.digits...)
	if !d.negative {
		return above + string(key)
	}
	for i := range key {
		key[i] = ^key[i]
	}
	return below + string(key) + "\xff"
}

// Count returns a non-negative integer as a value.
func Count(n int) Value { return Value{Kind: N, Text: strconv.Itoa(n)} }
