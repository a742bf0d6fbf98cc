package generate

import (
	"math"
	"reflect"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/platform/schema"
)

// constrainString sets the constraints of a string.
func constrainString(into *openapi3.Schema, c schema.Constraints) {
	into.MinLength, into.MaxLength = unsigned(c.MinLength), unsignedPointer(c.MaxLength)
	into.Format = c.Format
	into.Pattern = schema.FormatPattern(c.Format) // other validators know the format otherwise, or not at all
	if c.Pattern != nil {
		into.Pattern = c.Pattern.String()
	}
	for _, v := range c.Enum {
		into.Enum = append(into.Enum, v)
	}
}

// withFormat adds the rules of a format to a description, if a schema has no room for the
// format's pattern beside the one of the tag.
func withFormat(description string, c schema.Constraints) string {
	if c.Pattern == nil || schema.FormatPattern(c.Format) == "" {
		return description
	}
	return description + " It must be a valid " + schema.DescribeFormat(c.Format) + "."
}

// number sets the type of a number, its format and its bounds. The Go type has its
// own bounds; the tighter ones apply.
func number(into *openapi3.Schema, t reflect.Type, c schema.Constraints) {
	low, high := bounds(t)
	into.Type = &openapi3.Types{openapi3.TypeInteger}
	switch t.Kind() {
	case reflect.Int32:
		into.Format = "int32"
	case reflect.Int, reflect.Int64:
		into.Format = "int64"
	case reflect.Float32:
		into.Type, into.Format = &openapi3.Types{openapi3.TypeNumber}, "float"
	case reflect.Float64:
		into.Type, into.Format = &openapi3.Types{openapi3.TypeNumber}, "double"
		low, high = math.Inf(-1), math.Inf(1) // no JSON number that float64 can decode exceeds its bounds
	}
	if c.Minimum != nil {
		low = max(low, c.Minimum.Float64())
	}
	if c.Maximum != nil {
		high = min(high, c.Maximum.Float64())
	}
	if !math.IsInf(low, 0) {
		into.Min = &low
	}
	if !math.IsInf(high, 0) {
		into.Max = &high
	}
}

// bounds returns the smallest and the largest number of a type, as the nearest
// float64. canonical.JSON writes the bounds of 64-bit integers exactly.
func bounds(t reflect.Type) (low, high float64) {
	bits := t.Bits()
	switch t.Kind() {
	case reflect.Float32:
		return -schema.MaxFloat32, schema.MaxFloat32
	case reflect.Float64:
		return -math.MaxFloat64, math.MaxFloat64
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return -math.Ldexp(1, bits-1), float64(uint64(math.MaxUint64) >> (65 - bits))
	}
	return 0, float64(uint64(math.MaxUint64) >> (64 - bits))
}

func unsigned(n *int) uint64 {
	if n == nil {
		return 0
	}
	return uint64(*n)
}

func unsignedPointer(n *int) *uint64 {
	if n == nil {
		return nil
	}
	u := uint64(*n)
	return &u
}
