package scaffold

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/firstrun"
	"github.com/meridian-api/meridian/infra/terraform"
)

// newProject writes the project github.com/acme/shop without its context, which
// TestANewContextWorks writes, and makes it use this checkout in place of releases.
// Package firstrun takes a complete project from a module proxy.
func newProject(t *testing.T) string {
	t.Helper()
	s, data, err := newProjectData(ProjectOptions{Module: "github.com/acme/shop", Context: "orders", Version: "v0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := data.write(root, s); err != nil {
		t.Fatal(err)
	}
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	work := "go " + data.Go + "\n\nuse ./infra\n"
	for _, name := range []string{"infra", "contract", "platform"} {
		work += "\nreplace " + workspace.Meridian + "/" + name + " => " + filepath.Join(ws.Root, name) + "\n"
	}
	sums, err := os.ReadFile(filepath.Join(ws.Root, "infra", "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"go.work": work, "infra/go.sum": string(sums)} {
		if err := writeFile(filepath.Join(root, name), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestAProjectsModuleHasItsTargetsAndTools(t *testing.T) {
	root := newProject(t)
	goCommand(t, root, "build", "./infra", workspace.Meridian+"/infra/deploy/targets")
	goCommand(t, root, "list", "tool")
}

func TestAProjectHasNoNameOfAnother(t *testing.T) {
	root := newProject(t)
	found, err := firstrun.MeridianNames(root, "README.md", "magefile.go", "go.work", "go.sum")
	if err != nil || found != nil {
		t.Errorf("the project has Meridian's name: %v\n%s", err, strings.Join(found, "\n"))
	}
	for _, name := range filesOf(t, root) {
		data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), "The accounts and domains", "") // accounts of AWS
		for _, context := range []string{"accounts", "profiles"} {
			if strings.Contains(text, context) && name != "infra/go.sum" && name != "go.work" { // the test's
				t.Errorf("%s has the name of the context %s:\n%s", name, context, text)
			}
		}
	}
	s, err := workspace.ReadSystem(root)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "shop" || s.Title != "Shop" || s.Repository != "acme/shop" {
		t.Errorf("the system is %+v, want shop, Shop and acme/shop", s)
	}
	if files, err := workspace.ReadEnvironments[map[string]any](root); err != nil || len(files) != 3 {
		t.Errorf("the environments are %v, %v; want dev, prod and the template", files, err)
	}
}

// TestAProjectHasTheWorkflowsOfThisRepository compares the workflows that do not differ.
func TestAProjectHasTheWorkflowsOfThisRepository(t *testing.T) {
	for _, name := range []string{"deploy.yml", "release.yml"} {
		want, err := os.ReadFile(filepath.Join("../../.github/workflows", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := templates.ReadFile("templates/project/.github/workflows/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: copy the repository's (-repository +template):\n%s", name, diff)
		}
	}
}

// TestThisRepositoryIsAProject checks that the magefiles here import the targets of a
// project's, so that what works here works there.
func TestThisRepositoryIsAProject(t *testing.T) {
	imported := regexp.MustCompile(`// mage:import\n\t_ "(.*)"\n`)
	for _, name := range []string{"magefile.go", "infra/deploy/magefile.go"} {
		here, err := os.ReadFile(filepath.Join("../..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		there, err := render("templates/project/"+name+suffix, projectData{Meridian: workspace.Meridian})
		if err != nil {
			t.Fatal(err)
		}
		want, got := imported.FindAllString(string(here), -1), imported.FindAllString(string(there), -1)
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
			t.Errorf("%s: imports of targets (-repository +template):\n%s", name, diff)
		}
	}
}

func TestProjectRefuses(t *testing.T) {
	for _, test := range []struct {
		name    string
		options ProjectOptions
		want    string
	}{
		{name: "no path", options: ProjectOptions{Module: "shop", Version: "v1.0.0"}, want: "missing dot"},
		{name: "a checkout", options: ProjectOptions{Module: "github.com/acme/shop", Version: "(devel)"}, want: "@latest"},
		{name: "a path without a name", options: ProjectOptions{Module: "github.com/acme/3d-shop", Version: "v1.0.0"},
			want: `github.com/acme/3d-shop, set -name=NAME: infra/system.json: name is "3dshop"`},
		{name: "a name for no system", want: `name is "my-shop"`,
			options: ProjectOptions{Module: "github.com/acme/shop", Name: "my-shop", Version: "v1.0.0"}},
		{
			name:    "a context's name",
			options: ProjectOptions{Module: "github.com/acme/shop", Version: "v1.0.0", Context: "Orders"}, want: "lower-case",
		},
		{
			name:    "a folder that exists",
			options: ProjectOptions{Module: "github.com/acme/shop", Version: "v1.0.0", Dir: t.TempDir()}, want: "exists",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := Project(t.Context(), test.options, os.Stderr)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got the error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestNewSystem(t *testing.T) {
	for _, test := range []struct{ path, name, wantName, wantTitle, wantRepository, wantFolder string }{
		{path: "github.com/acme/shop", wantName: "shop", wantTitle: "Shop", wantRepository: "acme/shop", wantFolder: "shop"},
		{path: "github.com/Acme/my-shop.api", wantName: "myshopapi", wantTitle: "My Shop Api",
			wantRepository: "Acme/my-shop.api", wantFolder: "my-shop.api"},
		{path: "github.com/acme/Shop_2", wantName: "shop2", wantTitle: "Shop 2",
			wantRepository: "acme/Shop_2", wantFolder: "Shop_2"},
		{path: "git.acme.example/teams/shop/v2", wantName: "shop", wantTitle: "Shop", wantFolder: "shop"},
		{path: "github.com/acme/3d-shop", name: "shop3d", wantName: "shop3d", wantTitle: "3d Shop",
			wantRepository: "acme/3d-shop", wantFolder: "3d-shop"},
	} {
		t.Run(test.path, func(t *testing.T) {
			s, err := newSystem(test.path, test.name)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{s.Name, s.Title, s.Repository, lastElement(test.path)}
			want := []string{test.wantName, test.wantTitle, test.wantRepository, test.wantFolder}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEject(t *testing.T) {
	root := newProject(t)
	want, err := terraform.Files(root) // the embedded ones
	if err != nil {
		t.Fatal(err)
	}
	if err := Eject(filepath.Join(root, "infra"), new(strings.Builder)); err != nil {
		t.Fatal(err)
	}
	got, err := terraform.Files(root)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-embedded +ejected):\n%s", diff)
	}
	own := filepath.Join(root, terraform.Folder, "api", "root.tf")
	if err := os.WriteFile(own, []byte("# ours\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Eject(root, new(strings.Builder)); err == nil || !strings.Contains(err.Error(),
		"owns its Terraform already") {
		t.Errorf("a second time: got the error %v", err)
	}
	if got, err = terraform.Files(root); err != nil || string(got["api/root.tf"]) != "# ours\n" {
		t.Errorf("got api/root.tf %q, %v; want the project's", got["api/root.tf"], err)
	}
}
