package profiles

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/platform/problem"
)

// The bounds of preferences. DynamoDB holds a profile in one item and a merge
// in one expression of at most 4 KB, and a device has to load them all.
const (
	// MaxPreferences is how many a profile has.
	MaxPreferences = 50
	// MaxMerged is how many one merge changes.
	MaxMerged = 25
	// MaxNameLength is how many characters a name has.
	MaxNameLength = 40
)

// minMagnitude is the least number above zero: DynamoDB ends at 1e-130.
const minMagnitude = 1e-100

// Preferences are a profile's preferences by their names.
type Preferences map[string]Preference

// Preference is a value of one of three types: one member is set. A preference
// keeps its type until it is removed, so that no device has to expect another.
type Preference struct {
	Boolean *bool
	Number  *float64
	Text    *string
}

// Type is boolean, number or text; empty unless one member is set.
func (p Preference) Type() string {
	switch {
	case p.Boolean != nil && p.Number == nil && p.Text == nil:
		return "boolean"
	case p.Boolean == nil && p.Number != nil && p.Text == nil:
		return "number"
	case p.Boolean == nil && p.Number == nil && p.Text != nil:
		return "text"
	}
	return ""
}

// Merge is a change of preferences: those to be set, and nil for those to be
// removed. Preferences that it does not name stay.
type Merge map[string]*Preference

// Check tells in an Invalid problem what is wrong with the merge itself.
func (m Merge) Check() error {
	invalid := problem.New(problem.Invalid, "The preferences cannot be merged.")
	fault := func(name, message string, args ...any) {
		invalid.Fields = append(invalid.Fields, problem.Field{In: "body", Name: name, Message: fmt.Sprintf(message, args...)})
	}
	if len(m) > MaxMerged {
		fault("", "must change at most %d preferences", MaxMerged)
		return invalid
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		p := m[name]
		switch {
		case !isName(name): // it is not repeated to the client: it may be of any size
			fault("", "the name of a preference has 1 to %d letters and digits, with single . _ or - between them", MaxNameLength)
		case p == nil:
		case p.Type() == "":
			fault("/"+name, "must have one of boolean, number and text")
		case p.Number != nil && *p.Number != 0 && math.Abs(*p.Number) < minMagnitude:
			fault("/"+name+"/number", "must be 0 or have a magnitude of at least %g", minMagnitude)
		}
	}
	if invalid.Fields != nil {
		return invalid
	}
	return nil
}

// Clash explains why a merge that was refused does not fit to the preferences
// that there were.
func (m Merge) Clash(present Preferences) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		old, had := present[name]
		if p := m[name]; p != nil && had && p.Type() != old.Type() {
			return problem.New(problem.Conflict, "The preference %s is a %s. Remove it before you set it to a %s.", name, old.Type(), p.Type())
		}
	}
	return ErrFull
}

// isName takes letters and digits, and separators one at a time between them.
func isName(s string) bool {
	if s == "" || len(s) > MaxNameLength {
		return false
	}
	separated := true
	for i := range len(s) {
		c := s[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !plain && (separated || strings.IndexByte("._-", c) < 0) {
			return false
		}
		separated = !plain
	}
	return !separated
}
