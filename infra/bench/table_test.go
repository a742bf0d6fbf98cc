package bench

import (
	"strings"
	"testing"
)

func TestPrintResults(t *testing.T) {
	r := readResults([]byte(`goos: linux
BenchmarkHit/1/lock-2         	 1000	        40 ns/op	       8 B/op	       2 allocs/op
BenchmarkHit/1/cache-2        	 1000	        10 ns/op	       0 B/op	       1 allocs/op
BenchmarkHit/16/lock-2        	 1000	       100 ns/op	       0 B/op	       0 allocs/op
BenchmarkHit/16/cache-2       	 1000	        20 ns/op	       0 B/op	       0 allocs/op
PASS
BenchmarkHit/1/cache-2        	 1000	        12 ns/op	       0 B/op	       1 allocs/op
BenchmarkHit/1/cache-2        	 1000	       900 ns/op	       0 B/op	       1 allocs/op
`))
	var out strings.Builder
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	const want = `
            ns     ×  B  allocations     ×
    1/lock  40  1.00  8            2  1.00
   1/cache  12  0.30  0            1  0.50
   16/lock 100  1.00  0            0     -
  16/cache  20  0.20  0            0     -
`
	if got := "\n" + out.String(); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("got %swant %s", got, want)
	}
}
