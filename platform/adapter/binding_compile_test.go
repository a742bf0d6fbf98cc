package adapter

import (
	"os/exec"
	"strings"
	"testing"
)

// TestHandlerIsHeldToItsOperation builds Lambdas whose handlers agree and
// disagree with their operation.
func TestHandlerIsHeldToItsOperation(t *testing.T) {
	const refusal = "of handle does not match inferred type adapter.Handler[getInput, getOutput]"
	for dir, builds := range map[string]bool{"agrees": true, "otherinput": false, "otheroutput": false, "noerror": false} {
		out, err := exec.CommandContext(t.Context(), "go", "vet", "./testdata/binding/"+dir).CombinedOutput()
		switch {
		case builds && err != nil:
			t.Errorf("%s: %v\n%s", dir, err, out)
		case !builds && (err == nil || !strings.Contains(string(out), refusal)):
			t.Errorf("%s: built, or failed for another reason: %v\n%s", dir, err, out)
		}
	}
}
