package provision

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/provision/restapi"
	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

const (
	apiSource  = Sources + "/api/api.tf"
	apiAddress = "aws_api_gateway_rest_api.api"
	putAddress = "aws_api_gateway_rest_api_put.document"
	deployment = "aws_api_gateway_deployment.api"
)

var apiStack = Stack{Root: "api", Region: "us-west-2"}

// importing is the API of one Region on a stand-in that keeps what imports do.
type importing struct {
	*system
	account account.Account
}

func newImporting(t *testing.T) importing {
	t.Helper()
	s := &system{T: t, Terraform: offline(t), house: newHouse(t), name: "trial"}
	dir := t.TempDir()
	s.Terraform.Env = append(slices.Clone(s.Terraform.Env), account.Variable+"="+dir)
	s.restage()
	return importing{system: s, account: account.At(filepath.Join(dir, s.workspace.Environment.Account))}
}

// apply applies the API.
func (i importing) apply() error {
	i.Helper()
	slots <- struct{}{}
	defer func() { <-slots }()
	return i.Up(i.Context(), i.workspace, apiStack)
}

func (i importing) mustApply() {
	i.Helper()
	if err := i.apply(); err != nil {
		i.Fatal(err)
	}
}

// wantPlan checks what Terraform would do to the resources of the import.
func (i importing) wantPlan(when string, want map[string][]string) {
	i.Helper()
	slots <- struct{}{}
	defer func() { <-slots }()
	if err := i.open(i.Context(), i.workspace, apiStack); err != nil {
		i.Fatal(err)
	}
	got := map[string][]string{}
	for address, actions := range i.actionsOf(apiStack) {
		if slices.Contains([]string{apiAddress, putAddress, deployment}, address) && !slices.Equal(actions,
			[]string{"no-op"}) {
			got[address] = actions
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		i.Fatalf("the plan %s (-want +got):\n%s", when, diff)
	}
}

func (i importing) changeDocument(version string) {
	i.Helper()
	i.editJSON(i.T, "dist/deployable.json", func(document map[string]any) {
		document["info"].(map[string]any)["version"] = version
	})
}

// editSource edits the API's Terraform and stages it again. It returns the function
// that takes the edit back.
func (i importing) editSource(edit func(string) string) func() {
	i.Helper()
	data, err := os.ReadFile(filepath.Join(i.root, filepath.FromSlash(apiSource)))
	if err != nil {
		i.Fatal(err)
	}
	edited := edit(string(data))
	if edited == string(data) {
		i.Fatal("the edit changes nothing")
	}
	stage := func(source []byte) {
		i.write(i.T, apiSource, source)
		i.restage()
	}
	stage([]byte(edited))
	return func() { stage(data) }
}

// TestImport takes an API through its imports. Each part continues from the one before.
func TestImport(t *testing.T) {
	t.Parallel()
	i := newImporting(t)
	i.upgrade()
	i.failOnce()
	i.setInTerraform()
}

// upgrade applies the API as it was when its own resource had the document. The API
// keeps its id.
func (i importing) upgrade() {
	i.Helper()
	put := regexp.MustCompile(`(?ms)^resource "aws_api_gateway_rest_api_put" "document" \{.*?^\}\n`)
	upgrade := i.editSource(func(source string) string {
		source = put.ReplaceAllString(source, "")
		source = strings.Replace(source, "    replace_triggered_by = ["+putAddress+"]\n", "", 1)
		source = strings.Replace(source, "\n  name = module.settings.names.api\n", `
  name              = module.settings.names.api
  description       = "Meridian"
  body              = local.body
  put_rest_api_mode = "overwrite"
  fail_on_warnings  = true

  minimum_compression_size     = 1400
  disable_execute_api_endpoint = true
`, 1)
		source = strings.Replace(source, `types = ["REGIONAL"]`,
			"types = [\"REGIONAL\"]\n    ip_address_type = \"dualstack\"", 1)
		return strings.Replace(source, putAddress+".rest_api_id", apiAddress+".id", 1)
	})
	i.mustApply()
	upgrade()
	i.changeDocument("2")
	i.wantPlan("of an upgrade",
		map[string][]string{apiAddress: {"update"}, putAddress: {"create"}, deployment: {"create", "delete"}})
	i.mustApply()
	i.wantPlan("after an upgrade", map[string][]string{})
}

// failOnce lets one import fail. The next run repeats it, and what the failed import
// left is never deployed: the stand-in refuses a deployment of it with another error.
func (i importing) failOnce() {
	i.Helper()
	i.changeDocument("3")
	if err := i.account.FailOnce(restapi.ImportType, apiStack.Region); err != nil {
		i.Fatal(err)
	}
	if err := i.apply(); err == nil || !strings.Contains(err.Error(), "PutRestApi") || strings.Contains(err.Error(),
		"a deployment would serve") {
		i.Fatalf("the import has the error %v", err)
	}
	replaced := []string{"create", "delete"}
	i.wantPlan("after a failed import", map[string][]string{putAddress: replaced, deployment: replaced})
	i.mustApply()
	i.wantPlan("after the repeated import", map[string][]string{})
}

// setInTerraform sets attributes that an import resets. They drift with the import.
func (i importing) setInTerraform() {
	i.Helper()
	i.editSource(func(source string) string {
		return strings.Replace(source, "\n  name = module.settings.names.api\n", `
  name = "another"
  description = "The API"
`, 1)
	})
	i.changeDocument("4")
	i.mustApply()
	i.wantPlan("after an import that reset Terraform's settings", map[string][]string{apiAddress: {"update"}})
}
