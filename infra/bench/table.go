package bench

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// results has the figures of a Go benchmark.
type results struct {
	cases   []string                        // in the order of the output
	figures map[string]map[string][]float64 // by case and unit
}

// readResults parses the output of go test -bench. The name of a case is the text after
// the benchmark's name, without the number of processors.
func readResults(output []byte) results {
	r := results{figures: map[string]map[string][]float64{}}
	for s := bufio.NewScanner(bytes.NewReader(output)); s.Scan(); {
		fields := strings.Fields(s.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		_, name, _ := strings.Cut(fields[0], "/")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		}
		if r.figures[name] == nil {
			r.cases = append(r.cases, name)
			r.figures[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if value, err := strconv.ParseFloat(fields[i], 64); err == nil {
				r.figures[name][fields[i+1]] = append(r.figures[name][fields[i+1]], value)
			}
		}
	}
	return r
}

// median returns the median of a case in a unit, or 0 without figures.
func (r results) median(name, unit string) float64 {
	if len(r.figures[name][unit]) == 0 {
		return 0
	}
	return median(r.figures[name][unit])
}

// print prints the time and memory of each case, and their ratio to the first case of
// its group. Cases with the same name up to "/" are a group, and so are all cases
// without a "/".
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

// median returns the median of values, of which there must be one.
func median[T cmp.Ordered](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
