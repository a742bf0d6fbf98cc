package api

import (
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/profiles"
)

// A preference has three optional properties rather than a oneOf of plain
// values. API Gateway's models and most client generators support optional
// properties; a oneOf is lost in the former and becomes "any" in the latter. A
// merge patch merges objects, so setting a property of another type would leave
// two properties. That is why a preference keeps its type until it is removed.

// Preference is a setting of the customer. It has exactly one of its properties,
// which determines its type.
type Preference struct {
	_ struct{} `minProperties:"1" maxProperties:"1"`
	// Value of a boolean preference.
	Boolean *bool `json:"boolean,omitempty" nullable:"false" example:"true"`
	// Value of a number preference: 0, or a number with a magnitude of at least 1e-100.
	Number *float64 `json:"number,omitempty" nullable:"false" minimum:"-9007199254740991" maximum:"9007199254740991" example:"14.5"`
	// Value of a text preference.
	Text *string `json:"text,omitempty" nullable:"false" maxLength:"200" example:"dark"`
}

// FromPreferences converts preferences to their representation for clients.
func FromPreferences(list profiles.Preferences) map[string]Preference {
	out := make(map[string]Preference, len(list))
	for name, p := range list {
		out[name] = Preference{Boolean: p.Boolean, Number: p.Number, Text: p.Text}
	}
	return out
}

// ToMerge converts a merge patch to the domain's type. It returns an Invalid
// problem, with a JSON Pointer for each wrong preference, if the merge is invalid.
func ToMerge(patch map[string]*Preference) (profiles.Merge, error) {
	m := make(profiles.Merge, len(patch))
	for name, p := range patch {
		if p == nil {
			m[name] = nil
			continue
		}
		m[name] = &profiles.Preference{Boolean: p.Boolean, Number: p.Number, Text: p.Text}
	}
	violations := m.Check()
	if violations == nil {
		return m, nil
	}
	invalid := problem.New(problem.Invalid, "The preferences cannot be merged.")
	for _, v := range violations {
		pointer := ""
		for _, element := range v.Path {
			pointer += "/" + element // has no character that a JSON Pointer escapes
		}
		invalid.Fields = append(invalid.Fields, problem.Field{In: "body", Name: pointer, Message: v.Message})
	}
	return nil, invalid
}
