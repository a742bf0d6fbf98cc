package deploy

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// recorderProgram is the recorder, which takes Terraform's place. TestMain builds it.
var recorderProgram string

func TestMain(m *testing.M) {
	if api := os.Getenv("AWS_LAMBDA_RUNTIME_API"); api != "" {
		serveAsFunction("http://" + api + "/2018-06-01/runtime/invocation/")
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	if program := os.Getenv(deployerProgram); program != "" { // a deployment that a test started
		recorderProgram = program
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "recorder")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	recorderProgram = filepath.Join(dir, "terraform")
	build := exec.Command("go", "build", "-o", recorderProgram, "./internal/recorder/terraform")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the recorder: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
