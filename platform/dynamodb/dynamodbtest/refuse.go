package dynamodbtest

import (
	"errors"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/problem"
)

// EachCallRefused runs an operation once for each of its calls to DynamoDB, with
// that call refused as if the function's policy did not allow it. The operation
// must fail every time, and not with a problem.Error, whose text a client would
// see. A store that ignored the failure would return data that it does not have.
//
// EachCallRefused calls prepare before each run. prepare creates the items that
// the operation needs and returns the operation.
func EachCallRefused(t testing.TB, m *Meter, prepare func() (operation func() error)) {
	t.Helper()
	operation := prepare()
	m.Take()
	if err := operation(); err != nil {
		t.Fatalf("the operation fails although no call is refused: %v", err)
	}
	calls := m.Take().Calls
	if len(calls) == 0 {
		t.Fatal("the operation does not call DynamoDB through the meter")
	}
	for i, call := range calls {
		operation := prepare()
		m.refuseAfter(i)
		err := operation()
		m.refuseNone()
		var public *problem.Error
		if err == nil || errors.As(err, &public) {
			t.Errorf("call %d of %d, %s, is refused: got error %v, want one that is not a problem", i+1, len(calls), call, err)
		}
	}
}

// refuseAfter makes the Meter pass a number of calls and refuse the next one.
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

// refuses reports whether a call must be refused.
func (m *Meter) refuses(target string) bool {
	if !strings.Contains(target, ".") {
		return false // opens a connection ahead of the first call
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.refuse {
		return false
	}
	m.passing--
	return m.passing == -1
}
