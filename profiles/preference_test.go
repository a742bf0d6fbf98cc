package profiles

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/problem"
)

func text(s string) *Preference    { return &Preference{Text: &s} }
func number(n float64) *Preference { return &Preference{Number: &n} }
func boolean(b bool) *Preference   { return &Preference{Boolean: &b} }

func many(n int) Merge {
	m := Merge{}
	for i := range n {
		m[fmt.Sprint("p", i)] = text("x")
	}
	return m
}

func TestMergeCheck(t *testing.T) {
	two := *boolean(true)
	two.Text = text("x").Text
	for want, merges := range map[string][]Merge{
		"": {
			nil, {"theme": text(""), "a.b-c_d.9": number(0), "azAZ09": boolean(false), "gone": nil}, many(MaxMerged),
			{strings.Repeat("n", MaxNameLength): number(-minMagnitude)},
		},
		" must change at most 25 preferences": {many(MaxMerged + 1)},
		" the name of a preference has 1 to 40 letters and digits, with single . _ or - between them": {
			{"": nil}, {".a": text("x")}, {"a.": text("x")}, {"a..b": text("x")}, {"a.-b": text("x")}, {"a/b": text("x")}, {"a b": text("x")}, {"é": text("x")},
			{"a~b": nil}, {strings.Repeat("n", MaxNameLength+1): text("x")},
		},
		"/theme must have one of boolean, number and text": {{"theme": {}}, {"theme": &two, "gone": nil}},
		"/size/number must be 0 or have a magnitude of at least 1e-100": {
			{"size": number(1e-101)}, {"size": number(-5e-324)},
		},
	} {
		for _, m := range merges {
			got := ""
			if err := m.Check(); err != nil {
				var p *problem.Error
				if !errors.As(err, &p) || p.Kind != problem.Invalid || len(p.Fields) != 1 {
					t.Fatalf("%v: %v", m, err)
				}
				got = p.Fields[0].Name + " " + p.Fields[0].Message
			}
			if got != want {
				t.Errorf("%v: got %q, want %q", m, got, want)
			}
		}
	}
}

func TestClash(t *testing.T) {
	present := Preferences{"size": *number(1), "theme": *text("dark")}
	for _, test := range []struct {
		merge Merge
		want  string
	}{
		{Merge{"size": number(2), "theme": boolean(true)}, "The preference theme is a text. Remove it before you set it to a boolean."},
		{Merge{"size": number(2), "new": boolean(true), "theme": nil}, ErrFull.Error()},
	} {
		var p *problem.Error
		if err := test.merge.Clash(present); err == nil || !errors.As(err, &p) || p.Kind != problem.Conflict || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: got %v, want %s", test.merge, err, test.want)
		}
	}
}

func TestType(t *testing.T) {
	for want, p := range map[string]*Preference{"boolean": boolean(false), "number": number(0), "text": text(""), "": {}} {
		if got := p.Type(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
