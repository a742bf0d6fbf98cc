package deploy

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"golang.org/x/term"
)

var timeNow = time.Now

// view shows the progress of steps.
type view interface {
	// event shows a change of a step's state. Calls come one at a time.
	event(Event)
	end()
}

// view returns the view that suits the output: JSON lines if the user asked for
// them, a live view on a terminal, and lines elsewhere.
func (s *session) view(steps []Step) view {
	switch {
	case s.events != nil:
		return s.events
	case s.terminal:
		return newLive(s.out, steps)
	}
	return lines{s.out}
}

// isTerminal reports whether out is a terminal.
func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// console is the output of a session. While a live view is on the terminal, text is
// written above it.
type console struct {
	mu  sync.Mutex
	out io.Writer
}

// Write implements io.Writer.
func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.Write(p)
}

// redirect sends the output to out and returns where it went before.
func (c *console) redirect(out io.Writer) io.Writer {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.out
	c.out = out
	return before
}

// lines shows a line at the end of each step, and the reason of a failure.
type lines struct{ out io.Writer }

func (l lines) event(e Event) {
	switch e.State {
	case Done:
		fmt.Fprintf(l.out, "%s: done in %s\n", e.Name, took(e.Took))
	case Failed:
		fmt.Fprintf(l.out, "%s: failed after %s\n%s\n", e.Name, took(e.Took), e.Error)
	}
}

func (lines) end() {}

func took(d time.Duration) string { return d.Round(100 * time.Millisecond).String() }

// jsonLines writes an Event or a Message on each line.
type jsonLines struct {
	mu   sync.Mutex
	out  *json.Encoder
	rest string // of a line that is not complete
}

// Message is a line of text among the events of -json.
type Message struct {
	Time    time.Time `json:"time"`
	Message string    `json:"message"`
}

func (j *jsonLines) event(e Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.out.Encode(e)
}

func (j *jsonLines) end() {}

// Write writes a Message for each line of text that is not empty.
func (j *jsonLines) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	text := j.rest + string(p)
	complete := strings.LastIndexByte(text, '\n') + 1
	j.rest = text[complete:]
	for line := range strings.Lines(text[:complete]) {
		if line = strings.TrimRight(line, "\n"); strings.TrimSpace(line) == "" {
			continue
		}
		if err := j.out.Encode(Message{timeNow().UTC(), line}); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// printAsJSON makes the session print events and messages as lines of JSON.
func (s *session) printAsJSON() {
	s.events = &jsonLines{}
	s.events.out = json.NewEncoder(s.out.redirect(s.events))
}

// printStates prints how far each step has come.
func (s *session) printStates(steps []Step, states []State) {
	fmt.Fprintln(s.out, "\nInterrupted. Run the command again to go on. The steps:")
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for i, step := range steps {
		fmt.Fprintf(table, "  %s\t%s\n", states[i], step)
	}
	table.Flush()
}
