package provision

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// smallHouse has the least that Stage and ReadEnvironment read.
func smallHouse(t *testing.T) house {
	t.Helper()
	h := house{root: t.TempDir()}
	h.write(t, "infra/environments/prod.json", []byte(`{"account": "111122223333", "regions": ["us-east-1", "us-west-2"], "state": {"backend": "s3", "region": "us-east-1"}}`))
	h.write(t, "infra/environments/template.json", []byte(`{"account": "444455556666", "regions": ["us-east-1"], "state": {"backend": "local", "region": "us-east-1"}}`))
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
	variables := " -var=environment=prod -var=repository=../../../.. -var=context=accounts -var=region=us-west-2"
	plan := filepath.Join(h.root, "dist/terraform/prod/.data/functions/accounts/us-west-2/plan.tfplan")
	for want, c := range map[string]Command{
		"terraform init -no-color -reconfigure -backend-config=bucket=meridian-state-111122223333 -backend-config=key=prod/functions/accounts/us-west-2.tfstate -backend-config=region=us-east-1": w.Init(accountsInTheWest),
		"terraform plan -no-color -out=" + plan + variables:       w.Plan(accountsInTheWest),
		"terraform plan -no-color -detailed-exitcode" + variables: w.Check(accountsInTheWest),
		"terraform apply -no-color " + plan:                       w.Apply(accountsInTheWest),
		"terraform destroy -no-color -auto-approve" + variables:   w.Destroy(accountsInTheWest),
		"terraform show -no-color -json":                          w.Show(accountsInTheWest),
	} {
		if c.String() != want {
			t.Errorf("got  %s\nwant %s", c, want)
		}
		if c.Dir != "" && c.Dir != filepath.Join(h.root, "dist/terraform/prod/functions") {
			t.Errorf("%s runs in %s", c, c.Dir)
		}
		if data := "TF_DATA_DIR=" + filepath.Dir(plan); c.Dir != "" && !slices.Equal(c.Env, []string{data}) {
			t.Errorf("%s has %v, want %s", c, c.Env, data)
		}
	}
}

func TestADevelopersStateIsAFileOfThisMachineThatABuildDoesNotRemove(t *testing.T) {
	h := smallHouse(t)
	w := h.stage(t, "ada")
	want := "-backend-config=path=" + filepath.Join(h.root, "infra/environments/.state/ada/functions/accounts/us-west-2.tfstate")
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

func TestWavesGoFromWhatIsNeededToWhatNeedsIt(t *testing.T) {
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
	if !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
}

func TestStageCopiesTheSourcesAndNoMore(t *testing.T) {
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
		if _, err := os.Stat(filepath.Join(h.root, Staged, name)); (err == nil) != want {
			t.Errorf("%s: got %v, want it there: %t", name, err, want)
		}
	}
}

func TestReadEnvironment(t *testing.T) {
	h := smallHouse(t)
	h.write(t, "infra/environments/torn.json", []byte(`{`))
	if e, err := ReadEnvironment(h.root, "ada"); err != nil || e.Account != "444455556666" || e.Name != "ada" {
		t.Errorf("without a file: got %+v, %v", e, err)
	}
	for name, want := range map[string]string{
		"../prod":  `"../prod" is not an environment's name`,
		"template": `"template" is not an environment's name`,
		"":         `"" is not an environment's name`,
		"torn":     "torn.json: unexpected end of JSON input",
	} {
		if _, err := ReadEnvironment(h.root, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", name, err, want)
		}
	}
}

func TestAnErrorTellsTheCommandAndWhatItPrinted(t *testing.T) {
	terraform := Terraform{Binary: "sh"}
	err := terraform.Run(t.Context(), Command{Dir: t.TempDir(), Args: []string{"-c", "echo out; echo wrong >&2; exit 3"}})
	if err == nil || !strings.Contains(err.Error(), "exit status 3\nout\nwrong") {
		t.Errorf("got %v", err)
	}
}
