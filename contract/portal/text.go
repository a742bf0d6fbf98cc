package portal

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/compat"
)

// span is a piece of a text.
type span struct {
	Text string
	// Code is what stood in backticks.
	Code bool
}

// spans takes a text apart at its backticks. A backtick without a partner is
// itself. No other markup is known: what looks like it stays as it is.
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

// verdict is a report in a few words.
func verdict(r compat.Report) string {
	switch {
	case r.First:
		return "First release"
	case r.Removed:
		return "Removed"
	case len(r.Changes) == 0:
		return "Unchanged"
	case r.Level == compat.None:
		return "Changed in words only"
	}
	return map[compat.Level]string{compat.Breaking: "Breaking changes", compat.Compatible: "Compatible changes"}[r.Level]
}

func ofLevel(r compat.Report, level compat.Level) []compat.Change {
	var list []compat.Change
	for _, c := range r.Changes {
		if c.Level == level {
			list = append(list, c)
		}
	}
	return list
}

// sorted has those first that readers have to know of.
func sorted(reports []compat.Report) []compat.Report {
	rank := func(r compat.Report) int {
		switch r.Level {
		case compat.Breaking:
			return 0
		case compat.Compatible:
			return 1
		}
		return 2
	}
	return slices.SortedStableFunc(slices.Values(reports), func(a, b compat.Report) int { return cmp.Compare(rank(a), rank(b)) })
}
