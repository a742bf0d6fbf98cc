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
	case len(r.Changes)+len(r.Resources) == 0:
		return []string{r.Context, r.Base, "unchanged", "-", "-"}
	}
	return []string{r.Context, r.Base, string(r.All()[0].Verdict), r.tally(), fmt.Sprintf("%s (%s)", r.Next, r.Bump)}
}

// tally returns the number of changes of each verdict, in descending order.
func (r Report) tally() string {
	count := map[Verdict]int{}
	for _, c := range r.All() {
		count[c.Verdict]++
	}
	var parts []string
	for _, v := range verdicts {
		if count[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[v], v))
		}
	}
	return strings.Join(parts, ", ")
}

func (r Report) print(w io.Writer) error {
	if r.Level == None {
		return nil
	}
	if _, err := fmt.Fprintf(w, "\n%s since %s\n", r.Context, r.Base); err != nil {
		return err
	}
	for _, c := range r.All() {
		if c.Level == None {
			break // sorted by verdict: only documentation follows
		}
		if err := c.print(w); err != nil {
			return err
		}
	}
	return nil
}

// print writes a line with the verdict, one with the location, and one with the advice
// if there is any.
func (c Change) print(w io.Writer) error {
	const column = 18 // the longest verdict, and two spaces
	lines := []string{c.String(), c.Location}
	if c.Advice != "" {
		lines = append(lines, "safe way: "+c.Advice)
	}
	_, err := fmt.Fprintf(w, "  %-*s%s\n", column, c.Verdict, strings.Join(lines, "\n"+strings.Repeat(" ", 2+column)))
	return err
}
