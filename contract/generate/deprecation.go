package generate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/rest"
)

// deprecationTags announce the end of a field, or of values of its enum:
//
//	deprecated:"2026-12-01/2027-06-30: use limit"
//	deprecatedValues:"paused=2026-12-01/2027-06-30: use closed; lost=2026-12-01/2027-06-30: use closed"
//
// The tag deprecated of the blank field announces the end of a struct.
//
// They are tags and not comments, because staticcheck reports every use of what a comment
// deprecates, also by the function that has to serve it until the end.
var deprecationTags = []string{"deprecated", "deprecatedValues"}

// deprecated sets the members of a deprecated parameter, header or property. It returns
// the description with the dates. checkDeprecation reports malformed tags.
func deprecated(tag reflect.StructTag, description string, extensions map[string]any) (string, bool) {
	paragraphs := []string{description}
	d, err := rest.ParseDeprecation(tag.Get("deprecated"))
	if err == nil {
		paragraphs = append(paragraphs, manifest.Deprecate(extensions, d))
	}
	if values, valuesErr := deprecatedValues(tag); valuesErr == nil && len(values) > 0 {
		paragraphs = append(paragraphs, manifest.DeprecateValues(extensions, values)...)
	}
	return strings.TrimSpace(strings.Join(paragraphs, "\n\n")), err == nil
}

// deprecatedValues parses the tag of that name.
func deprecatedValues(tag reflect.StructTag) ([]manifest.DeprecatedValue, error) {
	var list []manifest.DeprecatedValue
	text, ok := tag.Lookup("deprecatedValues")
	if !ok {
		return nil, nil
	}
	for part := range strings.SplitSeq(text, ";") {
		value, announced, _ := strings.Cut(strings.TrimSpace(part), "=")
		d, err := rest.ParseDeprecation(announced)
		if err != nil {
			return nil, fmt.Errorf("the value %q: %w", value, err)
		}
		list = append(list, manifest.DeprecatedValue{Value: value, Deprecation: d})
	}
	return list, nil
}

// checkDeprecation checks the tags of deprecations.
func (c fieldCheck) checkDeprecation(enum []string) {
	if c.doc.Deprecated {
		c.refuse(`the comment deprecates it without dates: use the tag deprecated:"2026-12-01/2027-06-30: use limit"`)
	}
	if text, ok := c.f.Tag.Lookup("deprecated"); ok {
		if _, err := rest.ParseDeprecation(text); err != nil {
			c.refuse("tag deprecated: %s", err)
		}
	}
	values, err := deprecatedValues(c.f.Tag)
	if err != nil {
		c.refuse("tag deprecatedValues: %s", err)
	}
	for _, v := range values {
		if !slices.Contains(enum, v.Value) {
			c.refuse("tag deprecatedValues: %q is not a value of the tag enum", v.Value)
		}
	}
}

// checkOperationDeprecation checks the deprecation of an operation.
func (g *generation) checkOperationDeprecation(o *operation) {
	if o.source.Deprecated {
		g.refuse(o, `the comment deprecates it without dates: set Deprecated: "2026-12-01/2027-06-30: use getOrder"`)
	}
	if o.Deprecated != "" {
		if _, err := rest.ParseDeprecation(o.Deprecated); err != nil {
			g.refuse(o, "%s", err)
		}
	}
}
