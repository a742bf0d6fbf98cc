package manifest

import (
	"fmt"
	"time"

	"github.com/meridian-api/meridian/platform/rest"
)

// The extensions of what a specification deprecates. OpenAPI has no dates for it.
const (
	// SunsetExtension is the first day on which a release may remove it. oasdiff and other
	// tools read it.
	SunsetExtension = "x-sunset"
	// SinceExtension is the day from which clients should not use it.
	SinceExtension = "x-deprecated-since"
	// ReasonExtension says what to use instead. Generators of clients read it.
	ReasonExtension = "x-deprecated-reason"
	// ValuesExtension maps deprecated values of an enum to texts as rest.ParseDeprecation
	// parses them. OpenAPI has nothing for a value.
	ValuesExtension = "x-deprecated-values"
)

// Deprecate adds the extensions of a deprecation, and returns the sentence for the
// description.
func Deprecate(extensions map[string]any, d rest.Deprecation) string {
	extensions[SinceExtension] = d.Since.Format(time.DateOnly)
	extensions[SunsetExtension] = d.Sunset.Format(time.DateOnly)
	extensions[ReasonExtension] = d.Use
	return sentence("Deprecated", d) // a paragraph that Go's tools know
}

// DeprecateValues adds the extension of deprecated values, and returns a sentence for the
// description of each.
func DeprecateValues(extensions map[string]any, values []DeprecatedValue) []string {
	all := map[string]any{}
	var sentences []string
	for _, v := range values {
		all[v.Value] = v.Deprecation.String()
		sentences = append(sentences, sentence(fmt.Sprintf("Deprecated value `%s`", v.Value), v.Deprecation))
	}
	extensions[ValuesExtension] = all
	return sentences
}

// DeprecatedValue is a value of an enum that ends.
type DeprecatedValue struct {
	Value       string
	Deprecation rest.Deprecation
}

func sentence(subject string, d rest.Deprecation) string {
	return fmt.Sprintf("%s: %s (since %s, may be removed from %s on).", subject, d.Use,
		d.Since.Format(time.DateOnly), d.Sunset.Format(time.DateOnly))
}

// Deprecation returns the deprecation that the extensions announce. It is zero if they have
// none with dates, as in specifications of other generators.
func Deprecation(extensions map[string]any) rest.Deprecation {
	text := func(name string) string { s, _ := extensions[name].(string); return s }
	d, _ := rest.ParseDeprecation(text(SinceExtension) + "/" + text(SunsetExtension) + ": " + text(ReasonExtension))
	return d
}

// DeprecatedValues returns the deprecated values that the extensions announce.
func DeprecatedValues(extensions map[string]any) map[string]rest.Deprecation {
	list := map[string]rest.Deprecation{}
	all, _ := extensions[ValuesExtension].(map[string]any)
	for value, text := range all {
		if text, ok := text.(string); ok {
			if d, err := rest.ParseDeprecation(text); err == nil {
				list[value] = d
			}
		}
	}
	return list
}
