package rehearsal

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// terraform runs Terraform with the stand-in in one folder.
type terraform struct {
	dir, binary string
	env         []string
}

// newTerraform copies the configuration testdata/lifecycle and initializes it.
// Without Terraform the test is skipped.
func newTerraform(t *testing.T) terraform {
	t.Helper()
	binary, err := exec.LookPath("terraform")
	if err != nil {
		t.Skipf("no Terraform: %v", err)
	}
	provider, err := Install(t.Context(), repository(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/lifecycle")); err != nil {
		t.Fatal(err)
	}
	tf := terraform{dir, binary, append(provider.Environ(), "TF_IN_AUTOMATION=1", "TF_INPUT=0")}
	tf.succeed(t, "init", "-backend=false")
	return tf
}

// run returns what Terraform printed, without frames and line breaks.
func (tf terraform) run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tf.binary, append(args, "-no-color")...)
	cmd.Dir, cmd.Env = tf.dir, append(os.Environ(), tf.env...)
	out, err := cmd.CombinedOutput()
	return frame.ReplaceAllString(string(out), " "), err
}

var frame = regexp.MustCompile(`[\s│╷╵]+`)

func (tf terraform) succeed(t *testing.T, args ...string) string {
	t.Helper()
	out, err := tf.run(t, args...)
	if err != nil {
		t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (tf terraform) fail(t *testing.T, want string, args ...string) {
	t.Helper()
	out, err := tf.run(t, args...)
	if err == nil {
		t.Errorf("terraform %s succeeds, and should fail with %q", strings.Join(args, " "), want)
	} else if !strings.Contains(out, want) {
		t.Errorf("terraform %s fails without %q:\n%s", strings.Join(args, " "), want, out)
	}
}

func (tf terraform) write(t *testing.T, name, source string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(tf.dir, name), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLifecycle(t *testing.T) {
	tf := newTerraform(t)
	tf.succeed(t, "fmt", "-check", "-recursive")
	tf.succeed(t, "validate")
	tf.succeed(t, "test")
	tf.succeed(t, "plan", "-out=plan.bin")
	tf.succeed(t, "apply", "plan.bin")
	if list := strings.Fields(tf.succeed(t, "state", "list")); len(list) < 60 {
		t.Errorf("applied, the state has only %d resources: %q", len(list), list)
	}
	tf.succeed(t, "plan", "-detailed-exitcode") // fails if a resource would change
	tf.succeed(t, "plan", "-var", "stage=prod")
	renamed := tf.succeed(t, "plan", "-var", "name=renamed")
	for _, want := range []string{"aws_dynamodb_table.items must be replaced", "forces replacement"} {
		if !strings.Contains(renamed, want) {
			t.Errorf("a plan with a new name does not have %q", want)
		}
	}
	tf.fail(t, `"eu-wset-1" is not a region`, "plan", "-var", `regions=["eu-west-1","eu-wset-1"]`)
	tf.succeed(t, "destroy", "-auto-approve")
	if list := tf.succeed(t, "state", "list"); list != "" {
		t.Errorf("destroyed, the state still has %s", list)
	}
}

func TestMistakesAreFound(t *testing.T) {
	tf := newTerraform(t)
	tests := []struct {
		name, source, want string
	}{{
		name: "misspelt argument", want: `An argument named "memory_siez" is not expected here`,
		source: `resource "aws_lambda_function" "misspelt" {
  function_name = "wrong"
  role          = "arn:aws:iam::123456789012:role/r"
  filename      = "f.zip"
  memory_siez   = 128
}`,
	}, {
		name: "missing argument", want: `The argument "role" is required`,
		source: `resource "aws_lambda_function" "missing" {
  function_name = "wrong"
  filename      = "f.zip"
}`,
	}, {
		name: "missing block", want: "Insufficient default_action blocks",
		source: `resource "aws_wafv2_web_acl" "block" {
  name  = "wrong"
  scope = "REGIONAL"

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "wrong"
    sampled_requests_enabled   = true
  }
}`,
	}, {
		name: "value out of range", want: "expected timeout to be in the range (1 - 900), got 901",
		source: `resource "aws_lambda_function" "range" {
  function_name = "wrong"
  role          = "arn:aws:iam::123456789012:role/r"
  filename      = "f.zip"
  timeout       = 901
}`,
	}, {
		name: "unknown retention", want: "expected retention_in_days to be one of",
		source: `resource "aws_cloudwatch_log_group" "retention" {
  name              = "wrong"
  retention_in_days = 31
}`,
	}, {
		name: "routing policy without identifier", want: "all of `latency_routing_policy,set_identifier` must be specified",
		source: `resource "aws_route53_record" "identifier" {
  zone_id = "Z1"
  name    = "wrong.example.com"
  type    = "A"
  ttl     = 60
  records = ["192.0.2.1"]

  latency_routing_policy {
    region = "eu-west-1"
  }
}`,
	}, {
		name: "undeclared table key", want: `Unmatched indexes: ["sk"]`,
		source: `resource "aws_dynamodb_table" "key" {
  name         = "wrong"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  range_key    = "sk"

  attribute {
    name = "pk"
    type = "S"
  }
}`,
	}, {
		name: "policy that is not JSON", want: "contains invalid JSON",
		source: `resource "aws_iam_role" "policy" {
  name               = "wrong"
  assume_role_policy = "{ not json"
}`,
	}}
	var all strings.Builder
	for _, test := range tests {
		all.WriteString(test.source + "\n")
	}
	tf.write(t, "wrong.tf", all.String())
	out, err := tf.run(t, "validate")
	if err == nil {
		t.Fatal("terraform validate succeeds")
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(out, test.want) {
				t.Errorf("terraform validate fails without %q:\n%s", test.want, out)
			}
		})
	}
}

func TestSecretInAnOpenOutputIsFound(t *testing.T) {
	tf := newTerraform(t)
	tf.write(t, "wrong.tf", `output "wrong" {
  value = aws_secretsmanager_secret_version.signing.secret_string
}`)
	tf.fail(t, "Output refers to sensitive values", "plan")
}

// A copy for another Region that forgets its region argument is the same resource twice.
func TestForgottenRegionIsFound(t *testing.T) {
	tf := newTerraform(t)
	tf.dir = filepath.Join(tf.dir, "forgotten")
	tf.succeed(t, "init")
	tf.fail(t, "it exists already", "apply", "-auto-approve")
}
