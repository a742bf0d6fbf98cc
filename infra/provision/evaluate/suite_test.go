package evaluate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// topicModule is a module with a topic, a queue of alarms and a module of names.
var topicModule = map[string]string{
	"main.tf": `
variable "environment" {
  type = string
  validation {
    condition     = var.environment != "prd"
    error_message = "There is no prd."
  }
}

module "names" {
  source = "./names"
  prefix = var.environment
}

locals {
  quiet  = "notBreaching"
  errors = { a = 1, b = 2 }
}

data "aws_partition" "current" {}

resource "aws_sns_topic" "alarms" {
  name = module.names.topic
  lifecycle {
    precondition {
      condition     = var.environment != "empty"
      error_message = "empty"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each            = local.errors
  alarm_name          = "${var.environment}-${each.key}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = each.value
  treat_missing_data  = local.quiet
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

output "partition" { value = data.aws_partition.current.partition }
`,
	"names/main.tf": `
variable "prefix" { type = string }
output "topic" { value = "${var.prefix}-alarms" }
`,
	"tests/main.tftest.hcl": `
mock_provider "aws" {
  mock_data "aws_partition" { defaults = { partition = "aws" } }
  mock_resource "aws_sns_topic" { defaults = { arn = "arn:aws:sns:us-east-1:1:mock" } }
}
variables { environment = "dev" }
run "alarms" {
  assert {
    condition     = aws_cloudwatch_metric_alarm.errors["b"].evaluation_periods == 2 && output.partition == "aws"
    error_message = "Got ${aws_cloudwatch_metric_alarm.errors["b"].evaluation_periods}"
  }
  assert {
    condition = alltrue([
      for a in aws_cloudwatch_metric_alarm.errors : a.alarm_actions == toset(["arn:aws:sns:us-east-1:1:mock"])
    ])
    error_message = "An alarm notifies nobody."
  }
}
run "empty" {
  variables { environment = "empty" }
  expect_failures = [aws_sns_topic.alarms]
}
run "unknown" {
  variables { environment = "prd" }
  expect_failures = [var.environment]
}
`,
}

// write writes a module with one text replaced, and returns its folder and main file.
func write(t *testing.T, old, replacement string) (dir, main string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range topicModule {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(text, old, replacement, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, filepath.Join(dir, "main.tf")
}

// matches reports whether an error contains a text, or is nil if the text is empty.
func matches(err error, want string) bool {
	if want == "" || err == nil {
		return want == "" && err == nil
	}
	return strings.Contains(err.Error(), want)
}

func evaluateIn(t *testing.T, dir string) (*Base, error) {
	t.Helper()
	suite, err := ParseSuite(dir)
	if err != nil {
		t.Fatal(err)
	}
	return suite.Evaluate(NewFiles().Load)
}

func TestSuiteEvaluate(t *testing.T) {
	for _, test := range []struct{ name, old, replacement, want string }{
		{name: "as it is"},
		{name: "another value", old: "b = 2", replacement: "b = 3", want: "Got 3"},
		{
			name: "another reference",
			old:  "[aws_sns_topic.alarms.arn]", replacement: "[]",
			want: "notifies nobody",
		},
		{
			name: "an unexpected failure",
			old:  `!= "empty"`, replacement: `!= "dev"`,
			want: "do not hold: [aws_sns_topic.alarms], want []",
		},
		{
			name: "a missing failure",
			old:  `!= "prd"`, replacement: `!= "prod"`,
			want: "do not hold: [], want [var.environment]",
		},
		{
			name: "an unknown argument",
			old:  "treat_missing_data ", replacement: "treat_missing ",
			want: "treat_missing",
		},
		{
			name: "an argument that is not there",
			old:  "comparison_operator = \"GreaterThanThreshold\"",
			want: "comparison_operator",
		},
		{name: "an unknown local", old: "local.quiet", replacement: "local.loud", want: "no local.loud"},
		{
			name: "an unknown output",
			old:  "module.names.topic", replacement: "module.names.queue",
			want: "no output queue",
		},
		{
			name: "a cycle",
			old:  `"notBreaching"`, replacement: "local.quiet",
			want: "local.quiet depends on itself",
		},
		{
			name: "an unknown function",
			old:  `"notBreaching"`, replacement: "yes()",
			want: `no function named "yes"`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, _ := write(t, test.old, test.replacement)
			_, err := evaluateIn(t, dir)
			if !matches(err, test.want) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
		})
	}
}

func TestBaseEvaluate(t *testing.T) {
	dir, main := write(t, "", "")
	files := NewFiles()
	suite, err := ParseSuite(dir)
	if err != nil {
		t.Fatal(err)
	}
	base, err := suite.Evaluate(files.Load)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, item, old, replacement, want string }{
		{name: "an assertion", item: "local.errors", old: "b = 2", replacement: "b = 3", want: "Got 3"},
		{
			name: "a value without an assertion", item: "local.quiet",
			old: `"notBreaching"`, replacement: `"missing"`,
			want: "values of run alarms",
		},
		{
			name: "an argument of a module", item: "module.names",
			old: "= var.environment\n", replacement: "= \"x\"\n",
			want: "x-alarms",
		},
		{
			name: "a condition", item: "aws_sns_topic.alarms",
			old: `!= "empty"`, replacement: `!= "x"`,
			want: "want [aws_sns_topic.alarms]",
		},
		{
			name: "a validation", item: "var.environment",
			old: `!= "prd"`, replacement: `!= "x"`,
			want: "want [var.environment]",
		},
		{name: "prose", item: "aws_sns_topic.alarms", old: `message = "empty"`, replacement: `message = "no"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(topicModule["main.tf"], test.old, test.replacement, 1)
			err := base.Evaluate(files.With(main, []byte(text)), main, test.item, true)
			if !matches(err, test.want) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
			// All assertions of all runs, without what is known from before the change.
			_, full := suite.Evaluate(files.With(main, []byte(text)))
			changed := base.Evaluate(files.With(main, []byte(text)), main, test.item, false)
			if (full == nil) != (changed == nil) {
				t.Errorf("the tests that the change can break: %v; all tests: %v", changed, full)
			}
		})
	}
}

func TestFunctions(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	// Results of terraform console 1.11.
	for expression, want := range map[string]string{
		`coalesce("", "b")`:                    `"b"`,
		`length("äö")`:                         `2`,
		`length({ a = 1 })`:                    `1`,
		`one([])`:                              `null`,
		`one([7])`:                             `7`,
		`sum([1, 2.5])`:                        `3.5`,
		`alltrue([true, "true"])`:              `true`,
		`anytrue([])`:                          `false`,
		`contains(["a"], "b")`:                 `false`,
		`replace("a.b", "/[.]/", "-")`:         `"a-b"`,
		`replace("a.b", ".", "-")`:             `"a-b"`,
		`startswith("abc", "ab")`:              `true`,
		`strcontains("abc", "bd")`:             `false`,
		`sha256("a")`:                          `"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"`,
		`tolist(fileset(".", "*.json"))`:       `["a.json"]`,
		`fileexists("a.json")`:                 `true`,
		`fileexists("b.json")`:                 `false`,
		`try(file("b.json"), "none")`:          `"none"`,
		`filebase64sha256("a.json")`:           `"RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="`,
		`filemd5("a.json")`:                    `"99914b932bd37a50b983c5e7c90ae93b"`,
		`setsubtract(["a", "b"], ["a"])`:       `["b"]`,
		`lookup({ a = 1 }, "b", 2)`:            `2`,
		`merge({ a = 1 }, { b = "x" })`:        `{"a":1,"b":"x"}`,
		`jsonencode({ b = [1], a = "<" })`:     `"{\"a\":\"\\u003c\",\"b\":[1]}"`,
		`[for k, v in { a = 1 } : "${k}${v}"]`: `["a1"]`,
	} {
		t.Run(expression, func(t *testing.T) {
			expr, diags := hclsyntax.ParseExpression([]byte(expression), "test", hcl.InitialPos)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			v, diags := expr.Value(&hcl.EvalContext{Functions: functions(dir)})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			var lines []string
			if err := flatten(&lines, "v", cty.ObjectVal(map[string]cty.Value{"v": v})); err != nil {
				t.Fatal(err)
			}
			wanted := []string{`v = {"v":` + want + `}`}
			if want == "null" {
				wanted = nil
			}
			if diff := cmp.Diff(wanted, lines); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestValuesOfSeveralRuns(t *testing.T) {
	dir, _ := write(t, "variables { environment = \"dev\" }", "variables { environment = \"testdata/house\" }")
	base, err := evaluateIn(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := base.Values()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"", `# environment = "testdata/house"`,
		`aws_cloudwatch_metric_alarm.errors = ["a"]["b"]`,
		`aws_cloudwatch_metric_alarm.errors["a"]`,
		`  alarm_actions = ["arn:aws:sns:us-east-1:1:mock"]`,
		`  alarm_name = "testdata/house-a"`,
		`  comparison_operator = "GreaterThanThreshold"`,
		`  evaluation_periods = 1`,
		`  treat_missing_data = "notBreaching"`,
		`aws_cloudwatch_metric_alarm.errors["b"]`,
		`  alarm_actions = ["arn:aws:sns:us-east-1:1:mock"]`,
		`  alarm_name = "testdata/house-b"`,
		`  comparison_operator = "GreaterThanThreshold"`,
		`  evaluation_periods = 2`,
		`  treat_missing_data = "notBreaching"`,
		`aws_sns_topic.alarms = `,
		`aws_sns_topic.alarms = {"name":"testdata/house-alarms"}`,
		`data.aws_partition.current = `,
		`local.errors = {"a":1,"b":2}`,
		`local.quiet = "notBreaching"`,
		`output.partition = "aws"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
