package forward

import (
	"bytes"
	"os"
	"os/exec"
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

// TestReplace replaces a copy of the test's process by another, which ends with its own
// exit code.
func TestReplace(t *testing.T) {
	const variable = "FORWARD_TEST_STEP"
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	switch os.Getenv(variable) {
	case "first":
		t.Setenv(variable, "second")
		t.Fatal(replace(executable, []string{"-test.run=TestReplace"}))
	case "second":
		os.Stdout.WriteString("replaced")
		os.Exit(7)
	}
	cmd := exec.CommandContext(t.Context(), executable, "-test.run=TestReplace")
	cmd.Env = append(os.Environ(), variable+"=first")
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != 7 || out.String() != "replaced" {
		t.Errorf("exit code %d, %v, output %q; want 7 and \"replaced\"", cmd.ProcessState.ExitCode(), err, &out)
	}
}
