package precondition

import (
	"math"
	"math/rand/v2"
)

// NewVersion draws the version of a new state of a resource at random, from 1. An
// ETag then never identifies two contents. A counter would reach the same number when
// two Regions change a resource at once, or after it was deleted and created again.
func NewVersion() int64 { return rand.Int64N(math.MaxInt64) + 1 }
