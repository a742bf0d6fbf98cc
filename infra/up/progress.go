package up

import (
	"fmt"
	"io"
	"time"
)

// progress prints a line for each step that has ended.
type progress struct{ out io.Writer }

// step runs do and prints the step's name, its duration and do's result. It prints
// nothing if do fails: the caller reports the error.
func (p *progress) step(name string, do func() (string, error)) error {
	start := time.Now()
	result, err := do()
	if err == nil {
		fmt.Fprintf(p.out, "%-9s %6.1fs  %s\n", name, time.Since(start).Seconds(), result)
	}
	return err
}
