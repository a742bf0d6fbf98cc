package main

import (
	"fmt"
	"io"
	"time"
)

// progress shows packages as they are compiled. A terminal has the latest in one line,
// another writer has a line at the start.
type progress struct {
	out      io.Writer
	terminal bool
	start    time.Time
	packages int
}

func (p *progress) add(path string) {
	p.packages++
	switch {
	case p.terminal:
		fmt.Fprintf(p.out, "\r\x1b[K%-12s%4.0fs  %d compiled: %s", "targets", time.Since(p.start).Seconds(), p.packages, path)
	case p.packages == 1:
		fmt.Fprintln(p.out, "targets            compiling them and what they import; about a minute from empty caches")
	}
}

// end writes how many packages were compiled, if any was, unless err says that they do not
// compile.
func (p *progress) end(err error) {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	if p.packages > 0 && err == nil {
		fmt.Fprintf(p.out, "%-12s%4.1fs  %d compiled; later starts skip them\n", "targets", time.Since(p.start).Seconds(), p.packages)
	}
}
