package function

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/google/uuid"
)

// invocation is one request to a function.
type invocation struct {
	id      string // request ID, a random UUID
	payload []byte
	trace   string
	done    chan outcome // capacity 1, so that complete does not wait for a caller that may be gone

	// Set when the work is delivered.
	started      time.Time
	initDuration time.Duration // of the environment, if this is its first invocation; otherwise zero
	prepared     time.Duration // of Config.Prepare before the init; zero as above
}

type outcome struct {
	payload []byte
	err     error
}

func newInvocation(payload []byte, trace string) *invocation {
	return &invocation{id: uuid.NewString(), payload: payload, trace: trace, done: make(chan outcome, 1)}
}

// complete sends the result to the caller. It is called exactly once for each
// accepted invocation, under pool.mu, by the code that removes the invocation from
// the queue or from its environment.
func (i *invocation) complete(payload []byte, err error) { i.done <- outcome{payload, err} }

// newInstance returns the ID of an environment: 32 hexadecimal digits, like the end
// of a log stream's name.
func newInstance() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
