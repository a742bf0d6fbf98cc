package schema

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CheckString returns a message that says which constraint s violates, or "" if
// s satisfies all of them.
func (c *Constraints) CheckString(s string) string {
	if !isText(s) {
		return notText
	}
	if c.MinLength != nil || c.MaxLength != nil {
		n := utf8.RuneCountInString(s)
		if c.MinLength != nil && n < *c.MinLength {
			return "must have at least " + units(*c.MinLength, "character")
		}
		if c.MaxLength != nil && n > *c.MaxLength {
			return "must have at most " + units(*c.MaxLength, "character")
		}
	}
	if c.Enum != nil && !slices.Contains(c.Enum, s) {
		return "must be one of " + strings.Join(c.Enum, ", ")
	}
	if c.Format != "" && !formats[c.Format](s) {
		return "must be a valid " + DescribeFormat(c.Format)
	}
	if c.Pattern != nil && !c.Pattern.MatchString(s) {
		return "must match the pattern " + c.Pattern.String()
	}
	return ""
}

// CheckInt returns a message that says which bound n exceeds, or "".
func (c *Constraints) CheckInt(n int64) string {
	if n < 0 {
		return c.checkInt(true, -uint64(n))
	}
	return c.checkInt(false, uint64(n))
}

// CheckUint returns a message that says which bound n exceeds, or "".
func (c *Constraints) CheckUint(n uint64) string { return c.checkInt(false, n) }

func (c *Constraints) checkInt(negative bool, magnitude uint64) string {
	switch {
	case c.Minimum != nil && c.Minimum.compareInt(negative, magnitude) < 0:
		return c.belowMinimum()
	case c.Maximum != nil && c.Maximum.compareInt(negative, magnitude) > 0:
		return c.aboveMaximum()
	}
	return ""
}

// CheckFloat returns a message that says which bound n exceeds, or "".
func (c *Constraints) CheckFloat(n float64) string {
	switch {
	case c.Minimum != nil && n < c.Minimum.float:
		return c.belowMinimum()
	case c.Maximum != nil && n > c.Maximum.float:
		return c.aboveMaximum()
	}
	return ""
}

func (c *Constraints) belowMinimum() string { return "must be at least " + c.Minimum.text }
func (c *Constraints) aboveMaximum() string { return "must be at most " + c.Maximum.text }

// CheckItems returns a message that says which bound the length n of an array exceeds, or "".
func (c *Constraints) CheckItems(n int) string { return checkCount(n, c.MinItems, c.MaxItems, "item") }

// CheckProperties returns a message that says which bound the number n of an
// object's properties exceeds, or "".
func (c *Constraints) CheckProperties(n int) string {
	return checkCount(n, c.MinProperties, c.MaxProperties, "property")
}

func checkCount(n int, least, most *int, unit string) string {
	switch {
	case least != nil && n < *least:
		return "must have at least " + units(*least, unit)
	case most != nil && n > *most:
		return "must have at most " + units(*most, unit)
	}
	return ""
}

func units(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	if stem, ok := strings.CutSuffix(unit, "y"); ok {
		unit = stem + "ie"
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

// notText is the message for a string that isText does not accept.
const notText = "must be text in UTF-8 without the character U+0000"

// isText accepts the strings that every client can receive. JSON cannot contain
// invalid UTF-8 (RFC 8259, section 8.1), and U+0000 ends a string in many languages.
func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }
