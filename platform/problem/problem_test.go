package problem

import (
	"errors"
	"fmt"
	"testing"
)

func TestErrorTellsTheLogAll(t *testing.T) {
	cause := errors.New("connection refused")
	for want, err := range map[string]error{
		"not-found":                         &Error{Kind: NotFound},
		"not-found: There is no account 7.": &Error{Kind: NotFound, Detail: "There is no account 7."},
		"unavailable: The store is down.: connection refused":              Wrap(Unavailable, cause, "The store is %s.", "down"),
		"invalid: Look.; query limit: is too large; body /a: is not there": &Error{Kind: Invalid, Detail: "Look.", Fields: []Field{{"query", "limit", "is too large"}, {"body", "/a", "is not there"}}},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if err := Wrap(Unavailable, cause, "down"); !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
}

func TestIs(t *testing.T) {
	err := fmt.Errorf("read: %w", New(NotFound, "gone"))
	if !Is(err, NotFound) || Is(err, Conflict) || Is(errors.New("other"), NotFound) || Is(nil, NotFound) {
		t.Error("a kind is mistaken")
	}
}
