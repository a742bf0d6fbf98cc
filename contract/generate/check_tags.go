package generate

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/ecma"
	"github.com/meridian-api/meridian/platform/schema"
)

// structTag matches one key and its value in a struct tag. The spaces before it may be
// absent, as for package reflect.
var structTag = regexp.MustCompile(`^ *([^\x00-\x20:"\x7f]+):("(?:[^"\\]|\\.)*")`)

// checkSyntax checks that package reflect can read all keys of the tag, and that each
// is known. reflect ignores everything after a mistake, so that constraints would have
// no effect.
func (c fieldCheck) checkSyntax(known []string) {
	var seen []string
	rest := string(c.f.Tag)
	for strings.TrimSpace(rest) != "" {
		tag := structTag.FindStringSubmatch(rest)
		if tag == nil {
			c.refuse("the tag does not have the form key:\"value\" at %q", rest)
			return
		}
		rest = rest[len(tag[0]):]
		switch _, err := strconv.Unquote(tag[2]); {
		case err != nil:
			c.refuse("the tag %s has the value %s, which is not a string of Go: write a backslash twice", tag[1], tag[2])
			return
		case !slices.Contains(known, tag[1]):
			c.refuse("the tag %s is not one of %s", tag[1], strings.Join(known, ", "))
		case slices.Contains(seen, tag[1]):
			c.refuse("the tag %s is repeated, and only the first has an effect", tag[1])
		}
		seen = append(seen, tag[1])
	}
}

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
	switch t := c.f.Type; {
	case !schema.NotNull(c.f.Tag):
	case t.Kind() != reflect.Pointer:
		c.refuse("the tag nullable has no effect on the type %s, which is not a pointer", t)
	case schema.PointsToNull(t):
		c.refuse("the tag nullable has no effect on the type %s: the value that it points to can be null itself", t)
	}
	c.checkSyntax(known)
}

// checkJSON checks the options of the tag json, of which encoding/json ignores those
// that it does not know.
func (c fieldCheck) checkJSON() {
	name, options, ok := strings.Cut(c.f.Tag.Get("json"), ",")
	for option := range strings.SplitSeq(options, ",") {
		if ok && option != "" && !slices.Contains([]string{"omitempty", "omitzero", "string"}, option) {
			c.refuse("tag json: encoding/json ignores the option %q: use omitempty or omitzero", option)
		}
	}
	if slices.Contains(inherited, name) {
		c.refuse("tag json: every object of JavaScript inherits %s, which validators take for the property", name)
	}
	omits := jsonOption(c.f, "omitempty") || jsonOption(c.f, "omitzero")
	if schema.NotNull(c.f.Tag) && c.f.Type.Kind() == reflect.Pointer && !omits {
		c.refuse("tag nullable: encoding/json writes null for nil: add the option omitempty to the tag json")
	}
}

// inherited are the members of Object.prototype (ECMA-262, section 20.1.3).
var inherited = []string{
	"__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "constructor",
	"hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
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
		if strings.TrimSpace(value) != value {
			c.refuse("tag enum: the value %q has spaces around it: separate values by commas only", value)
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
		if message := boundError(name, *bound, t); message != "" {
			c.refuse("tag %s: %s %s", name, bound, message)
		}
	}
	if low != nil && high != nil && low.Compare(*high) > 0 {
		c.refuse("no value satisfies minimum %s and maximum %s", low, high)
	}
}

// boundError returns the reason why a number cannot be the minimum or maximum, as in
// name, of values of type t, or "".
func boundError(name string, bound schema.Number, t reflect.Type) string {
	least, most := bounds(t)
	f := bound.Float64()
	if t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64 {
		if f < least || f > most {
			return fmt.Sprintf("is out of the range of %s", t)
		}
		exact, _ := new(big.Rat).SetString(bound.String())
		nearest := strconv.FormatFloat(f, 'g', -1, t.Bits())
		if written, _ := new(big.Rat).SetString(nearest); exact.Cmp(written) != 0 {
			return fmt.Sprintf("is not exact for %s: use %s", t, nearest)
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
	// canonical.JSON writes the bounds of the types of 64 bits exactly.
	if f >= -exact && f <= exact && bound.String() == strconv.FormatFloat(f, 'f', -1, 64) || isExtreme(name, bound, t) {
		return ""
	}
	return "is not exact for readers that keep numbers as float64, as most do: use a bound of at most 2^53"
}

// isExtreme reports whether a minimum is the smallest integer of a type of 64 bits, or a
// maximum the largest.
func isExtreme(name string, bound schema.Number, t reflect.Type) bool {
	signed, isSigned := bound.Int64()
	unsigned, isUnsigned := bound.Uint64()
	switch {
	case name == "minimum":
		return isSigned && signed == math.MinInt64
	case reflect.Zero(t).CanInt():
		return isSigned && signed == math.MaxInt64
	}
	return isUnsigned && unsigned == math.MaxUint64
}

// checkBody checks the tags of a field named Body. Its comment is optional.
func (g *generation) checkBody(o *operation, t reflect.Type, f reflect.StructField) {
	check := g.field(owner(t, f.Index), f, o.source.At)
	check.checkTags(bodyFieldTags)
	if t == o.Output && schema.NotNull(f.Tag) {
		check.refuse("tag nullable: encoding/json writes null for nil: use %s without a pointer", elem(f.Type))
	}
}

// checkBlank checks the blank field of a struct: its tags constrain the struct.
func (g *generation) checkBlank(f fieldCheck, sf reflect.StructField) {
	if sf.Type != reflect.TypeFor[struct{}]() {
		f.refuse("is blank, and its type is %s, not struct{}", sf.Type)
	}
	f.f.Type = reflect.TypeFor[map[string]any]() // which has the tags of an object
	f.checkTags(blankTags)
}
