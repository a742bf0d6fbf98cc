package deploy

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/provision"
)

const applyOutput = `{"@level":"info","@message":"aws_iam_role.r: Creating...","type":"apply_start"}
{"@level":"error","@message":"Error: it failed","type":"diagnostic",` +
	`"diagnostic":{"severity":"error","summary":"creating Role",` +
	`"detail":"EntityAlreadyExists: Role with name trial-one already exists.","address":"aws_iam_role.r"}}
{"@level":"warn","@message":"Warning: beware","type":"diagnostic",` +
	`"diagnostic":{"severity":"warning","summary":"beware","detail":""}}
panic: not JSON
`

func TestReadJSONOutput(t *testing.T) {
	o := readJSONOutput([]byte(applyOutput))
	want := jsonOutput{
		Text: "aws_iam_role.r: Creating...\n" + `Error: creating Role
  of aws_iam_role.r
  EntityAlreadyExists: Role with name trial-one already exists.
Warning: beware
panic: not JSON
`,
		Errors: []diagnostic{{Severity: "error", Summary: "creating Role",
			Detail: "EntityAlreadyExists: Role with name trial-one already exists.", Address: "aws_iam_role.r"}},
	}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := o.failure(); strings.Contains(got, "beware") || !strings.HasPrefix(got, "Error: creating Role") {
		t.Errorf("the failure is %q", got)
	}
	if got := readJSONOutput([]byte("panic: no JSON at all\n")).failure(); got != "panic: no JSON at all\n" {
		t.Errorf("without diagnostics the failure is %q", got)
	}
}

// The details are AWS's own, as the services' API references and issues of the provider
// quote them.
func TestExists(t *testing.T) {
	for _, test := range []struct {
		detail string
		want   bool
	}{
		{"ResourceInUseException: Table already exists: prod-accounts", true},
		{"ResourceConflictException: Function already exist: prod-accounts-get", true},
		{"EntityAlreadyExists: Role with name prod-accounts already exists.", true},
		{"AlreadyExistsException: An alias with the name arn:aws:kms:us-east-1:111122223333:alias/prod already exists", true},
		{"InvalidParameterException: Domain already associated with another user pool.", true},
		{"WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource is a duplicate", true},
		{"BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded", true},
		{"ResourceConflictException: The operation cannot be performed at this time. An update is in progress", false},
		{"AccessDeniedException: not authorized to perform: dynamodb:CreateTable", false},
	} {
		t.Run(test.detail, func(t *testing.T) {
			d := diagnostic{Severity: "error", Summary: "creating", Detail: test.detail, Address: "aws_x.y"}
			if d.exists() != test.want {
				t.Errorf("got %t, want %t", d.exists(), test.want)
			}
		})
	}
}

func TestRepair(t *testing.T) {
	plan := []byte(`{"resource_changes": [
		{"address": "aws_lambda_function.function[\"get\"]", "type": "aws_lambda_function",
			"change": {"after": {"function_name": "trial-one-get", "region": "us-west-2"}}},
		{"address": "aws_secretsmanager_secret.s", "type": "aws_secretsmanager_secret",
			"change": {"after": {"name": "trial/signing", "region": "us-east-1"}}},
		{"address": "aws_new_thing.n", "type": "aws_new_thing", "change": {"after": {}}}]}`)
	s := &session{environment: provision.Environment{Name: "trial"}}
	stack := provision.Stack{Root: "functions", Context: "one", Region: "us-west-2"}
	for _, test := range []struct{ address, want string }{
		{`aws_lambda_function.function["get"]`,
			`ENV=trial go tool mage deploy:import functions/one/us-west-2 ` +
				`'aws_lambda_function.function["get"]' trial-one-get@us-west-2`},
		{"aws_secretsmanager_secret.s", `deploy:import functions/one/us-west-2 aws_secretsmanager_secret.s ` +
			`"$(aws secretsmanager describe-secret --region us-east-1 --secret-id trial/signing ` +
			`--query ARN --output text)@us-east-1"`},
		{"aws_new_thing.n", "find its import id in the documentation of aws_new_thing, and run"},
	} {
		t.Run(test.address, func(t *testing.T) {
			got := s.repair(stack, test.address, plan)
			if !strings.Contains(got, test.want) ||
				!strings.Contains(got, test.address+" exists, and the state of functions/one/us-west-2") {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestImportChecksItsArguments(t *testing.T) {
	s := newSite(t)
	for _, test := range []struct{ name, key, id, want string }{
		{"no stack", "functions/one", "x", `"functions/one" is not a stack`},
		{"a look-up that found nothing", "functions/one/us-east-1", "@us-east-1", "the import id of aws_x.y is empty"},
		{"nothing rolled out", "functions/one/us-east-1", "x", "no release of trial is stored"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := s.openTo(&out).importResource(t.Context(), test.key, "aws_x.y", test.id)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

// TestAnEmptiedPluginFolderIsFilledAgain deletes what init installed.
func TestAnEmptiedPluginFolderIsFilledAgain(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	if runs := s.ranOn("init"); len(runs) == 0 {
		t.Fatal("the first roll-out initializes nothing")
	}
	s.mustDeploy(Options{})
	if runs := s.ranOn("init"); len(runs) != 0 {
		t.Errorf("a second roll-out initializes %q", runs)
	}
	s.removeProviders("global")
	s.mustDeploy(Options{})
	if runs := s.ranOn("init"); !cmp.Equal(runs, []string{"global"}) {
		t.Errorf("without the provider of global, %q are initialized", runs)
	}
}

func TestTerraformErrors(t *testing.T) {
	for _, test := range []struct{ name, output, want string }{
		{"after a plan", "Plan: 1 to add\n\nError: no such zone\n\n  on a.tf\n", "Error: no such zone\n\n  on a.tf\n"},
		{"at once", "Error: locked\n", "Error: locked\n"},
		{"a panic", "panic: x\n", "panic: x\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := terraformErrors([]byte(test.output)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestStepErrorIsOneLine checks that what the view has shown is not printed again.
func TestStepErrorIsOneLine(t *testing.T) {
	step := Step{Action: ApplyStep, Stack: provision.Stack{Root: "global"}}
	for _, test := range []struct{ name, err, want string }{
		{"one line", "status 502", "apply global: status 502"},
		{"Terraform's", "terraform plan: exit status 1\nError: no such zone\n  on a.tf", "apply global: no such zone"},
		{"several lines without Terraform's", "a\nb", "apply global: a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (&StepError{step, errors.New(test.err)}).Error(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
