package deploy

import (
	"context"
	"errors"
	"strings"
	"time"
)

// State is how far a step has come.
type State string

// The states of a step.
const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
	// Skipped steps were not started, because an earlier one failed or the user
	// interrupted the roll-out.
	Skipped State = "skipped"
)

// Event is a change of a step's state.
type Event struct {
	Time time.Time `json:"time"`
	// Step is the position in the list of steps.
	Step   int    `json:"step"`
	Name   string `json:"name"`
	Region string `json:"region,omitempty"`
	State  State  `json:"state"`
	// Took is the time since the step was started, in a final state.
	Took time.Duration `json:"took,omitempty"`
	// Error says why the step failed.
	Error string `json:"error,omitempty"`
}

// nameInRegion returns the step's name without its Region, for a row that has both.
func (e Event) nameInRegion() string {
	if e.Region == "" {
		return e.Name
	}
	return strings.TrimRight(strings.TrimSuffix(e.Name, e.Region), " /")
}

// StepError is the error of a step that failed. It has one line, because the view shows
// the complete error when the step fails.
type StepError struct {
	Step Step
	Err  error
}

// Error implements error.
func (e *StepError) Error() string {
	text := e.Err.Error()
	if strings.Contains(text, "\n") {
		text = firstError(e.Err)
	}
	first, _, _ := strings.Cut(text, "\n")
	return e.Step.String() + ": " + first
}

// Unwrap returns Err.
func (e *StepError) Unwrap() error { return e.Err }

// ErrInterrupted is the error of a run that the user ended.
var ErrInterrupted = errors.New("interrupted")

// runner carries out steps.
type runner struct {
	// most is how many steps run at a time.
	most int
	// do carries out a step. When ctx is done it sends Terraform one interrupt, and
	// returns after Terraform has written its state.
	do func(context.Context, Step) error
	// report receives every change of a state, one at a time.
	report func(Event)
	now    func() time.Time
}

// run carries out the steps and returns their states. After a failure, or when
// ctx is done, it starts no more steps and waits for those that run. The error
// joins the errors of all that failed.
func (r runner) run(ctx context.Context, steps []Step) ([]State, error) {
	states := make([]State, len(steps))
	for i := range states {
		states[i] = Waiting
	}
	type result struct {
		step int
		took time.Duration
		err  error
	}
	results := make(chan result)
	var failed []error
	running := 0
	start := func(i int) {
		states[i] = Running
		running++
		r.event(steps, i, Running, 0, nil)
		go func() {
			begin := r.now()
			err := r.do(ctx, steps[i])
			results <- result{i, r.now().Sub(begin), err}
		}()
	}
	for {
		if len(failed) == 0 && ctx.Err() == nil {
			for i := range steps {
				if running < r.most && states[i] == Waiting && ready(steps[i], states) {
					start(i)
				}
			}
		}
		if running == 0 {
			break
		}
		done := <-results
		running--
		states[done.step] = Done
		if done.err != nil {
			states[done.step] = Failed
			failed = append(failed, &StepError{steps[done.step], done.err})
		}
		r.event(steps, done.step, states[done.step], done.took, done.err)
	}
	if ctx.Err() != nil {
		failed = append(failed, ErrInterrupted)
	}
	r.skip(steps, states)
	return states, errors.Join(failed...)
}

func ready(s Step, states []State) bool {
	for _, before := range s.After {
		if states[before] != Done {
			return false
		}
	}
	return true
}

func (r runner) skip(steps []Step, states []State) {
	for i := range states {
		if states[i] == Waiting {
			states[i] = Skipped
			r.event(steps, i, Skipped, 0, nil)
		}
	}
}

func (r runner) event(steps []Step, i int, s State, took time.Duration, err error) {
	e := Event{Time: r.now(), Step: i, Name: steps[i].String(), Region: steps[i].Stack.Region, State: s, Took: took}
	if err != nil {
		e.Error = err.Error()
	}
	r.report(e)
}
