package generate

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/ecma"
	"github.com/meridian-api/meridian/platform/schema"
)

var structTag = regexp.MustCompile(`([^\s:"]+):"(?:[^"\\]|\\.)*"`)

// checkTags checks that the tags are known, have an effect, can be expressed in the
// specification, and can be satisfied.
func (c fieldCheck) checkTags(known []string) {
	limits, err := schema.Of(c.f.Tag)
	if err != nil {
		c.refuse("%s", err)
	} else {
		c.checkLimits(limits)
	}
	c.checkDeprecation(limits.Enum)
	for _, name := range needless(c.f.Type, c.f.Tag) {
		c.refuse("the tag %s has no effect on the type %s", name, c.f.Type)
	}
	if schema.NotNull(c.f.Tag) && c.f.Type.Kind() != reflect.Pointer {
		c.refuse("the tag nullable has no effect on the type %s, which is not a pointer", c.f.Type)
	}
	for _, tag := range structTag.FindAllStringSubmatch(string(c.f.Tag), -1) {
		if !slices.Contains(known, tag[1]) {
			c.refuse("the tag %s is not one of %s", tag[1], strings.Join(known, ", "))
		}
	}
}

// checkLimits checks that some value satisfies the constraints.
func (c fieldCheck) checkLimits(limits schema.Constraints) {
	for _, pair := range []struct {
		least, most *int
		name        string
	}{
		{limits.MinLength, limits.MaxLength, "Length"},
		{limits.MinItems, limits.MaxItems, "Items"},
		{limits.MinProperties, limits.MaxProperties, "Properties"},
	} {
		if pair.least != nil && pair.most != nil && *pair.least > *pair.most {
			c.refuse("no value satisfies min%[1]s %[2]d and max%[1]s %[3]d", pair.name, *pair.least, *pair.most)
		}
	}
	if limits.Pattern != nil {
		if err := ecma.Check(limits.Pattern.String()); err != nil {
			c.refuse("tag pattern: %q %s", limits.Pattern, err)
		}
	}
	for i, value := range limits.Enum {
		if message := limits.CheckString(value); message != "" {
			c.refuse("tag enum: the value %q %s", value, message)
		}
		if slices.Contains(limits.Enum[:i], value) {
			c.refuse("tag enum: the value %q is listed twice", value)
		}
	}
	c.checkNumbers(limits)
}

// checkNumbers checks the bounds of a number against each other and against its type.
func (c fieldCheck) checkNumbers(limits schema.Constraints) {
	low, high := limits.Minimum, limits.Maximum
	t := element(c.f.Type)
	if !isNumber(t) {
		return // needless refuses the tags
	}
	for name, bound := range map[string]*schema.Number{"minimum": low, "maximum": high} {
		if bound == nil {
			continue
		}
		if message := boundError(*bound, t); message != "" {
			c.refuse("tag %s: %s %s", name, bound, message)
		}
	}
	if low != nil && high != nil && low.Compare(*high) > 0 {
		c.refuse("no value satisfies minimum %s and maximum %s", low, high)
	}
}

// boundError returns the reason why a number cannot bound values of type t, or "".
func boundError(bound schema.Number, t reflect.Type) string {
	least, most := bounds(t)
	f := bound.Float64()
	if t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64 {
		if f < least || f > most {
			return fmt.Sprintf("is out of the range of %s", t)
		}
		return ""
	}
	if !bound.IsInteger() {
		return fmt.Sprintf("is not a whole number, as every %s is: write all its digits", t)
	}
	signed, isSigned := bound.Int64()
	unsigned, isUnsigned := bound.Uint64()
	v := reflect.New(t).Elem()
	if v.CanInt() && (!isSigned || v.OverflowInt(signed)) || v.CanUint() && (!isUnsigned || v.OverflowUint(unsigned)) {
		return fmt.Sprintf("is out of the range of %s", t)
	}
	const exact = 1 << 53
	if f >= -exact && f <= exact && bound.String() == strconv.FormatFloat(f, 'f', -1, 64) || f == least || f == most {
		return ""
	}
	return "is not exact for readers that keep numbers as float64, as most do: use a bound of at most 2^53"
}

// checkBody checks the tags of a field named Body. Its comment is optional.
func (g *generation) checkBody(o *operation, t reflect.Type, f reflect.StructField) {
	g.field(owner(t, f.Index), f, o.source.At).checkTags(bodyFieldTags)
}

// checkBlank checks the blank field of a struct: its tags constrain the struct.
func (g *generation) checkBlank(f fieldCheck, sf reflect.StructField) {
	if sf.Type != reflect.TypeFor[struct{}]() {
		f.refuse("is blank, and its type is %s, not struct{}", sf.Type)
	}
	f.f.Type = reflect.TypeFor[map[string]any]() // which has the tags of an object
	f.checkTags(blankTags)
}
