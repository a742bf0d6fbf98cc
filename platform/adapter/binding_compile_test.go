package adapter

import (
	"os/exec"
	"strings"
	"testing"
)

// TestHandlerMustMatchItsOperation compiles Lambdas whose handlers match their
// operation or do not.
func TestHandlerMustMatchItsOperation(t *testing.T) {
	const mismatch = "of handle does not match inferred type adapter.Handler[getInput, getOutput]"
	for _, test := range []struct {
		dir      string
		compiles bool
	}{
		{"agrees", true},
		{"otherinput", false},
		{"otheroutput", false},
		{"noerror", false},
	} {
		t.Run(test.dir, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), "go", "vet", "./testdata/binding/"+test.dir).CombinedOutput()
			switch {
			case test.compiles && err != nil:
				t.Errorf("%v\n%s", err, out)
			case !test.compiles && (err == nil || !strings.Contains(string(out), mismatch)):
				t.Errorf("compiled, or failed for another reason: %v\n%s", err, out)
			}
		})
	}
}
