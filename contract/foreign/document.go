package foreign

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/contract/internal/ending"
)

// Drawer draws JSON values for schemas. If it is noisy, some values are invalid.
type Drawer struct {
	*rapid.T
	Noisy bool
}

// OneIn reports true once in n calls on average, and never without noise.
func (d Drawer) OneIn(n int, label string) bool {
	return d.Noisy && rapid.IntRange(1, n).Draw(d.T, label) == 1
}

// Count draws the number of elements of an array, at least one.
func (d Drawer) Count(s *openapi3.Schema) int {
	low, high := max(1, int(s.MinItems)), 4
	if s.MaxItems != nil && !d.Noisy {
		high = max(low, int(*s.MaxItems))
	}
	return rapid.IntRange(low, high).Draw(d.T, "count")
}

var junk = []any{nil, true, "", "junk", 0, -1, 1.5, []any{}, map[string]any{}}

// Value draws a value. Optional parts end at a depth of 5.
func (d Drawer) Value(s *openapi3.Schema, depth int) any {
	switch {
	case d.OneIn(40, "junk"):
		return rapid.SampledFrom(junk).Draw(d.T, "value")
	case s.Nullable && (depth > 4 || rapid.IntRange(0, 3).Draw(d.T, "null") == 0):
		return nil
	case len(s.AllOf) == 1:
		return d.Value(s.AllOf[0].Value, depth)
	case s.OneOf != nil:
		return d.variant(s, depth)
	case s.Type.Is("boolean"):
		return rapid.Bool().Draw(d.T, "boolean")
	case s.Type.Is("integer"):
		low, high := d.bounds(s)
		return rapid.Int64Range(int64(low), int64(high)).Draw(d.T, "integer")
	case s.Type.Is("number"):
		low, high := d.bounds(s)
		if s.Min != nil && s.Max != nil && rapid.IntRange(0, 2).Draw(d.T, "at a bound") == 0 {
			return rapid.SampledFrom([]float64{*s.Min, *s.Max}).Draw(d.T, "bound")
		}
		return float64(rapid.IntRange(int(low*4), int(high*4)).Draw(d.T, "number")) / 4
	case s.Type.Is("string"):
		return d.string(s)
	case s.Type.Is("array"):
		list := []any{}
		if depth < 5 || s.MinItems > 0 {
			for range d.Count(s) {
				list = append(list, d.Value(s.Items.Value, depth+1))
			}
		}
		return list
	case s.Type.Is("object"):
		return d.object(s, depth)
	}
	return nil
}

// bounds returns the minimum and maximum of a number, extended by one with noise. It
// stays away from the bounds of 64-bit integers, where other readers round.
func (d Drawer) bounds(s *openapi3.Schema) (low, high float64) {
	low, high = 0, 200
	if s.Min != nil {
		low = max(*s.Min, -1<<40)
	}
	if s.Max != nil {
		high = min(*s.Max, 1<<40)
	}
	if d.Noisy {
		low, high = low-1, high+1
	}
	return low, max(low, high)
}

func (d Drawer) string(s *openapi3.Schema) string {
	choices := []string{
		"", "x", "open", "AB12CD34", "en", "book", strings.Repeat("\u00e9", 200), strings.Repeat("y", 201),
		"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01", "ada@example.com", "a@b", "2026-03-04", "2026-02-30",
		"2026-03-04T19:15:17Z", "2026-02-30T00:00:00Z", "https://example.com/a", "https:// x", " x", "\u3164", "a\nb",
	}
	for _, v := range append(s.Enum, s.Example) {
		if text, ok := v.(string); ok {
			choices = append(choices, text)
		}
	}
	valid := slices.DeleteFunc(slices.Clone(choices), func(text string) bool {
		return s.VisitJSON(text, openapi3.EnableFormatValidation()) != nil
	})
	if len(valid) == 0 || d.OneIn(8, "invalid string") {
		return rapid.SampledFrom(choices).Draw(d.T, "string")
	}
	return rapid.SampledFrom(valid).Draw(d.T, "string")
}

func (d Drawer) object(s *openapi3.Schema, depth int) any {
	object := map[string]any{}
	for _, name := range d.names(s) {
		required := slices.Contains(s.Required, name)
		if required && d.OneIn(40, "lacks "+name) || !required && (depth > 4 || rapid.Bool().Draw(d.T, "without "+name)) {
			continue
		}
		object[name] = d.Value(s.Properties[name].Value, depth+1)
	}
	if values := s.AdditionalProperties.Schema; values != nil && depth < 5 {
		for _, name := range []string{"a", "b/c"}[:rapid.IntRange(0, 2).Draw(d.T, "entries")] {
			object[name] = d.Value(values.Value, depth+1)
		}
	}
	if rapid.IntRange(0, 9).Draw(d.T, "unknown") == 0 {
		object["unknownProperty"] = []any{1, "x"}
	}
	return object
}

// variant draws a value of a union. With noise, its discriminator is another one or absent.
func (d Drawer) variant(s *openapi3.Schema, depth int) any {
	variants := s.OneOf
	if depth > 5 {
		variants = openapi3.SchemaRefs{ending.Schema(s)}
	}
	value := d.Value(rapid.SampledFrom(variants).Draw(d.T, "variant").Value, depth)
	if object, ok := value.(map[string]any); ok && d.OneIn(5, "other discriminator") {
		object[s.Discriminator.PropertyName] = rapid.SampledFrom([]any{"", "card", "shipped", "Card", nil, 1}).Draw(d.T, "discriminator")
	}
	return value
}

// names returns the properties that may be drawn. Without noise they are no more than
// the object may have.
func (d Drawer) names(s *openapi3.Schema) []string {
	names := slices.Sorted(maps.Keys(s.Properties))
	if s.MaxProps == nil || d.Noisy || len(names) <= int(*s.MaxProps) {
		return names
	}
	return rapid.Permutation(names).Draw(d.T, "names")[:*s.MaxProps]
}
