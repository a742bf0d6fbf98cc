package api

import "github.com/meridian-api/meridian/profiles"

// Three properties, and no oneOf of plain values: API Gateway's models and most
// generators of clients hold objects with optional properties, while a oneOf is
// lost on the way to the former and becomes "any" in the latter. A merge patch
// goes into objects, so that setting a property of another type would leave
// two: a preference keeps its type until it is removed.

// Preference is a setting of the customer's: exactly one of its properties is
// there, and tells the type by its name.
type Preference struct {
	// Value of a switch.
	Boolean *bool `json:"boolean,omitempty" nullable:"false" example:"true"`
	// Value of a number: 0, or a magnitude of at least 1e-100.
	Number *float64 `json:"number,omitempty" nullable:"false" minimum:"-9007199254740991" maximum:"9007199254740991" example:"14.5"`
	// Value of a text.
	Text *string `json:"text,omitempty" nullable:"false" maxLength:"200" example:"dark"`
}

// FromPreferences are the preferences as clients see them.
func FromPreferences(list profiles.Preferences) map[string]Preference {
	out := make(map[string]Preference, len(list))
	for name, p := range list {
		out[name] = Preference(p)
	}
	return out
}

// ToMerge is a merge patch as the domain has it.
func ToMerge(patch map[string]*Preference) profiles.Merge {
	out := make(profiles.Merge, len(patch))
	for name, p := range patch {
		if out[name] = nil; p != nil {
			value := profiles.Preference(*p)
			out[name] = &value
		}
	}
	return out
}
