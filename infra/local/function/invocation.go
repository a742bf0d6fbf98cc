package function

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// invocation is one request on its way through the service.
type invocation struct {
	id      string // the request id, a random UUID
	payload []byte
	trace   string
	done    chan outcome // holds one: whoever settles the invocation never waits for the caller, who may be gone

	// Set when a function takes the work.
	begun    time.Time
	initTook time.Duration // of the environment, if this is its first invocation
}

type outcome struct {
	payload []byte
	err     error
}

func newInvocation(payload []byte, trace string) *invocation {
	return &invocation{id: newUUID(), payload: payload, trace: trace, done: make(chan outcome, 1)}
}

// settle gives the caller its answer. It is called exactly once for each accepted invocation: by the one who takes it
// off the pool's queue or off its environment, under the pool's lock.
func (i *invocation) settle(payload []byte, err error) { i.done <- outcome{payload, err} }

// newUUID makes a version 4 UUID (RFC 9562).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: see crypto/rand
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

// newInstance makes an environment's id: 32 hexadecimal digits, the form log streams end in.
func newInstance() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
