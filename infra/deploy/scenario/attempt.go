package scenario

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// scenario is something that happens to an environment.
type scenario struct {
	name string
	// inCI scenarios are the sample that every change must pass.
	inCI bool
	// fresh scenarios begin without an environment, others with a deployed one.
	fresh bool
	run   func(context.Context, *attempt) error
}

// attempt is one run of a scenario.
type attempt struct {
	*sandbox
	program program
	cost
	short    bool // what takes time takes less
	failures []error
	notes    []string
	all      []*started
}

// check notes a failure unless ok.
func (a *attempt) check(ok bool, format string, args ...any) {
	if !ok {
		a.failures = append(a.failures, fmt.Errorf(format, args...))
	}
}

// note adds a line to the report.
func (a *attempt) note(format string, args ...any) {
	a.notes = append(a.notes, fmt.Sprintf(format, args...))
}

// start starts a target with variables NAME=VALUE and arguments.
func (a *attempt) start(env []string, args ...string) (*started, error) {
	log := filepath.Join(a.root, dist, fmt.Sprintf("run-%d.log", len(a.all)))
	return a.keep(start(a.program.command(a.sandbox, env, args...), log))
}

// startOnTerminal starts a target like start, on a terminal of its own.
func (a *attempt) startOnTerminal(env []string, args ...string) (*started, error) {
	return a.keep(startOnTerminal(a.program.command(a.sandbox, env, args...)))
}

func (a *attempt) keep(s *started, err error) (*started, error) {
	if err == nil {
		a.all = append(a.all, s)
	}
	return s, err
}

// close kills what a scenario that failed has left running.
func (a *attempt) close() {
	for _, s := range a.all {
		s.kill() // has an error if it has ended
		s.wait()
	}
}

// end waits for the end of a run and counts what it took.
func (a *attempt) end(s *started) output {
	o := s.wait()
	a.add(o.cost)
	return o
}

// do runs a target with variables NAME=VALUE to its end.
func (a *attempt) do(env []string, args ...string) (output, error) {
	s, err := a.start(env, args...)
	if err != nil {
		return output{}, err
	}
	return a.end(s), nil
}

// must runs a target that is to succeed.
func (a *attempt) must(args ...string) (output, error) { return a.mustWith(nil, args...) }

// mustWith runs a target with variables NAME=VALUE that is to succeed.
func (a *attempt) mustWith(env []string, args ...string) (output, error) {
	o, err := a.do(env, args...)
	if err == nil && o.code() != 0 {
		err = fmt.Errorf("%s ended with %d:\n%s", strings.Join(args, " "), o.code(), o.text)
	}
	return o, err
}

// refusedWith runs a target with variables NAME=VALUE that is to fail with a text.
func (a *attempt) refusedWith(env []string, want string, args ...string) error {
	o, err := a.do(env, args...)
	if err != nil {
		return err
	}
	a.checkRefusal(o, want, args)
	return nil
}

// refused runs a target that is to fail with a text.
func (a *attempt) refused(want string, args ...string) (output, error) {
	o, err := a.do(nil, args...)
	if err != nil {
		return o, err
	}
	a.checkRefusal(o, want, args)
	return o, nil
}

func (a *attempt) checkRefusal(o output, want string, args []string) {
	a.check(o.code() == 1 && strings.Contains(o.text, want), "%s ended with %d, want a failure with %q:\n%s",
		strings.Join(args, " "), o.code(), want, o.text)
}

// completes deploys, and checks that a second deployment has nothing to change.
func (a *attempt) completes(args ...string) error {
	if _, err := a.must(append([]string{"deploy:all"}, args...)...); err != nil {
		return err
	}
	o, err := a.must("deploy:all")
	if err == nil {
		a.check(strings.Contains(o.text, unchanged), "the next run is not %q:\n%s", unchanged, o.text)
	}
	return err
}

// unchanged is what a roll-out without work prints.
const unchanged = "Nothing was changed."

// checkStacks checks whether stacks have resources.
func (a *attempt) checkStacks(want bool, keys ...string) {
	for _, key := range keys {
		resources, err := a.resources(key)
		a.check(err == nil && (len(resources) > 0) == want, "%s has %d resources, %v; want some: %t", key, len(resources), err, want)
	}
}

// releases returns the release of each Region, by deploy:status.
func (a *attempt) releases() (map[string]string, error) {
	o, err := a.must("deploy:status")
	if err != nil {
		return nil, err
	}
	releases := map[string]string{}
	for line := range strings.Lines(o.text) {
		if fields := strings.Fields(line); len(fields) > 2 && strings.Count(fields[0], "-") == 2 {
			releases[fields[0]] = fields[1]
		}
	}
	if len(releases) == 0 {
		return nil, errors.New("deploy:status prints no Regions:\n" + o.text)
	}
	return releases, nil
}
