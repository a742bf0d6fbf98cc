package profiles

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/problem"
)

func text(s string) *Preference    { return &Preference{Text: &s} }
func number(n float64) *Preference { return &Preference{Number: &n} }
func boolean(b bool) *Preference   { return &Preference{Boolean: &b} }

// setMany returns a merge that sets n preferences.
func setMany(n int) Merge {
	m := Merge{}
	for i := range n {
		m[fmt.Sprint("p", i)] = text("x")
	}
	return m
}

func TestMergeCheck(t *testing.T) {
	twoTypes := *boolean(true)
	twoTypes.Text = text("x").Text
	longest := strings.Repeat("n", MaxNameLength)

	tooMany := []Violation{{Message: "must change at most 25 preferences"}}
	badName := []Violation{{
		Message: "the name of a preference has 1 to 40 letters and digits, with single . _ or - between them",
	}}
	badType := func(name string) []Violation {
		return []Violation{{Path: []string{name}, Message: "must have one of boolean, number and text"}}
	}
	tooSmall := []Violation{{
		Path: []string{"size", "number"}, Message: "must be 0 or have a magnitude of at least 1e-100",
	}}

	for _, test := range []struct {
		name  string
		merge Merge
		want  []Violation
	}{
		{name: "no preferences"},
		{name: "every type", merge: Merge{"theme": text(""), "size": number(0), "sound": boolean(false), "gone": nil}},
		{name: "limit of a merge", merge: setMany(MaxMerged)},
		{name: "too many", merge: setMany(MaxMerged + 1), want: tooMany},

		{name: "name with every separator", merge: Merge{"a.b-c_d.9": nil}},
		{name: "first and last letters and digits", merge: Merge{"azAZ09": nil}},
		{name: "longest name", merge: Merge{longest: nil}},
		{name: "name too long", merge: Merge{longest + "n": nil}, want: badName},
		{name: "empty name", merge: Merge{"": nil}, want: badName},
		{name: "leading separator", merge: Merge{".a": text("x")}, want: badName},
		{name: "trailing separator", merge: Merge{"a.": text("x")}, want: badName},
		{name: "double separator", merge: Merge{"a..b": text("x")}, want: badName},
		{name: "two separators", merge: Merge{"a.-b": text("x")}, want: badName},
		{name: "slash", merge: Merge{"a/b": text("x")}, want: badName},
		{name: "tilde", merge: Merge{"a~b": nil}, want: badName},
		{name: "space", merge: Merge{"a b": text("x")}, want: badName},
		{name: "letter that is not ASCII", merge: Merge{"é": text("x")}, want: badName},
		{name: "before a", merge: Merge{"x`x": nil}, want: badName},
		{name: "after z", merge: Merge{"x{x": nil}, want: badName},
		{name: "before A", merge: Merge{"x@x": nil}, want: badName},
		{name: "after Z", merge: Merge{"x[x": nil}, want: badName},
		{name: "before 0", merge: Merge{"x/x": nil}, want: badName},
		{name: "after 9", merge: Merge{"x:x": nil}, want: badName},

		{name: "no type", merge: Merge{"theme": {}}, want: badType("theme")},
		{name: "two types", merge: Merge{"theme": &twoTypes, "gone": nil}, want: badType("theme")},
		{name: "smallest number", merge: Merge{"size": number(minMagnitude)}},
		{name: "smallest negative number", merge: Merge{"size": number(-minMagnitude)}},
		{name: "number too small", merge: Merge{"size": number(1e-101)}, want: tooSmall},
		{name: "denormalized number", merge: Merge{"size": number(-5e-324)}, want: tooSmall},
		{
			name: "violations by name", merge: Merge{"size": number(1e-101), "color": {}},
			want: append(badType("color"), tooSmall...),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.merge.Check()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestClash(t *testing.T) {
	few, full, over := Preferences{"size": *number(1), "theme": *text("dark")}, Preferences{}, Preferences{}
	for i := range MaxPreferences {
		full[fmt.Sprint("p", i)] = *number(1)
	}
	maps.Copy(over, full)
	over["more"] = *number(1)
	for _, test := range []struct {
		name    string
		present Preferences
		merge   Merge
		want    string // "" if the merge can be applied
	}{
		{
			name: "another type", present: few, merge: Merge{"size": number(2), "theme": boolean(true)},
			want: "The preference theme is a text. Remove it before you set it to a boolean.",
		},
		{name: "fits", present: few, merge: Merge{"size": number(2), "new": boolean(true)}},
		{name: "one too many", present: full, merge: Merge{"new": boolean(true)}, want: ErrFull.Error()},
		{name: "one in place of another", present: full, merge: Merge{"new": boolean(true), "p0": nil}},
		{name: "remove an absent one", present: full, merge: Merge{"absent": nil, "p0": number(2)}},
		{name: "over the limit, none added", present: over, merge: Merge{"p0": number(2), "p1": nil}},
		{
			name: "over the limit, one added", present: over, merge: Merge{"new": boolean(true), "p0": nil},
			want: ErrFull.Error(),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.merge.Clash(test.present)
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v, want no clash", err)
				}
				return
			}
			var p *problem.Error
			if !errors.As(err, &p) || p.Kind != problem.Conflict || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestType(t *testing.T) {
	b, n, s := boolean(false).Boolean, number(0).Number, text("").Text
	for _, test := range []struct {
		name string
		p    Preference
		want string
	}{
		{"boolean", Preference{Boolean: b}, "boolean"},
		{"number", Preference{Number: n}, "number"},
		{"text", Preference{Text: s}, "text"},
		{"not set", Preference{}, ""},
		{"boolean and number", Preference{Boolean: b, Number: n}, ""},
		{"boolean and text", Preference{Boolean: b, Text: s}, ""},
		{"number and text", Preference{Number: n, Text: s}, ""},
		{"all", Preference{Boolean: b, Number: n, Text: s}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.p.Type(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
