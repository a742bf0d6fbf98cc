package profiles

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/platform/problem"
)

// The limits of preferences. A device has to load all of them, and each write of a
// profile costs a unit for each KiB.
const (
	// MaxPreferences is the maximum number of preferences of a profile.
	MaxPreferences = 50
	// MaxMerged is the maximum number of preferences that one merge changes.
	MaxMerged = 25
	// MaxNameLength is the maximum length of a name in characters.
	MaxNameLength = 40
)

// minMagnitude is the smallest number above zero. DynamoDB's limit is 1e-130.
const minMagnitude = 1e-100

// Preferences are the preferences of a profile by name.
type Preferences map[string]Preference

// Preference is a value of one of three types. Exactly one member is set. A
// preference keeps its type until it is removed, so that devices need to expect
// only one type.
type Preference struct {
	Boolean *bool
	Number  *float64
	Text    *string
}

// Type returns "boolean", "number" or "text", or "" if not exactly one member is set.
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

// Merge is a change of preferences by name: a value sets a preference, nil
// removes it. Other preferences stay unchanged.
type Merge map[string]*Preference

// Violation is a rule that a Merge breaks.
type Violation struct {
	// Path is the name of the preference, followed by the member of Preference if
	// one is wrong. It is empty if the violation concerns the merge, or a name that
	// is invalid and may have any length.
	Path []string
	// Message says what is allowed.
	Message string
}

// Check returns the rules that the merge breaks, whatever the profile contains.
func (m Merge) Check() []Violation {
	if len(m) > MaxMerged {
		return []Violation{{Message: fmt.Sprintf("must change at most %d preferences", MaxMerged)}}
	}
	var list []Violation
	add := func(message string, path ...string) { list = append(list, Violation{path, message}) }
	for _, name := range slices.Sorted(maps.Keys(m)) {
		p := m[name]
		switch {
		case !isName(name):
			add(fmt.Sprintf("the name of a preference has 1 to %d letters and digits, with single . _ or - between them", MaxNameLength))
		case p == nil:
		case p.Type() == "":
			add("must have one of boolean, number and text", name)
		case p.Number != nil && *p.Number != 0 && math.Abs(*p.Number) < minMagnitude:
			add(fmt.Sprintf("must be 0 or have a magnitude of at least %g", minMagnitude), name, "number")
		}
	}
	return list
}

// Clash returns the reason why the merge cannot be applied to the present
// preferences: one has another type, or the merge adds one and there would be too many,
// which is ErrFull. It returns nil if the merge can be applied.
//
// More than MaxPreferences are possible, because two Regions that add some at once do
// not see each other's. A merge without additions is then accepted.
func (m Merge) Clash(present Preferences) error {
	count, adds := len(present), false
	for _, name := range slices.Sorted(maps.Keys(m)) {
		old, had := present[name]
		switch p := m[name]; {
		case p == nil && had:
			count--
		case p == nil:
		case had && p.Type() != old.Type():
			return problem.New(problem.Conflict, "The preference %s is a %s. Remove it before you set it to a %s.", name, old.Type(), p.Type())
		case !had:
			count++
			adds = true
		}
	}
	if adds && count > MaxPreferences {
		return ErrFull
	}
	return nil
}

// isName reports whether s is a name: letters and digits, with single separators
// between them.
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
