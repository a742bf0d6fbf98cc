package function

import (
	"crypto/rand"
	"encoding/hex"
	"time"
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
}

type outcome struct {
	payload []byte
	err     error
}

func newInvocation(payload []byte, trace string) *invocation {
	return &invocation{id: newUUID(), payload: payload, trace: trace, done: make(chan outcome, 1)}
}

// complete sends the result to the caller. It is called exactly once for each
// accepted invocation, under pool.mu, by the code that removes the invocation from
// the queue or from its environment.
func (i *invocation) complete(payload []byte, err error) { i.done <- outcome{payload, err} }

// newUUID returns a random UUID (RFC 9562, version 4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never returns an error: see crypto/rand
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[0:8], b[0:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:36], b[10:16])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}

// newInstance returns the ID of an environment: 32 hexadecimal digits, like the end
// of a log stream's name.
func newInstance() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
