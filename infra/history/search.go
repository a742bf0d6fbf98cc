package history

import (
	"time"

	"github.com/anishathalye/porcupine"
)

// maxEffects is how many operations without a response explained assumes to have had an effect.
const maxEffects = 3

// explained reports whether an order of the operations explains all responses if only a few
// of the operations without a response had an effect. The others are left out, because an
// operation that never ends can come last. Usually that is true, and found at once, while
// the search for an order of all of them doubles with each one.
func explained(model porcupine.Model, ops []porcupine.Operation) bool {
	var certain, perhaps []porcupine.Operation
	for _, o := range ops {
		if o.Return == never {
			perhaps = append(perhaps, o)
		} else {
			certain = append(certain, o)
		}
	}
	deadline := time.Now().Add(patience)
	for n := range min(maxEffects, len(perhaps)) + 1 {
		if explainedWith(model, certain, perhaps, n, deadline) {
			return true
		}
	}
	return false
}

// explainedWith reports whether there is an order of the certain operations and n of the
// others.
func explainedWith(model porcupine.Model, certain, perhaps []porcupine.Operation, n int, deadline time.Time) bool {
	if n == 0 {
		return porcupine.CheckOperationsTimeout(model, certain, patience) == porcupine.Ok
	}
	for i, o := range perhaps {
		if time.Now().After(deadline) {
			return false
		}
		if explainedWith(model, append(certain[:len(certain):len(certain)], o), perhaps[i+1:], n-1, deadline) {
			return true
		}
	}
	return false
}
