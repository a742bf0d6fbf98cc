package history

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// modelOf returns the model of a state S, which begins as initial. step reports whether an
// operation O is possible and returns the state afterwards.
func modelOf[S any, O fmt.Stringer](initial S, step func(S, O) (bool, S)) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return initial },
		Step: func(state, input, _ any) (bool, any) {
			ok, after := step(state.(S), input.(O))
			return ok, after
		},
		DescribeOperation: func(input, _ any) string { return input.(O).String() },
		DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state.(S)) },
	}
}
