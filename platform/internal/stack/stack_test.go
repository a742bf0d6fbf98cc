package stack

import (
	"testing"
	"unsafe"
)

// TestGrow checks that deep calls do not move a stack that has grown, and that they move
// another one, so that the test can fail.
func TestGrow(t *testing.T) {
	for name, test := range map[string]struct {
		grow  func()
		moves bool
	}{
		"grown":     {grow: Grow},
		"not grown": {grow: func() {}, moves: true},
	} {
		t.Run(name, func(t *testing.T) {
			moved := make(chan bool)
			go func() { // a new goroutine has a small stack
				var local byte
				test.grow()
				before := uintptr(unsafe.Pointer(&local))
				deep(100)
				moved <- uintptr(unsafe.Pointer(&local)) != before
			}()
			if got := <-moved; got != test.moves {
				t.Errorf("the stack moved: %v, want %v", got, test.moves)
			}
		})
	}
}

// deep needs at least 128 bytes of stack for each of its n calls.
//
//go:noinline
func deep(n int) byte {
	var frame [128]byte
	if n > 0 {
		frame[n%len(frame)] = deep(n - 1)
	}
	return frame[0]
}
