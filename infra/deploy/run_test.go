package deploy

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/provision"
)

func TestRunFollowsTheDependencies(t *testing.T) {
	steps, err := Order(Wanted{Regions: []string{"us-east-1", "us-west-2"}, Contexts: []string{"a", "b", "c"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	finished := map[string]bool{}
	running, most := 0, 0
	r := testRunner(3, func(_ context.Context, s Step) error {
		mu.Lock()
		running++
		most = max(most, running)
		for _, before := range s.After {
			if !finished[steps[before].String()] {
				t.Errorf("%s started before %s had finished", s, steps[before])
			}
		}
		mu.Unlock()
		time.Sleep(time.Millisecond)
		mu.Lock()
		defer mu.Unlock()
		running--
		finished[s.String()] = true
		return nil
	})
	states, err := r.run(t.Context(), steps)
	if err != nil || slices.ContainsFunc(states, func(s State) bool { return s != Done }) {
		t.Errorf("states %v, %v", states, err)
	}
	if most != 3 {
		t.Errorf("at most %d steps ran at a time, want 3", most)
	}
}

func TestRunStopsAtAFailureAndLetsTheOthersFinish(t *testing.T) {
	steps := []Step{stepOf("a"), stepOf("b"), stepOf("c", 0), stepOf("d", 1)}
	broken := errors.New("broken")
	release := make(chan bool)
	var events []Event
	r := testRunner(2, func(_ context.Context, s Step) error {
		if s.Stack.Root == "a" {
			return broken
		}
		<-release
		return nil
	})
	r.report = func(e Event) {
		events = append(events, e)
		if e.State == Failed {
			close(release)
		}
	}
	states, err := r.run(t.Context(), steps)
	if !errors.Is(err, broken) || err.Error() != "apply a: broken" {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]State{Failed, Done, Skipped, Skipped}, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	var reported []string
	for _, e := range events {
		reported = append(reported, e.Name+" "+string(e.State))
	}
	want := []string{
		"apply a running", "apply b running", "apply a failed", "apply b done", "apply c skipped", "apply d skipped",
	}
	if diff := cmp.Diff(want, reported); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestRunInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	r := testRunner(1, func(ctx context.Context, s Step) error {
		interrupt()
		<-ctx.Done() // the step passes the interrupt on, and finishes
		return nil
	})
	states, err := r.run(ctx, []Step{stepOf("a"), stepOf("b")})
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]State{Done, Skipped}, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func testRunner(most int, do func(context.Context, Step) error) runner {
	return runner{most: most, do: do, report: func(Event) {}, now: time.Now}
}

func stepOf(root string, after ...int) Step {
	return Step{Action: ApplyStep, Stack: provision.Stack{Root: root}, After: after}
}
