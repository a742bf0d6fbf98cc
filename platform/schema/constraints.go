// Package schema reads the constraints in struct tags. The generator writes them
// into the specification and the adapter checks them at run time. Both use this
// package, so the specification and the checks cannot differ.
//
//	Name string `json:"name" minLength:"1" maxLength:"80"`
package schema

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// Constraints are the limits of one value, in the terms of JSON Schema. A nil or
// empty field does not limit the value.
type Constraints struct {
	// MinLength and MaxLength count Unicode code points of a string.
	MinLength, MaxLength *int
	// Pattern is a regular expression that matches some part of the string. The
	// generator accepts only those that mean the same in RE2 and ECMA-262.
	Pattern *regexp.Regexp
	// Format is one of Formats.
	Format string
	// Enum lists the allowed strings.
	Enum []string
	// Minimum and Maximum bound a number, inclusively.
	Minimum, Maximum *Number
	// MinItems and MaxItems bound the length of an array.
	MinItems, MaxItems *int
	// MinProperties and MaxProperties bound the number of properties of a map, or of
	// a struct that has them at its blank field:
	//
	//	_ struct{} `minProperties:"1" maxProperties:"1"`
	//
	// Such a struct has no other properties than those it declares: in other structs,
	// unknown properties are ignored, but a schema could not leave them out of the count.
	// A blank field without these tags, such as one with the tag deprecated, limits nothing.
	MinProperties, MaxProperties *int
}

// Tags are the keys of the struct tags that describe constraints; see Of.
var Tags = []string{
	"minLength", "maxLength", "pattern", "format", "enum", "minimum", "maximum", "minItems", "maxItems",
	"minProperties", "maxProperties",
}

// Of parses the constraints of a struct field from its tags. If the field is a
// slice, the constraints for strings and numbers apply to each element. The
// error names the malformed tag.
func Of(tag reflect.StructTag) (Constraints, error) {
	var c Constraints
	err := firstError(
		count(tag, "minLength", &c.MinLength), count(tag, "maxLength", &c.MaxLength),
		count(tag, "minItems", &c.MinItems), count(tag, "maxItems", &c.MaxItems),
		count(tag, "minProperties", &c.MinProperties), count(tag, "maxProperties", &c.MaxProperties),
		number(tag, "minimum", &c.Minimum), number(tag, "maximum", &c.Maximum),
	)
	if err != nil {
		return c, err
	}
	if n, ok := tag.Lookup(nullableTag); ok && n != "false" {
		return c, fmt.Errorf("tag %s: %q is not false, the only value that has an effect", nullableTag, n)
	}
	if p, ok := tag.Lookup("pattern"); ok {
		if c.Pattern, err = regexp.Compile(p); err != nil {
			return c, fmt.Errorf("tag pattern: %w", err)
		}
	}
	if f, ok := tag.Lookup("format"); ok {
		if _, known := formats[f]; !known {
			return c, fmt.Errorf("tag format: %q is not one of %s", f, strings.Join(Formats(), ", "))
		}
		c.Format = f
	}
	if e, ok := tag.Lookup("enum"); ok {
		c.Enum = strings.Split(e, ",")
	}
	return c, nil
}

func count(tag reflect.StructTag, name string, dst **int) error {
	v, ok := tag.Lookup(name)
	if !ok {
		return nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return fmt.Errorf("tag %s: %q is not a whole number of 0 or more", name, v)
	}
	*dst = &n
	return nil
}

func number(tag reflect.StructTag, name string, dst **Number) error {
	v, ok := tag.Lookup(name)
	if !ok {
		return nil
	}
	n, ok := ParseNumber(v)
	if !ok {
		return fmt.Errorf("tag %s: %q is not a number", name, v)
	}
	*dst = &n
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
