package dynamodbtest

import (
	"errors"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/problem"
)

// EachCallRefused carries an operation out with each of its calls to DynamoDB
// refused in turn, as by a policy that lacks a right. Every time it must fail,
// with an error that no client is told: a store that overlooks one answers with
// what it does not have.
//
// prepare makes ready what the operation works on, anew each time, and gives the
// operation.
func EachCallRefused(t *testing.T, m *Meter, prepare func() (operation func() error)) {
	t.Helper()
	operation := prepare()
	m.Take()
	if err := operation(); err != nil {
		t.Fatalf("with nothing refused: %v", err)
	}
	calls := m.Take().Calls
	if len(calls) == 0 {
		t.Fatal("it calls nothing, or not through the meter")
	}
	for i, call := range calls {
		operation := prepare()
		m.refuseAfter(i)
		err := operation()
		m.refuseNone()
		var told *problem.Error
		if err == nil || errors.As(err, &told) {
			t.Errorf("%s, call %d of %d, is refused: got %v", call, i+1, len(calls), err)
		}
	}
}

// refuseAfter lets calls pass and refuses the one that follows.
func (m *Meter) refuseAfter(calls int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuse, m.passing = true, calls
}

func (m *Meter) refuseNone() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuse = false
}

// refuses reports whether a call is to be refused.
func (m *Meter) refuses(target string) bool {
	if !strings.Contains(target, ".") {
		return false // a connection that was opened ahead
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.refuse {
		return false
	}
	m.passing--
	return m.passing == -1
}
