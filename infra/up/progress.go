package up

import (
	"fmt"
	"io"
	"time"
)

// progress prints one line for each step, when it is done.
type progress struct{ out io.Writer }

// step runs do and prints its name, how long it took, and what it tells.
func (p *progress) step(name string, do func() (string, error)) error {
	start := time.Now()
	told, err := do()
	if err == nil {
		fmt.Fprintf(p.out, "%-9s %6.1fs  %s\n", name, time.Since(start).Seconds(), told)
	}
	return err
}
