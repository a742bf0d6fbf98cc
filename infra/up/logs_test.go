package up

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// writes records each write, and whether it has been closed.
type writes struct {
	list   []string
	closed bool
}

func (w *writes) Write(p []byte) (int, error) {
	w.list = append(w.list, string(bytes.Clone(p)))
	return len(p), nil
}

func (w *writes) Close() error { w.closed = true; return nil }

func TestLogFileCollectsLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var to writes
		f := &logFile{to: &to}
		fmt.Fprint(f, "one\n")
		fmt.Fprint(f, "two\n")
		f.mu.Lock()
		early := len(to.list)
		f.mu.Unlock()
		if early > 0 {
			t.Errorf("%d writes before the delay", early)
		}
		time.Sleep(2 * flushDelay)
		long := strings.Repeat("x", flushSize) + "\n"
		fmt.Fprint(f, "three\n")
		fmt.Fprint(f, long)
		fmt.Fprint(f, "four\n")
		if err := f.Close(); err != nil || !to.closed {
			t.Errorf("close: %v, closed %v", err, to.closed)
		}
		fmt.Fprint(f, "five\n")
		if diff := cmp.Diff([]string{"one\ntwo\n", "three\n" + long, "four\n", "five\n"}, to.list); diff != "" {
			t.Errorf("writes (-want +got):\n%s", diff)
		}
	})
}

func TestLogFileKeepsLinesWhole(t *testing.T) {
	var to writes
	f := &logFile{to: &to}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 100 {
				fmt.Fprintf(f, "%s\n", strings.Repeat(fmt.Sprint(i), 1000))
			}
		})
	}
	group.Wait()
	f.Close()
	lines := strings.Split(strings.TrimSuffix(strings.Join(to.list, ""), "\n"), "\n")
	if len(lines) != 800 {
		t.Errorf("%d lines, want 800", len(lines))
	}
	for _, line := range lines {
		if strings.Trim(line, line[:1]) != "" || len(line) != 1000 {
			t.Fatalf("mixed line %q", line)
		}
	}
}
