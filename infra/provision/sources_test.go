package provision

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/provision/restapi"
	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

// base.tf, which configures the backend and the provider, exists once. A checkout
// without symbolic links has the links as text files, which Terraform cannot read.
func TestEveryRootBeginsWithTheSameFile(t *testing.T) {
	sources := filepath.Join(newHouse(t).root, Sources)
	base, err := os.ReadFile(filepath.Join(sources, "base.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n  backend \"s3\" {\n    use_lockfile = true\n  }\n",
		"\n  required_version = \">= 1.11\"\n",
		"\n      version = \"" + schema.Version + "\"\n",
	} {
		if !strings.Contains(string(base), want) {
			t.Errorf("base.tf lacks %s", want)
		}
	}
	roots, err := filepath.Glob(filepath.Join(sources, "*", "root.tf"))
	if err != nil || len(roots) != 6 {
		t.Fatalf("got %d roots, %v", len(roots), err)
	}
	for _, root := range roots {
		link := filepath.Join(filepath.Dir(root), "base.tf")
		if target, err := os.Readlink(link); err != nil || target != filepath.Join("..", "base.tf") {
			t.Errorf("%s must be a symbolic link to ../base.tf: got %q, %v", link, target, err)
		}
	}
}

var block = regexp.MustCompile(`(?ms)^(resource|data) "(\w+)" "(\w+)" \{\n(.*?)^\}`)

// A resource or data source without the argument region is in the provider's Region: it
// is right in one Region and wrong in all others.
func TestRegionalResourcesSetTheirRegion(t *testing.T) {
	terraform := offline(t)
	dir := filepath.Join(newHouse(t).root, Sources)
	bucket := filepath.Join(dir, "modules", "bucket") // it has the provider, and no backend
	if err := terraform.Run(t.Context(), InitOnly(bucket)); err != nil {
		t.Fatal(err)
	}
	regional := regionalTypes(t, terraform, bucket)
	var blocks int
	for _, pattern := range []string{"*/*.tf", "modules/*/*.tf"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range block.FindAllStringSubmatch(string(data), -1) {
				kind, typ, name, body := b[1], b[2], b[3], b[4]
				if !regional[kind+" "+typ] {
					continue
				}
				blocks++
				if !regexp.MustCompile(`(?m)^  region += `).MatchString(body) {
					t.Errorf("%s: %s %s.%s does not set its region", f, kind, typ, name)
				}
			}
		}
	}
	if blocks == 0 {
		t.Error("found no regional resource")
	}
}

// regionalTypes returns the provider's types that have the argument region, such as
// "data aws_kms_alias".
func regionalTypes(t *testing.T, terraform Terraform, dir string) map[string]bool {
	t.Helper()
	out, err := terraform.Output(
		t.Context(),
		Command{Dir: dir, Args: []string{"providers", "schema", "-no-color", "-json"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	type types map[string]struct {
		Block struct{ Attributes map[string]any }
	}
	var schemas struct {
		Providers map[string]struct {
			Resources types `json:"resource_schemas"`
			Data      types `json:"data_source_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(out, &schemas); err != nil {
		t.Fatal(err)
	}
	regional := map[string]bool{}
	for _, p := range schemas.Providers {
		for kind, all := range map[string]types{"resource": p.Resources, "data": p.Data} {
			for name, s := range all {
				if _, ok := s.Block.Attributes["region"]; ok {
					regional[kind+" "+name] = true
				}
			}
		}
	}
	return regional
}

// Terraform would set such an attribute and the next import reset it, so that every
// apply after an import would change the API and deploy nothing.
func TestTerraformSetsNothingThatAnImportResets(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(newHouse(t).root, filepath.FromSlash(apiSource)))
	if err != nil {
		t.Fatal(err)
	}
	apis := 0
	for _, b := range block.FindAllStringSubmatch(string(data), -1) {
		if b[1] != "resource" || b[2] != restapi.Type {
			continue
		}
		apis++
		// The name is required, and a test of the root compares it with the title.
		allowed := map[string]bool{"name": true}
		for _, attribute := range append([]string{"body", "ip_address_type", "vpc_endpoint_ids"}, restapi.Settings...) {
			if set := regexp.MustCompile(`(?m)^ +` + attribute + ` += `); !allowed[attribute] && set.MatchString(b[4]) {
				t.Errorf("%s.%s sets %s: set it in the deployable document, which package contract/deployable writes", b[2], b[3],
					attribute)
			}
		}
	}
	if apis != 1 {
		t.Errorf("found %d APIs in %s, want 1", apis, apiSource)
	}
}

// The roles of GitHub trust the repository that the modules are named after, and exist
// for each environment that the workflow deploys.
func TestGitHubRolesBelongToTheWorkflow(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(ws.Root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	module := regexp.MustCompile(`(?m)^module github\.com/(.*)/infra$`).FindStringSubmatch(read("infra/go.mod"))
	if module == nil {
		t.Fatal("infra/go.mod does not name a module on GitHub")
	}
	if system := read(workspace.SystemFile); !strings.Contains(system, `"repository": "`+module[1]+`"`) {
		t.Errorf("the repository in %s is not %s", workspace.SystemFile, module[1])
	}
	choices := regexp.MustCompile(`(?m)^ +options: \[(.*)\]$`).FindStringSubmatch(read(".github/workflows/deploy.yml"))
	if choices == nil {
		t.Fatal("the workflow has no choice of environments")
	}
	for name := range strings.SplitSeq(choices[1], ", ") {
		e, err := ReadEnvironment(ws.Root, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, own, err := ReadSettings(ws.Root, name); err != nil || !own || e.State.Backend != "s3" {
			t.Errorf("%s has no role: it has no file of its own or local states (%v)", name, err)
		}
	}
}
