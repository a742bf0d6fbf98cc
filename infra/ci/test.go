package ci

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/infra/check"
)

// Variables that change what Test does, when they are set to 1.
const (
	// RaceVariable turns the race detector on. It needs a C compiler, which a
	// user of the README's commands need not have.
	RaceVariable = "RACE"
	// NoSkipVariable makes a skipped test a failure.
	NoSkipVariable = "NOSKIP"
)

// Test runs the tests of every module. It prints a line for each package, all
// that a failed test printed, and what each skipped test lacked.
func Test(ctx context.Context, root string, out io.Writer) error {
	modules, err := check.Modules(ctx, root)
	if err != nil {
		return err
	}
	args := []string{"test", "-json"}
	if os.Getenv(RaceVariable) == "1" {
		args = append(args, "-race")
	}
	for _, m := range modules {
		args = append(args, m.Path+"/...")
	}
	r, w := io.Pipe()
	result := make(chan summary, 1)
	go func() { result <- summarize(r, out) }()
	tests := command.Go(root, args...)
	tests.Stdout, tests.Stderr = w, out
	failure := tests.Run(ctx)
	w.Close()
	s := <-result
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", s.passed, s.failed, len(s.skipped))
	switch {
	case failure != nil:
		return errors.New("tests failed")
	case len(s.skipped) > 0 && os.Getenv(NoSkipVariable) == "1":
		return fmt.Errorf("%d tests were skipped, and %s=1 lets none be", len(s.skipped), NoSkipVariable)
	}
	return nil
}

// event is a line of go test -json.
type event struct {
	Action, Package, Test, Output string
	ImportPath                    string // of a build's events, in place of Package
	Elapsed                       float64
}

// summary counts tests, subtests included; skipped names those with their reason.
type summary struct {
	passed, failed int
	skipped        []string
}

// summarize reads go test's events and prints what a person wants to know of
// them, as it comes.
func summarize(events io.Reader, out io.Writer) summary {
	var s summary
	output := map[string][]string{} // by package and test
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // not an event: a build's error
			continue
		}
		key := e.Package + e.ImportPath + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			output[key] = append(output[key], e.Output)
			continue
		case "skip":
			if e.Test != "" {
				s.skipped = append(s.skipped, e.Test)
				fmt.Fprintf(out, "skip  %s: %s\n", strings.TrimSpace(key), reason(output[key]))
			}
		case "pass":
			if e.Test != "" {
				s.passed++
			} else {
				fmt.Fprintf(out, "ok    %s  %.1fs\n", e.Package, e.Elapsed)
			}
		case "fail", "build-fail":
			if e.Test != "" {
				s.failed++
			}
			fmt.Fprintf(out, "FAIL  %s  %.1fs\n%s", strings.TrimSpace(key), e.Elapsed, strings.Join(output[key], ""))
		default:
			continue
		}
		delete(output, key)
	}
	return s
}

// reason is what a skipped test printed, without the runner's own lines.
func reason(output []string) string {
	output = slices.DeleteFunc(output, func(line string) bool {
		line = strings.TrimSpace(line)
		return strings.HasPrefix(line, "===") || strings.HasPrefix(line, "---")
	})
	return strings.TrimSpace(strings.Join(output, ""))
}
