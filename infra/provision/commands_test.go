package provision

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// smallHouse returns a repository with the files that Stage and ReadEnvironment need.
func smallHouse(t *testing.T) house {
	t.Helper()
	h := house{root: t.TempDir()}
	h.write(t, "infra/environments/prod.json", []byte(`{"account": "111122223333",
		"regions": ["us-east-1", "us-west-2"], "state": {"backend": "s3", "region": "us-east-1"}}`))
	h.write(t, "infra/environments/template.json", []byte(`{"account": "444455556666",
		"regions": ["us-east-1"], "state": {"backend": "local", "region": "us-east-1"}}`))
	h.write(t, "infra/terraform/functions/root.tf", []byte("# functions\n"))
	h.write(t, "infra/terraform/functions/terraform.tfstate", []byte("{}"))
	h.write(t, "infra/terraform/functions/.terraform/modules/modules.json", []byte("{}"))
	h.write(t, "infra/terraform/modules/settings/main.tf", []byte("# settings\n"))
	h.write(t, "infra/terraform/README.md", []byte("# Terraform\n"))
	return h
}

var accountsInTheWest = Stack{Root: "functions", Context: "accounts", Region: "us-west-2"}

func TestCommandsOfASharedEnvironment(t *testing.T) {
	h := smallHouse(t)
	w := h.stage(t, "prod")
	data := filepath.Join(h.root, "dist/terraform/prod/.data/functions/accounts/us-west-2")
	plan := filepath.Join(data, "plan.tfplan")
	variables := []string{
		"-var=environment=prod",
		"-var=repository=../../../..",
		"-var=context=accounts",
		"-var=region=us-west-2",
	}
	for _, test := range []struct {
		name string
		got  Command
		want []string // arguments
	}{
		{"init", w.Init(accountsInTheWest), []string{
			"init", "-no-color", "-reconfigure", "-backend-config=bucket=meridian-state-111122223333",
			"-backend-config=key=prod/functions/accounts/us-west-2.tfstate", "-backend-config=region=us-east-1",
		}},
		{"plan", w.Plan(accountsInTheWest), append([]string{"plan", "-no-color", "-out=" + plan}, variables...)},
		{"check", w.Check(accountsInTheWest), append([]string{"plan", "-no-color", "-detailed-exitcode"}, variables...)},
		{"apply", w.Apply(accountsInTheWest), []string{"apply", "-no-color", plan}},
		{"apply as JSON", w.ApplyJSON(accountsInTheWest), []string{"apply", "-json", plan}},
		{"import", w.Import(accountsInTheWest, "aws_x.y", "id"),
			append(append([]string{"import", "-no-color"}, variables...), "aws_x.y", "id")},
		{"refresh", w.PlanRefresh(accountsInTheWest),
			append([]string{"plan", "-refresh-only", "-no-color", "-out=" + plan}, variables...)},
		{"destroy", w.Destroy(accountsInTheWest), append([]string{"destroy", "-no-color", "-auto-approve"}, variables...)},
		{"show", w.Show(accountsInTheWest), []string{"show", "-no-color", "-json"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := Command{
				Dir:  filepath.Join(h.root, "dist/terraform/prod/functions"),
				Args: test.want,
				Env:  []string{"TF_DATA_DIR=" + data},
			}
			if diff := cmp.Diff(want, test.got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestALocalStateIsOutsideDist(t *testing.T) {
	h := smallHouse(t)
	w := h.stage(t, "ada")
	want := "-backend-config=path=" + filepath.Join(
		h.root,
		"infra/environments/.state/ada/functions/accounts/us-west-2.tfstate",
	)
	if c := w.Init(accountsInTheWest); !slices.Contains(c.Args, want) {
		t.Errorf("got %s, want %s", c, want)
	}
}

func TestEnvironmentsDoNotShareStates(t *testing.T) {
	h := smallHouse(t)
	seen := map[string]bool{}
	for _, name := range []string{"prod", "ada", "bob"} {
		w := h.stage(t, name)
		for _, s := range append(slices.Concat(Waves(w.Environment, []string{"accounts", "profiles"})...), Bootstrap) {
			key := strings.Join(w.Init(s).Args, " ")
			if seen[key] {
				t.Errorf("two stacks are opened by %s", key)
			}
			seen[key] = true
		}
	}
}

func TestWavesAreInTheOrderOfDependencies(t *testing.T) {
	e := Environment{Regions: []string{"us-east-1", "us-west-2"}}
	var keys []string
	for _, wave := range Waves(e, []string{"accounts", "profiles"}) {
		var wanted []string
		for _, s := range wave {
			wanted = append(wanted, s.Key())
		}
		keys = append(keys, strings.Join(wanted, " "))
	}
	want := []string{
		"global", "data/accounts data/profiles",
		"functions/accounts/us-east-1 functions/accounts/us-west-2 functions/profiles/us-east-1 functions/profiles/us-west-2",
		"api/us-east-1 api/us-west-2", "portal",
	}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestStageCopiesOnlyTheSources(t *testing.T) {
	h := smallHouse(t)
	h.write(t, "dist/terraform/prod/functions/removed.tf", []byte("# of an earlier version\n"))
	h.stage(t, "prod")
	h.stage(t, "ada")
	for name, want := range map[string]bool{
		"prod/functions/root.tf":             true,
		"prod/modules/settings/main.tf":      true,
		"prod/functions/terraform.tfstate":   false,
		"prod/functions/.terraform":          false,
		"prod/functions/removed.tf":          false,
		"prod/functions/backend_override.tf": false,
		"ada/functions/backend_override.tf":  true,
		"ada/modules/backend_override.tf":    false,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := os.Stat(filepath.Join(h.root, Staged, name)); (err == nil) != want {
				t.Errorf("it exists: %t (%v), want %t", err == nil, err, want)
			}
		})
	}
}

func TestReadEnvironmentWithoutAFileReadsTheTemplate(t *testing.T) {
	e, err := ReadEnvironment(smallHouse(t).root, "ada")
	if err != nil || e.Account != "444455556666" || e.Name != "ada" {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestReadEnvironmentErrors(t *testing.T) {
	h := smallHouse(t)
	h.write(t, "infra/environments/torn.json", []byte(`{`))
	for _, test := range []struct{ name, environment, want string }{
		{"a path", "../prod", `"../prod" is not an environment's name`},
		{"the template", "template", `"template" is not an environment's name`},
		{"empty", "", `"" is not an environment's name`},
		{"not JSON", "torn", "torn.json: unexpected end of JSON input"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := ReadEnvironment(h.root, test.environment); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestAnErrorHasTheCommandsOutput(t *testing.T) {
	terraform := Terraform{Binary: "sh"}
	err := terraform.Run(t.Context(), Command{Dir: t.TempDir(), Args: []string{"-c", "echo out; echo wrong >&2; exit 3"}})
	if err == nil || !strings.Contains(err.Error(), "exit status 3\nout\nwrong") {
		t.Errorf("got %v", err)
	}
}
