package up

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// terminal prints lines. If out is a terminal, it also shows what happens at the moment,
// in a last line that later ones replace. It is safe for concurrent use.
type terminal struct {
	out   io.Writer
	width int // columns of the terminal; 0 if out is not one

	mu     sync.Mutex
	status bool // the last line is a status
}

func newTerminal(out io.Writer) *terminal {
	t := &terminal{out: out}
	if f, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			t.width = width
		}
	}
	return t
}

// live reports whether someone looks on. What is printed to a file or a pipe is read
// later: it contains results and errors only.
func (t *terminal) live() bool { return t.width > 0 }

// printf prints lines.
func (t *terminal) printf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
	fmt.Fprintf(t.out, format, args...)
}

// show replaces the status, if someone looks on.
func (t *terminal) show(status string) {
	if !t.live() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
	if len(status) >= t.width {
		status = status[:t.width-1]
	}
	fmt.Fprint(t.out, status)
	t.status = true
}

// clear removes the status. The caller holds t.mu.
func (t *terminal) clear() {
	if t.status {
		fmt.Fprint(t.out, "\r\x1b[K")
		t.status = false
	}
}

// step runs do and prints the step's name, its duration and do's result. It prints
// nothing if do fails: the caller reports the error.
func (t *terminal) step(name string, do func() (string, error)) error {
	start := time.Now()
	t.show(name)
	result, err := do()
	if err != nil {
		t.show("")
		return err
	}
	t.printf("%-9s %6.1fs  %s\n", name, time.Since(start).Seconds(), result)
	return nil
}

// compiling returns a function that shows each package that is compiled, and their
// number.
func (t *terminal) compiling() func(importPath string) {
	var mu sync.Mutex
	n := 0
	return func(importPath string) {
		mu.Lock()
		defer mu.Unlock()
		n++
		t.show(fmt.Sprintf("          compiling package %d: %s", n, importPath))
	}
}

// failed prints an error that the cloud survives.
func (t *terminal) failed(what string, err error) {
	t.printf("%s\n%s\n", what, strings.TrimSpace(err.Error()))
}
