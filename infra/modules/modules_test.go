package modules

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/command"
)

const prefix = "example.com/mono/"

// goMod returns the go.mod of a module that requires others at version v0.0.0 or at
// the one that follows @.
func goMod(name string, requires ...string) string {
	text := "module " + prefix + name + "\n\ngo 1.26.0\n"
	for _, require := range requires {
		name, version, found := strings.Cut(require, "@")
		if !found {
			version = "v0.0.0"
		}
		text += "\nrequire " + prefix + name + " " + version + "\n"
	}
	return text
}

const work = `go 1.26.0

use (
	./accounts
	./contract
	./platform
	./profiles
)
`

const replaced = work + `
replace (
	example.com/mono/contract v0.1.0 => ./contract
	example.com/mono/platform v0.0.0 => ./platform
	example.com/mono/platform v0.1.0 => ./platform
)
`

// newWorkspace returns the folder of a workspace of four modules after changes. A file
// without content is not written.
func newWorkspace(t *testing.T, changes map[string]string) string {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "")
	root := t.TempDir()
	files := map[string]string{
		"go.work":         replaced,
		"LICENSE":         "license\n",
		"platform/go.mod": goMod("platform"),
		"platform/p.go":   "package platform\n\nconst Name = 1\n",
		"contract/go.mod": goMod("contract", "platform"),
		"contract/c.go":   "package contract\n\nimport \"" + prefix + "platform\"\n\nconst Name = platform.Name\n",
		"accounts/go.mod": goMod("accounts", "contract@v0.1.0", "platform@v0.1.0"),
		"accounts/a.go":   "package accounts\n\nimport \"" + prefix + "contract\"\n\nconst Name = contract.Name\n",
		"accounts/b.go":   "package accounts\n\nimport \"" + prefix + "platform\"\n\nconst Base = platform.Name\n",
		"profiles/go.mod": goMod("profiles"),
		"profiles/p.go":   "package profiles\n",
	}
	for _, name := range []string{"platform", "contract", "accounts", "profiles"} {
		files[name+"/LICENSE"] = files["LICENSE"]
	}
	for name, content := range changes {
		files[name] = content
	}
	for name, content := range files {
		if content == "" {
			continue
		}
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func load(t *testing.T, root string) Set {
	t.Helper()
	s, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func find(t *testing.T, s Set, name string) Module {
	t.Helper()
	m, err := s.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func names(list []Module) []string {
	var names []string
	for _, m := range list {
		names = append(names, m.Name)
	}
	return names
}

func TestDependents(t *testing.T) {
	s := load(t, newWorkspace(t, nil))
	for _, test := range []struct {
		module string
		want   []string
	}{
		{module: "platform", want: []string{"accounts", "contract"}},
		{module: "contract", want: []string{"accounts"}},
		{module: "accounts"},
	} {
		t.Run(test.module, func(t *testing.T) {
			if diff := cmp.Diff(test.want, names(s.Dependents(find(t, s, test.module)))); diff != "" {
				t.Errorf("dependents (-want +got):\n%s", diff)
			}
		})
	}
	if got := find(t, s, "contract").Required(prefix + "platform"); got != "v0.0.0" {
		t.Errorf("contract requires platform %q, want v0.0.0", got)
	}
	_, err := s.Find("orders")
	if err == nil || !strings.Contains(err.Error(), "accounts, contract, platform, profiles") {
		t.Errorf("error %v, want one with the modules", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, test := range []struct{ name, file, content, want string }{
		{
			name: "a module elsewhere", file: "go.work", content: "go 1.26.0\n\nuse ./a/b\n",
			want: "must be a folder beside go.work",
		},
		{
			name: "a folder without go.mod", file: "go.work", content: "go 1.26.0\n\nuse ./orders\n",
			want: "orders",
		},
		{
			name: "no module directive", file: "profiles/go.mod", content: "go 1.26.0\n",
			want: "no module directive",
		},
		{name: "no go.mod syntax", file: "profiles/go.mod", content: "modul a\n", want: "unknown directive"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(newWorkspace(t, map[string]string{test.file: test.content}))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestWork(t *testing.T) {
	for _, test := range []struct{ name, work, want string }{
		{name: "without replacements", work: work, want: replaced},
		{name: "up to date", work: replaced, want: replaced},
		{
			name: "others", want: replaced,
			work: work + "\nreplace example.com/mono/platform v0.0.0 => ./contract\n" +
				"\nreplace example.com/mono/platform v0.3.0 => ./platform\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := newWorkspace(t, map[string]string{"go.work": test.work})
			if err := load(t, root).WriteWork(); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join(root, "go.work"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("go.work (-want +got):\n%s", diff)
			}
			// Neither version of platform exists anywhere.
			if err := command.Go(filepath.Join(root, "accounts"), "build", "./...").Run(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct{ name, file, content, want string }{
		{name: "in order"},
		{name: "go.work lacks a replacement", file: "go.work", content: work, want: "go.work does not replace"},
		{
			name: "go.mod replaces", file: "profiles/go.mod",
			content: goMod("profiles") + "\nreplace example.com/a => ../a\n", want: "profiles/go.mod replaces example.com/a",
		},
		{name: "another license", file: "profiles/LICENSE", content: "x", want: "profiles/LICENSE is not the root's"},
		{name: "no license", file: "profiles/LICENSE", want: "profiles/LICENSE is not the root's"},
	} {
		t.Run(test.name, func(t *testing.T) {
			changes := map[string]string{}
			if test.file != "" {
				changes[test.file] = test.content
			}
			err := load(t, newWorkspace(t, changes)).Check()
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
			} else if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestStandalone(t *testing.T) {
	t.Run("complete", func(t *testing.T) {
		s := load(t, newWorkspace(t, nil))
		if err := s.Standalone(t.Context(), find(t, s, "accounts"), "vet", "./..."); err != nil {
			t.Error(err)
		}
	})
	t.Run("a requirement is missing, which the workspace hides", func(t *testing.T) {
		root := newWorkspace(t, map[string]string{"contract/go.mod": goMod("contract")})
		s := load(t, root)
		contract := find(t, s, "contract")
		if err := command.Go(contract.Dir, "vet", "./...").Run(t.Context()); err != nil {
			t.Errorf("in the workspace: %v", err)
		}
		err := s.Standalone(t.Context(), contract, "vet", "./...")
		if err == nil || !strings.Contains(err.Error(), prefix+"platform") {
			t.Errorf("error %v, want one about platform", err)
		}
	})
}

func TestTidy(t *testing.T) {
	sums := prefix + "platform v0.1.0 h1:x\n"
	indirect := "\nrequire " + prefix + "contract v0.1.0 // indirect\n"
	root := newWorkspace(t, map[string]string{
		"accounts/go.mod": goMod("accounts", "platform@v0.1.0", "profiles") + indirect,
		"accounts/go.sum": sums,
	})
	untidy := CheckTidy(t.Context(), root)
	if untidy == nil || !strings.HasPrefix(untidy.Error(), "accounts/go.mod: ") {
		t.Errorf("error %v, want one about accounts/go.mod", untidy)
	}
	var out bytes.Buffer
	if err := Tidy(t.Context(), root, &out); err != nil {
		t.Fatal(err)
	}
	if err := CheckTidy(t.Context(), root); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff("accounts/go.mod\n", out.String()); diff != "" {
		t.Errorf("changed files (-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{
		"accounts/go.mod": "module example.com/mono/accounts\n\ngo 1.26.0\n\nrequire example.com/mono/platform v0.1.0\n\n" +
			"require example.com/mono/contract v0.1.0\n",
		"accounts/go.sum": sums,
		"go.work":         replaced,
	} {
		got, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	out.Reset()
	if err := Tidy(t.Context(), root, &out); err != nil || out.Len() > 0 {
		t.Errorf("a second run changes %q, error %v", out.String(), err)
	}
}
