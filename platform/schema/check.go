package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CheckString tells what is wrong with s, or "" when nothing is.
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
		return "must be a valid " + cmp.Or(formatWords[c.Format], c.Format)
	}
	if c.Pattern != nil && !c.Pattern.MatchString(s) {
		return "must match the pattern " + c.Pattern.String()
	}
	return ""
}

// CheckNumber tells what is wrong with n, or "" when nothing is.
func (c *Constraints) CheckNumber(n float64) string {
	switch {
	case c.Minimum != nil && n < *c.Minimum:
		return "must be at least " + strconv.FormatFloat(*c.Minimum, 'f', -1, 64)
	case c.Maximum != nil && n > *c.Maximum:
		return "must be at most " + strconv.FormatFloat(*c.Maximum, 'f', -1, 64)
	}
	return ""
}

// CheckItems tells what is wrong with an array of n elements, or "" when nothing is.
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
