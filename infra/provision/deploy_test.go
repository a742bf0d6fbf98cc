package provision

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recorder writes a program that runs in place of Terraform, succeeds and records
// its arguments. It shows state as the state of every stack. recorder returns the
// settings for a deployment of trial with it, and the calls that the program received.
func recorder(t *testing.T, state string) (getenv func(string) string, calls func() []string) {
	t.Helper()
	dir := t.TempDir()
	log, program := filepath.Join(dir, "log"), filepath.Join(dir, "terraform")
	script := `#!/bin/sh
echo "$(basename "$PWD") $*" >> '` + log + `'
case "$1" in
output) echo '{"id":{"value":"x"},"key":{"sensitive":true,"value":"https://key"},"regions":{"value":[]},"url":{"value":"https://api.example.com"}}' ;;
plan) printf '  # aws_x.y will be created\n  + resource\nPlan: 1 to add\n' ;;
show) echo '` + state + `' ;;
esac
`
	if err := os.WriteFile(program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{EnvironmentVariable: "trial", TerraformVariable: program}
	return func(name string) string { return settings[name] }, func() []string {
		data, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(data)), "\n")
	}
}

// rootsWith returns the roots in which the calls ran verb, in order and without
// repetitions.
func rootsWith(verb string, calls []string) []string {
	var roots []string
	for _, c := range calls {
		if fields := strings.Fields(c); fields[1] == verb {
			roots = append(roots, fields[0])
		}
	}
	return slices.Compact(roots)
}

var deployed = []string{"global", "data", "functions", "api", "portal"}

func TestDeployAppliesTheWavesInOrder(t *testing.T) {
	getenv, calls := recorder(t, `{}`)
	var out bytes.Buffer
	if err := Deploy(t.Context(), ".", getenv, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(deployed, rootsWith("apply", calls())); diff != "" {
		t.Errorf("applied roots (-want +got):\n%s", diff)
	}
	for name, pattern := range map[string]string{
		"heading of a stack": `\napply functions/accounts/[a-z0-9-]+ of trial\n`,
		"summary of a plan":  `  # aws_x.y will be created\nPlan: 1 to add\nThe complete plan: `,
		"address":            `\ntrial is deployed:\n(.*\n)+  functions/accounts/us-east-1 +url +https://api.example.com\n`,
	} {
		if !regexp.MustCompile(pattern).MatchString(out.String()) {
			t.Errorf("%s: no %s in\n%s", name, pattern, &out)
		}
	}
	if strings.Contains(out.String(), "https://key") {
		t.Errorf("printed a sensitive output:\n%s", &out)
	}
}

func TestDestroyReversesTheWaves(t *testing.T) {
	getenv, calls := recorder(t, `{"values":{"root_module":{"resources":[{"type":"aws_sns_topic"}]}}}`)
	var out bytes.Buffer
	if err := Destroy(t.Context(), ".", getenv, &out); err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(deployed)
	slices.Reverse(want)
	if diff := cmp.Diff(want, rootsWith("destroy", calls())); diff != "" {
		t.Errorf("destroyed roots (-want +got):\n%s", diff)
	}
	if strings.Contains(out.String(), nothingDeployed) {
		t.Errorf("printed %s", &out)
	}
}

const nothingDeployed = "Nothing of trial was deployed"

func TestDestroySaysThatNothingWasDeployed(t *testing.T) {
	getenv, _ := recorder(t, `{}`)
	var out bytes.Buffer
	if err := Destroy(t.Context(), ".", getenv, &out); err != nil || !strings.Contains(out.String(), nothingDeployed) {
		t.Errorf("got %v, and printed %s", err, &out)
	}
}

func TestDeployNeedsAnEnvironment(t *testing.T) {
	for _, test := range []struct{ name, environment, want string }{
		{"not set", "", "ENV is not set: "},
		{"not a name", "ada-b", `"ada-b" is not an environment's name`},
	} {
		t.Run(test.name, func(t *testing.T) {
			getenv := func(name string) string {
				if name == EnvironmentVariable {
					return test.environment
				}
				return ""
			}
			for verb, err := range map[string]error{
				"Named":   Named(".", getenv),
				"Deploy":  Deploy(t.Context(), ".", getenv, &bytes.Buffer{}),
				"Destroy": Destroy(t.Context(), ".", getenv, &bytes.Buffer{}),
			} {
				if err == nil || !strings.HasPrefix(err.Error(), test.want) {
					t.Errorf("%s: got %v, want %s", verb, err, test.want)
				}
			}
		})
	}
}

func TestADevelopersEnvironmentNeedsNoFile(t *testing.T) {
	if err := Named(".", func(string) string { return "ada" }); err != nil {
		t.Error(err)
	}
}

// A rehearsal runs on the stand-in, from a copy and with states of its own.
func TestRehearsalDoesNotTouchTheDeployment(t *testing.T) {
	recorded, calls := recorder(t, `{}`)
	getenv := func(name string) string {
		if name == RehearseVariable {
			return "1"
		}
		return recorded(name)
	}
	r, err := newRun(t.Context(), ".", getenv, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.terraform.Env, func(v string) bool { return strings.HasPrefix(v, "TF_CLI_CONFIG_FILE=") }) {
		t.Errorf("Terraform is not pointed to the stand-in: %q", r.terraform.Env)
	}
	var out bytes.Buffer
	if err := Deploy(t.Context(), ".", getenv, &out); err != nil {
		t.Fatal(err)
	}
	const state = "-backend-config=path="
	for _, c := range calls() {
		if _, path, ok := strings.Cut(c, state); ok && !strings.Contains(filepath.ToSlash(path), "/dist/rehearsal/trial/.state/") {
			t.Errorf("the state is in %s", path)
		}
	}
	for _, want := range []string{"This is a rehearsal of trial.", "nothing was deployed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("did not print %q:\n%s", want, &out)
		}
	}
}

func TestARehearsalOfASharedEnvironmentHasALocalState(t *testing.T) {
	h := smallHouse(t)
	e, err := ReadEnvironment(h.root, "prod")
	if err != nil {
		t.Fatal(err)
	}
	w, err := StageRehearsal(h.root, e)
	if err != nil {
		t.Fatal(err)
	}
	init := w.Init(accountsInTheWest)
	want := Command{
		Dir: filepath.Join(h.root, "dist/rehearsal/prod/functions"),
		Args: []string{"init", "-no-color", "-reconfigure",
			"-backend-config=path=" + filepath.Join(h.root, "dist/rehearsal/prod/.state/functions/accounts/us-west-2.tfstate")},
		Env: []string{"TF_DATA_DIR=" + filepath.Join(h.root, "dist/rehearsal/prod/.data/functions/accounts/us-west-2")},
	}
	if diff := cmp.Diff(want, init); diff != "" {
		t.Errorf("init (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(init.Dir, "backend_override.tf")); err != nil {
		t.Error(err)
	}
}
