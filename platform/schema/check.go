package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CheckString returns a message that says which constraint s violates, or "" if
// s satisfies all of them.
func (c *Constraints) CheckString(s string) string {
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
		return "must be a valid " + cmp.Or(descriptions[c.Format], c.Format)
	}
	if c.Pattern != nil && !c.Pattern.MatchString(s) {
		return "must match the pattern " + c.Pattern.String()
	}
	return ""
}

// CheckNumber returns a message that says which bound n exceeds, or "".
func (c *Constraints) CheckNumber(n float64) string {
	switch {
	case c.Minimum != nil && n < *c.Minimum:
		return "must be at least " + strconv.FormatFloat(*c.Minimum, 'f', -1, 64)
	case c.Maximum != nil && n > *c.Maximum:
		return "must be at most " + strconv.FormatFloat(*c.Maximum, 'f', -1, 64)
	}
	return ""
}

// CheckItems returns a message that says which bound the length n of an array exceeds, or "".
func (c *Constraints) CheckItems(n int) string {
	switch {
	case c.MinItems != nil && n < *c.MinItems:
		return "must have at least " + units(*c.MinItems, "item")
	case c.MaxItems != nil && n > *c.MaxItems:
		return "must have at most " + units(*c.MaxItems, "item")
	}
	return ""
}

func units(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
