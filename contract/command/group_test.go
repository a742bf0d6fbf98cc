//go:build unix

package command

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// TestGroupEndsWithTheContext starts a process that starts another one, which keeps the
// output open until it ends.
func TestGroupEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out := &started{cancel: cancel}
	c := shell(`sh -c 'trap "echo interrupted; exit" INT; echo started; while :; do sleep 0.01; done'; echo after`)
	c.Stdout, c.Group = out, true
	if err := c.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	if got := out.text.String(); !strings.HasPrefix(got, "started\ninterrupted\n") {
		t.Errorf("output %q, want that the inner process is interrupted", got)
	}
}
