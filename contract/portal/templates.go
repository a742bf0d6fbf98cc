package portal

import (
	"bytes"
	"cmp"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/compat"
)

var functions = template.FuncMap{
	"spans":         spans,
	"lower":         strings.ToLower,
	"join":          strings.Join,
	"date":          func(t time.Time) string { return t.UTC().Format(time.DateOnly) },
	"summary":       summary,
	"sorted":        sortedByLevel,
	"documentation": func(r compat.Report) []compat.Change { return ofLevel(r, compat.None) },
	"changes": func(r compat.Report) []compat.Change {
		return slices.Concat(ofLevel(r, compat.Breaking), ofLevel(r, compat.Compatible))
	},
}

func render(v view) ([]byte, error) {
	files := []string{"templates/layout.html", "templates/" + v.Page.File}
	t, err := template.New(v.Page.File).Funcs(functions).ParseFS(sources, files...)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "layout.html", v); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// span is a part of a text.
type span struct {
	Text string
	// Code reports whether the part was in backticks.
	Code bool
}

// spans splits a text at its backticks. A backtick without a counterpart is
// literal. Other markup is not interpreted.
func spans(s string) []span {
	var list []span
	for s != "" {
		before, rest, ok := strings.Cut(s, "`")
		code, after, closed := strings.Cut(rest, "`")
		if !ok || !closed {
			return append(list, span{Text: s})
		}
		if before != "" {
			list = append(list, span{Text: before})
		}
		if code != "" {
			list = append(list, span{Text: code, Code: true})
		}
		s = after
	}
	return list
}

// summary returns the result of a report in a few words.
func summary(r compat.Report) string {
	switch {
	case r.First:
		return "First release"
	case r.Removed:
		return "Removed"
	case len(r.Changes) == 0:
		return "Unchanged"
	case r.Level == compat.None:
		return "Documentation changes only"
	}
	if r.Level == compat.Compatible {
		return "Compatible changes"
	}
	return "Breaking changes"
}

// ofLevel returns the changes of one level.
func ofLevel(r compat.Report, level compat.Level) []compat.Change {
	var list []compat.Change
	for _, c := range r.Changes {
		if c.Level == level {
			list = append(list, c)
		}
	}
	return list
}

// sortedByLevel returns the reports with breaking changes first, then those with
// compatible changes.
func sortedByLevel(reports []compat.Report) []compat.Report {
	rank := func(r compat.Report) int {
		switch r.Level {
		case compat.Breaking:
			return 0
		case compat.Compatible:
			return 1
		}
		return 2
	}
	byRank := func(a, b compat.Report) int { return cmp.Compare(rank(a), rank(b)) }
	return slices.SortedStableFunc(slices.Values(reports), byRank)
}
