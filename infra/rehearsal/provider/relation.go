package provider

import (
	"fmt"
	"slices"
	"strings"
)

// relation returns the error of a check between top-level arguments. Unknown arguments
// could turn out either way, so they never lead to an error.
func (c check) relation(conf map[string]any) []diagnostic {
	switch {
	case c.ExactlyOne != nil:
		given := givenOf(conf, c.ExactlyOne)
		switch {
		case len(given) == 1 || anyUnknown(conf, c.ExactlyOne):
			return nil
		case len(given) == 0:
			return []diagnostic{{nil, "Invalid combination of arguments", "one of " + quoted(c.ExactlyOne) + " must be specified."}}
		}
		return []diagnostic{{nil, "Invalid combination of arguments", "only one of " + quoted(c.ExactlyOne) + " can be specified, but " + quoted(given) + " were specified."}}
	case c.AtLeastOne != nil:
		if len(givenOf(conf, c.AtLeastOne)) == 0 {
			return []diagnostic{{nil, "Missing required argument", "one of " + quoted(c.AtLeastOne) + " must be specified."}}
		}
	case c.AtMostOne != nil:
		if given := givenOf(conf, c.AtMostOne); len(given) > 1 && !anyUnknown(conf, c.AtMostOne) {
			return []diagnostic{{[]any{given[0]}, "Conflicting configuration arguments", quoted(given) + " conflict with each other."}}
		}
	case c.IfAny != nil:
		return c.needs(conf)
	}
	return nil
}

// needs returns an error if one of IfAny is given and one of Need is not.
func (c check) needs(conf map[string]any) []diagnostic {
	given := givenOf(conf, c.IfAny)
	if len(given) == 0 {
		return nil
	}
	for _, n := range c.Need {
		if !isSet(conf[n]) {
			all := append(slices.Clone(given), c.Need...)
			return []diagnostic{{[]any{given[0]}, "Missing required argument", fmt.Sprintf("%s: all of %s must be specified.", quoted(given), quoted(all))}}
		}
	}
	return nil
}

// givenOf returns the names that the configuration sets.
func givenOf(conf map[string]any, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !isSet(conf[n]) })
}

func anyUnknown(conf map[string]any, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return isUnknown(conf[n]) })
}

func quoted(names []string) string { return "`" + strings.Join(names, ",") + "`" }
