package compat

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/meridian-api/meridian/contract/canonical"
)

// Print writes reports as text: a table of the contexts, then the changes of each
// context. Documentation changes are only counted; JSON lists them. Print returns
// the errors of w.
func Print(w io.Writer, reports []Report) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "CONTEXT\tBASE\tRESULT\tCHANGES\tMINIMUM NEXT VERSION")
	for _, r := range reports {
		fmt.Fprintln(table, strings.Join(r.row(), "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, r := range reports {
		if err := r.print(w); err != nil {
			return err
		}
	}
	return nil
}

// JSON writes reports as JSON. It returns the errors of w.
func JSON(w io.Writer, reports []Report) error {
	if reports == nil {
		reports = []Report{}
	}
	data, err := canonical.JSON(reports)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

func (r Report) row() []string {
	switch {
	case r.First:
		return []string{r.Context, "-", "first release", "-", r.Next}
	case r.Removed:
		return []string{r.Context, r.Base, "removed", r.tally(), "-"}
	case len(r.Changes) == 0:
		return []string{r.Context, r.Base, "unchanged", "-", "-"}
	}
	return []string{r.Context, r.Base, r.Level.label(), r.tally(), fmt.Sprintf("%s (%s)", r.Next, r.Bump)}
}

// tally returns the number of changes of each level, in descending order.
func (r Report) tally() string {
	var parts []string
	for _, level := range []Level{Breaking, Compatible, None} {
		n := 0
		for _, c := range r.Changes {
			if c.Level == level {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, level.label()))
		}
	}
	return strings.Join(parts, ", ")
}

func (l Level) label() string {
	if l == None {
		return "documentation"
	}
	return string(l)
}

func (r Report) print(w io.Writer) error {
	if r.Level == None {
		return nil
	}
	if _, err := fmt.Fprintf(w, "\n%s since %s\n", r.Context, r.Base); err != nil {
		return err
	}
	for _, c := range r.Changes {
		if c.Level == None {
			break // sorted by level: only documentation follows
		}
		if _, err := fmt.Fprintf(w, "  %-10s  %s\n              %s\n", c.Level, c, c.Location); err != nil {
			return err
		}
	}
	return nil
}
