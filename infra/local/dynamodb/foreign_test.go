package dynamodb

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestGureguDynamo runs the own tests of the library that the contexts' stores use
// against the embedded engine. They are compiled from the module, with this module's
// versions of the SDK.
func TestGureguDynamo(t *testing.T) {
	const library = "github.com/guregu/dynamo/v2"
	endpoint := openTest(t, Config{Regions: []string{"eu-west-1"}}).endpoint("eu-west-1")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-json", library)
	cmd.Env = append(os.Environ(),
		"DYNAMO_TEST_ENDPOINT="+endpoint, "DYNAMO_TEST_REGION=eu-west-1", "DYNAMO_TEST_CREATE_TABLE=1",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	results, output := testResults(t, stdout)
	t.Logf("%d passed, %d failed, %d skipped", len(results["pass"]), len(results["fail"]), len(results["skip"]))
	for _, name := range append(results["fail"], results["skip"]...) {
		t.Errorf("%s:\n%s", name, output[name])
	}
	// The library skips the tests that need DynamoDB unless a variable has its address. A
	// renamed variable must not pass.
	if err != nil || len(results["pass"]) < 100 {
		t.Errorf("go test %s: %v, %d passed\n%s", library, err, len(results["pass"]), stderr.String())
	}
}

// testResults returns the names of tests by their action (pass, fail or skip), and their
// output by name, from the output of go test -json.
func testResults(t *testing.T, stream []byte) (results map[string][]string, output map[string]string) {
	t.Helper()
	results, output = map[string][]string{}, map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(stream)); lines.Scan(); {
		var event struct{ Action, Test, Output string }
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		switch {
		case event.Action == "output":
			output[event.Test] += strings.TrimRight(event.Output, "\n") + "\n"
		case event.Test != "":
			results[event.Action] = append(results[event.Action], event.Test)
		}
	}
	return results, output
}
