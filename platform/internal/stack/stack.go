// Package stack grows the stacks of goroutines whose calls will be deep.
//
// A goroutine begins with 2 KB. Whenever that is too little, the runtime copies the stack
// into one of twice the size, and for that it looks up every frame in the tables of the
// binary, which a new process has not touched. A start that reaches 32 KB copies four
// times. A stack that grows while it has few frames copies once.
package stack

// init grows the stack of the main goroutine, which initializes all packages and, in a
// Lambda, handles the requests. The package imports nothing, so it comes early.
func init() { Grow() }

// Grow makes room for calls that need 16 to 32 KB of stack.
func Grow() { grow(0) }

// size is more than half of 32 KB, to which the runtime doubles the stack.
const size = 20 << 10

// grow returns 0. Its frame has size bytes, for which the runtime makes room when grow is
// called. The frame is not used, because writing it would touch memory.
//
//go:noinline
func grow(use int) byte {
	if use == 0 {
		return 0
	}
	var frame [size]byte
	return frame[use]
}
