package portal

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/compat"
)

func TestSpans(t *testing.T) {
	for text, want := range map[string]string{ // code in brackets
		"":                "",
		"plain":           "plain",
		"a `b` c":         "a [b] c",
		"`a``b`":          "[a][b]",
		"a ` b":           "a ` b",
		"`a` b `":         "[a] b `",
		"``":              "",
		"**a** [b](c) <d": "**a** [b](c) <d",
	} {
		t.Run(text, func(t *testing.T) {
			var got strings.Builder
			for _, s := range spans(text) {
				if s.Code {
					fmt.Fprintf(&got, "[%s]", s.Text)
				} else {
					got.WriteString(s.Text)
				}
			}
			if got.String() != want {
				t.Errorf("got %q, want %q", &got, want)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	change := []compat.Change{{Text: "changed"}}
	for want, report := range map[string]compat.Report{
		"First release":              {First: true, Level: compat.None},
		"Removed":                    {Removed: true, Level: compat.Breaking, Changes: change},
		"Unchanged":                  {Level: compat.None},
		"Documentation changes only": {Level: compat.None, Changes: change},
		"Compatible changes":         {Level: compat.Compatible, Changes: change},
		"Breaking changes":           {Level: compat.Breaking, Changes: change},
	} {
		t.Run(want, func(t *testing.T) {
			if got := summary(report); got != want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestReportsAreSortedByLevel(t *testing.T) {
	var got []string
	for _, r := range sortedByLevel([]compat.Report{
		{Context: "a", Level: compat.None}, {Context: "b", Level: compat.Compatible},
		{Context: "c", Level: compat.Breaking}, {Context: "d", Level: compat.Compatible},
	}) {
		got = append(got, r.Context)
	}
	if diff := cmp.Diff([]string{"c", "b", "d", "a"}, got); diff != "" {
		t.Errorf("contexts (-want +got):\n%s", diff)
	}
}
