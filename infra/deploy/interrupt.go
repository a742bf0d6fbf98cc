package deploy

import (
	"context"
	"errors"
	"os"
	"os/signal"
)

// untilInterrupt returns a context that is done when the user interrupts, and a
// function that ends the watch. It takes the signal away from mage, which ends the
// process five seconds after an interrupt and at once at a second one: with `go tool
// mage` one Ctrl-C arrives twice, from the terminal and from the go command.
func untilInterrupt(ctx context.Context) (context.Context, func()) {
	signal.Reset(os.Interrupt)
	return signal.NotifyContext(ctx, os.Interrupt)
}

// lock takes the environment's lock. The context that it returns is done when the
// user interrupts. unlock returns the lock and the handling of interrupts.
func (s *session) lock(ctx context.Context, action string) (watched context.Context, unlock func() error, err error) {
	watched, stop := untilInterrupt(ctx)
	release, err := acquire(watched, s.store, s.environment.Name, action, s.waitForOrphans)
	if err != nil {
		stop()
		return nil, nil, err
	}
	return watched, func() error {
		defer stop()
		return release()
	}, nil
}

// runSteps carries out steps and shows their progress. After an interrupt it prints
// how far each has come.
func (s *session) runSteps(ctx context.Context, do func(context.Context, Step) error, steps []Step) ([]State, error) {
	v := s.view(steps)
	states, err := runner{most: mostSteps, do: do, report: v.event, now: timeNow}.run(ctx, steps)
	v.end()
	if errors.Is(err, ErrInterrupted) {
		s.printStates(steps, states)
	}
	return states, err
}
