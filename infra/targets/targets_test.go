package targets

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommand(t *testing.T) {
	yes, name := true, "prod"
	var no *bool
	got := command("infra/x",
		[]string{"x:all", Option("create", &yes), Option("drain", no), Option("allowDataLoss", &name)})
	want := []string{"tool", "mage", "-d", "infra/x", "-w", ".", "x:all", "-create=true", "-allowDataLoss=prod"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("arguments of the go command (-want +got):\n%s", diff)
	}
}
