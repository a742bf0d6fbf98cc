package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"gotest.tools/gotestsum/testjson"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/modules"
)

// Variables that change what Test does if they are 1.
const (
	// RaceVariable turns the race detector on. The detector needs a C compiler,
	// which a user of the README's commands may not have.
	RaceVariable = "RACE"
	// NoSkipVariable makes a skipped test a failure.
	NoSkipVariable = "NOSKIP"
)

// SinceVariable names a git reference. If it is set, Test runs the tests of the modules
// only that a change since that reference affects.
const SinceVariable = "SINCE"

// tempVariable names the folder of temporary files. If it is not set, the tests use a file
// system in memory where there is one: they create many small files, which took a third of
// their time on a slow disk.
const tempVariable = "TMPDIR"

type testOptions struct {
	race, noSkip bool
	since        string
	temp         string // the folder of temporary files if it is not the system's
}

func readTestOptions(getenv func(string) string) testOptions {
	o := testOptions{race: getenv(RaceVariable) == "1", noSkip: getenv(NoSkipVariable) == "1", since: getenv(SinceVariable)}
	if getenv(tempVariable) == "" {
		o.temp = memoryFolder()
	}
	return o
}

// Test runs the tests of every module. It prints a line for each package, the output
// of each failed test, the reason for each skipped test, and the numbers of all three.
// It reads RaceVariable, NoSkipVariable and SinceVariable through getenv, usually os.Getenv.
func Test(ctx context.Context, root string, getenv func(string) string, out io.Writer) error {
	return test(ctx, root, readTestOptions(getenv), out)
}

func test(ctx context.Context, root string, options testOptions, out io.Writer) error {
	modules, err := Modules(ctx, root)
	if err != nil {
		return err
	}
	if options.since != "" {
		if modules, err = affected(ctx, root, modules, options.since, out); err != nil || len(modules) == 0 {
			return err
		}
	}
	if first := slowestOf(modules); len(first) > 0 {
		fmt.Fprintf(out, "begins with the packages that take longest: %s\n", strings.ReplaceAll(strings.Join(first, " "), workspace.Meridian+"/", ""))
	}
	tests := testCommand(root, modules, options)
	events, w := io.Pipe()
	out = &lockedWriter{out: out} // the events and the command's errors arrive at once
	tests.Stdout, tests.Stderr = w, out
	ended := make(chan error, 1)
	go func() {
		err := tests.Run(ctx)
		w.Close()
		ended <- err
	}()
	count, err := summarize(events, out)
	events.CloseWithError(err) // the command must not wait for a reader that gave up
	return count.verdict(errors.Join(err, <-ended), options)
}

// affected returns the modules that a change since a reference affects, and prints them.
func affected(ctx context.Context, root string, all []Module, since string, out io.Writer) ([]Module, error) {
	list, err := modules.AffectedSince(ctx, root, since)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, a := range list {
		names = append(names, a.Module)
	}
	fmt.Fprintf(out, "affected since %s: %s\n", since, strings.Join(names, " "))
	return slices.DeleteFunc(all, func(m Module) bool { return !slices.Contains(names, filepath.Base(m.Dir)) }), nil
}

// lockedWriter is a writer for several goroutines.
type lockedWriter struct {
	mu  sync.Mutex
	out io.Writer
}

// Write implements io.Writer.
func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

// slowest are the packages whose tests take minutes. They begin first, so that no processor
// waits for the last of them.
var slowest = []string{
	workspace.Meridian + "/infra/provision", workspace.Meridian + "/infra/e2e", workspace.Meridian + "/infra/deploy",
	workspace.Meridian + "/infra/deploy/scenario",
}

// slowestOf returns the packages of slowest that belong to one of the modules.
func slowestOf(modules []Module) []string {
	var list []string
	for _, path := range slowest {
		if slices.ContainsFunc(modules, func(m Module) bool { return strings.HasPrefix(path, m.Path+"/") }) {
			list = append(list, path)
		}
	}
	return list
}

// testCommand returns the command that runs the tests of the modules.
func testCommand(root string, modules []Module, options testOptions) command.Command {
	args := []string{"test", "-json"}
	if options.race {
		args = append(args, "-race")
	}
	args = append(args, slowestOf(modules)...)
	for _, m := range modules {
		args = append(args, m.Path+"/...")
	}
	c := command.Go(root, args...)
	if options.temp != "" {
		// Not a folder of its own: a test's result in the cache depends on the variable.
		c.Env = append(c.Env, tempVariable+"="+options.temp)
	}
	return c
}

// counts are numbers of tests, subtests included. A package that does not build
// counts as a failed test.
type counts struct{ passed, failed, skipped int }

// verdict returns the error of a run; err is what went wrong in running the tests.
func (c counts) verdict(err error, options testOptions) error {
	switch {
	case c.failed > 0:
		return fmt.Errorf("%d tests failed", c.failed)
	case err != nil:
		return err
	case c.skipped > 0 && options.noSkip:
		return fmt.Errorf("%d tests were skipped, and %s=1 does not allow that", c.skipped, NoSkipVariable)
	}
	return nil
}

// summarize reads the events of go test -json and prints them for people.
//
// It uses gotestsum's package and not its command: the command's output has the
// number of skipped tests but no exit status for it.
func summarize(events io.Reader, out io.Writer) (counts, error) {
	run, err := testjson.ScanTestOutput(testjson.ScanConfig{
		Stdout: events, Handler: printer{testjson.NewEventFormatter(out, "standard-quiet", testjson.FormatOptions{}), out},
		IgnoreNonJSONOutputLines: true,
	})
	if err != nil {
		return counts{}, err
	}
	testjson.PrintSummary(out, run, testjson.SummarizeAll)
	c := counts{failed: len(run.Failed()), skipped: len(run.Skipped())}
	for _, name := range run.Packages() {
		c.passed += len(run.Package(name).Passed)
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", c.passed, c.failed, c.skipped)
	return c, nil
}

// printer prints events as they come.
type printer struct {
	testjson.EventFormatter
	out io.Writer
}

// Event implements testjson.EventHandler.
func (p printer) Event(event testjson.TestEvent, run *testjson.Execution) error {
	return p.Format(event, run)
}

// Err implements testjson.EventHandler: text is a line that is not an event.
func (p printer) Err(text string) error {
	_, err := fmt.Fprintln(p.out, text)
	return err
}
