package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// results are a Go benchmark's figures by case and unit, the cases as they came.
type results struct {
	cases []string
	of    map[string]map[string][]float64
}

// readResults reads the output of go test -bench: a case is what follows the
// benchmark's name, without the number of processors.
func readResults(output []byte) results {
	r := results{of: map[string]map[string][]float64{}}
	for s := bufio.NewScanner(bytes.NewReader(output)); s.Scan(); {
		fields := strings.Fields(s.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		_, name, _ := strings.Cut(fields[0], "/")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		}
		if r.of[name] == nil {
			r.cases = append(r.cases, name)
			r.of[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if value, err := strconv.ParseFloat(fields[i], 64); err == nil {
				r.of[name][fields[i+1]] = append(r.of[name][fields[i+1]], value)
			}
		}
	}
	return r
}

// median of a case in a unit; 0 if there is none.
func (r results) median(name, unit string) float64 {
	values := slices.Sorted(slices.Values(r.of[name][unit]))
	if len(values) == 0 {
		return 0
	}
	return values[len(values)/2]
}

// print shows time and memory of each case, and how many times those of the
// first of its group they are: of all, or of those with the same name up to "/".
func (r results) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tns\t×\tB\tallocations\t×\t")
	first := map[string]string{}
	for _, name := range r.cases {
		group, _, _ := strings.Cut(name, "/")
		if group == name {
			group = ""
		}
		if first[group] == "" {
			first[group] = name
		}
		ratio := func(unit string) string {
			peer := r.median(first[group], unit)
			if peer == 0 {
				return "-"
			}
			return fmt.Sprintf("%.2f", r.median(name, unit)/peer)
		}
		fmt.Fprintf(w, "%s\t%.0f\t%s\t%.0f\t%.0f\t%s\t\n", name, r.median(name, "ns/op"), ratio("ns/op"),
			r.median(name, "B/op"), r.median(name, "allocs/op"), ratio("allocs/op"))
	}
	return w.Flush()
}
