package modrelease

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFirstReleases(t *testing.T) {
	r := releasedRepository(t)
	if diff := cmp.Diff(
		"accounts/v0.1.0\ncontract/v0.1.0\ninfra/v0.1.0\nplatform/v0.1.0\nprofiles/v0.1.0", r.git("tag", "--list"),
	); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	for _, want := range []string{
		"accounts after no release", "contract v0.1.0 (was v0.0.0), platform v0.1.0 (was v0.0.0)",
		"go get " + mono + "/accounts@v0.1.0, 2 packages built", "tagged it accounts/v0.1.0",
	} {
		if !strings.Contains(firstReleases.log, want) {
			t.Errorf("the output lacks %q:\n%s", want, firstReleases.log)
		}
	}
	if status := r.git("status", "--porcelain"); status != "" {
		t.Errorf("the working tree is dirty:\n%s", status)
	}
	changelog := regexp.MustCompile(
		`^# Changelog\n\n## \[Unreleased\]\n\n## \[0\.1\.0\] - \d{4}-\d\d-\d\d\n\n- First release\.\n$`)
	if got := r.read("accounts/CHANGELOG.md"); !changelog.MatchString(got) {
		t.Errorf("changelog:\n%s", got)
	}
	got := r.git("tag", "--list", "--format=%(contents)", "accounts/v0.1.0")
	if want := "accounts/v0.1.0\n\n- First release.\n"; got != want {
		t.Errorf("message of the tag %q, want %q", got, want)
	}
	if got := r.git("log", "-1", "--format=%s", "accounts/v0.1.0"); got != "accounts: release v0.1.0" {
		t.Errorf("subject of the commit: %q", got)
	}
}

// TestOutsideModule uses every release as the users of a public repository do.
func TestOutsideModule(t *testing.T) {
	r := releasedRepository(t)
	main := "package main\n\nimport (\n"
	get := []string{"get"}
	for _, name := range names {
		get = append(get, mono+"/"+name+"@v0.1.0")
		if name != "contract" {
			main += "\t_ \"" + mono + "/" + name + "\"\n"
		}
	}
	main += "\t\"" + mono + "/contract\"\n)\n\nfunc main() { print(contract.Manifest(\"a\", \"1\")) }\n"
	r.outside(main, get, []string{"build", "."},
		[]string{"install", mono + "/contract/cmd/contract@v0.1.0"}, []string{"install", mono + "/infra/cmd/serve@v0.1.0"})
}

func TestASiblingMustBeReleasedFirst(t *testing.T) {
	r := newRepository(t)
	r.refused("accounts", Options{},
		"accounts requires contract, which has no release: run 'go tool mage release:module contract' first",
		"accounts requires platform, which has no release")
}

// TestSkew uses in accounts what platform has not released. The workspace hides that.
func TestSkew(t *testing.T) {
	r := releasedRepository(t)
	r.commit("platform: add Title", map[string]string{
		"platform/title.go": "package platform\n\n// Title is a title.\nfunc Title() string { return \"\" }\n",
	})
	r.commit("accounts: use Title", map[string]string{
		"accounts/title.go": "package accounts\n\nimport \"" + mono + "/platform\"\n\nvar _ = platform.Title()\n",
	})
	r.outsideWorkspaceBuilds("accounts")
	r.refused("accounts", Options{},
		"accounts does not compile with the releases of its siblings", "title.go:5:18: undefined: platform.Title")

	var status bytes.Buffer
	if err := Status(t.Context(), r.dir, &status); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"platform  v0.1.0   1        v0.1.1 (compatible)",
		"accounts v0.1.0, contract v0.1.0, infra v0.1.0, profiles v0.1.0",
		"accounts  v0.1.0   1        v0.1.1 (none)",
		"accounts: skew: accounts/title.go:5: undefined: platform.Title",
		"contract  v0.1.0   0        -",
	} {
		if !strings.Contains(status.String(), want) {
			t.Errorf("the status lacks %q:\n%s", want, &status)
		}
	}
	if strings.Count(status.String(), "skew") != 1 {
		t.Errorf("the status has more skew than one line:\n%s", &status)
	}

	r.release("platform")
	r.release("accounts")
	if got := r.read("accounts/go.mod"); !strings.Contains(got, mono+"/platform v0.1.1") {
		t.Errorf("go.mod of accounts does not require the release:\n%s", got)
	}
	if got := r.read("go.work"); !strings.Contains(got, mono+"/platform v0.1.1 => ./platform") {
		t.Errorf("go.work does not replace the release:\n%s", got)
	}
}

// outsideWorkspaceBuilds checks that a module compiles in the workspace.
func (r repository) outsideWorkspaceBuilds(name string) {
	r.t.Helper()
	w := workshop{}
	if err := w.goRun(r.t.Context(), filepath.Join(r.dir, name), "build", "./..."); err != nil {
		r.t.Fatal(err)
	}
}

func TestBreakingChangeOfTheAPI(t *testing.T) {
	r := releasedRepository(t)
	r.commit("platform: let Name return bytes", map[string]string{
		"platform/p.go": "package platform\n\n// Name is a name.\nfunc Name() []byte { return []byte(\"platform\") }\n",
		"platform/p_test.go": "package platform\n\nimport \"testing\"\n\n" +
			"func TestName(t *testing.T) {\n\tif Name() == nil {\n\t\tt.Fatal()\n\t}\n}\n",
	})
	change := "API: Name: changed from func() string to func() []byte"
	r.refused("platform", Options{Version: "v0.1.1"},
		"platform: version v0.1.1 is too low: v0.2.0 is the lowest, because of a breaking change of the API since v0.1.0")
	if out := r.release("platform"); !strings.Contains(out, "breaking   "+change) {
		t.Errorf("the output does not name the change:\n%s", out)
	}
	notes := r.git("tag", "--list", "--format=%(contents:body)", "platform/v0.2.0")
	if want := "\n### Differences\n\n- " + change + " (breaking)\n"; !strings.HasSuffix(notes, want) {
		t.Errorf("notes %q, want %q at their end", notes, want)
	}
	want := "### Breaking\n\n- " + change + "\n\n### Changed\n\n- Let Name return bytes.\n"
	if got := r.read("platform/CHANGELOG.md"); !strings.Contains(got, want) {
		t.Errorf("changelog:\n%s\nwant in it:\n%s", got, want)
	}
	if tags := r.git("tag", "--list", "platform/*"); tags != "platform/v0.1.0\nplatform/v0.2.0" {
		t.Errorf("tags %q", tags)
	}
}

func TestBreakingChangeAfterV1(t *testing.T) {
	r := releasedRepository(t)
	for _, name := range []string{"platform", "accounts"} {
		r.git("tag", name+"/v1.0.0")
	}
	r.commit("Break both", map[string]string{
		"platform/rest/rest.go":   "package rest\n\ntype Service struct{ Name, Version, Title string }\n",
		"platform/p.go":           "package platform\n",
		"platform/p_test.go":      "",
		"contract/c.go":           strings.ReplaceAll(r.read("contract/c.go"), "platform.Name()", "var _ platform.Type"),
		"platform/type.go":        "package platform\n\n// Type is a type.\ntype Type int\n",
		"accounts/api/service.go": service("2.0.0", ""),
		"accounts/openapi.json":   spec("2.0.0", ""),
		"accounts/service.json":   `{"format":1,"name":"accounts","version":"2.0.0"}`,
	})
	r.refused("platform", Options{}, "platform: breaking changes since v1.0.0 are refused (1)", "API: Name: removed",
		"deprecate the old one, and see .github/CONTRIBUTING.md, Withdraw a part of a contract")
	r.refused("accounts", Options{}, "accounts: breaking changes since v1.0.0 are refused (1)",
		"contract: GET /accounts/b: ")
}

func TestVersionOfAContext(t *testing.T) {
	r := releasedRepository(t)
	r.commit("accounts: add c", map[string]string{"accounts/c.go": "package accounts\n\n// C is c.\nconst C = 1\n"})
	r.release("accounts")
	for name, want := range map[string]string{
		"accounts/api/service.go": `Version: "0.1.1"`,
		"accounts/openapi.json":   `"version":"0.1.1"`,
		"accounts/service.json":   `"version":"0.1.1"`,
		"accounts/CHANGELOG.md":   "### Added\n\n- Add c.\n",
	} {
		if got := r.read(name); !strings.Contains(got, want) {
			t.Errorf("%s lacks %q:\n%s", name, want, got)
		}
	}
	if tags := r.git("tag", "--list", "accounts/*"); tags != "accounts/v0.1.0\naccounts/v0.1.1" {
		t.Errorf("tags %q", tags)
	}
	r.refused("accounts", Options{}, "accounts has no change since accounts/v0.1.1: there is nothing to release")
}

// TestUnfinishedWorkOfAnotherModule releases platform while accounts and profiles do not
// even compile, accounts in the last commit.
func TestUnfinishedWorkOfAnotherModule(t *testing.T) {
	r := releasedRepository(t)
	r.commit("profiles: begin", map[string]string{"profiles/new.go": "package profiles\n\nvar _ = unfinished\n"})
	r.commit("platform: add B", map[string]string{"platform/b.go": "package platform\n\n// B is b.\nconst B = 1\n"})
	r.commit("accounts: begin", map[string]string{"accounts/new.go": "package accounts\n\nvar _ = unfinished\n"})
	r.release("platform")
	r.refused("accounts", Options{}, "undefined: unfinished")
	got := r.git("tag", "--list", "--format=%(contents:body)", "platform/v0.1.1")
	if !strings.Contains(got, "- Add B.") || strings.Contains(got, "egin") {
		t.Errorf("notes of the release: %q, want its own commits only", got)
	}
}

func TestAFailingTestIsNotReleased(t *testing.T) {
	r := releasedRepository(t)
	r.commit("platform: break Name", map[string]string{
		"platform/p.go": "package platform\n\n// Name is a name.\nfunc Name() string { return \"\" }\n",
	})
	r.refused("platform", Options{}, "--- FAIL: TestName")
}

// interrupt cancels the context when a step begins.
type interrupt struct {
	bytes.Buffer
	after  string
	cancel func()
}

func (i *interrupt) Write(p []byte) (int, error) {
	if strings.Contains(string(p), i.after) {
		i.cancel()
	}
	return i.Buffer.Write(p)
}

func TestAnInterruptedReleaseLeavesNothing(t *testing.T) {
	r := releasedRepository(t)
	r.commit("platform: add B", map[string]string{"platform/b.go": "package platform\n\n// B is b.\nconst B = 1\n"})
	for _, after := range []string{"requires", "write", "test", "install"} {
		t.Run(after, func(t *testing.T) {
			before := r.everything()
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			ctx, cancel := context.WithCancel(t.Context())
			out := &interrupt{after: "  " + after, cancel: cancel}
			if err := Module(ctx, r.dir, "platform", Options{}, out); err == nil {
				t.Errorf("platform was released:\n%s", out)
			}
			if got := r.everything(); got != before {
				t.Errorf("the repository changed from\n%s\nto\n%s", before, got)
			}
			entries, err := os.ReadDir(temp)
			if err != nil || len(entries) > 0 {
				t.Errorf("temporary folders were left: %v, error %v", entries, err)
			}
		})
	}
	// The interrupted candidates have the same version, and must not be in the way.
	r.commit("platform: add C", map[string]string{
		"platform/b.go": "package platform\n\n// B is b.\nconst B = C\n",
		"platform/c.go": "package platform\n\n// C is c.\nconst C = 1\n",
	})
	r.release("platform")
}

func TestDryRun(t *testing.T) {
	r := releasedRepository(t)
	r.commit("platform: add B", map[string]string{"platform/b.go": "package platform\n\n// B is b.\nconst B = 1\n"})
	r.write(map[string]string{"notes.txt": "not committed"})
	before := r.everything()
	var out bytes.Buffer
	if err := Module(t.Context(), r.dir, "platform", Options{DryRun: true}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Without -dryRun this is refused:\nthe working tree is dirty (?? notes.txt, 1 files)",
		"compatible API: B: added", "Would commit:\n\nplatform: release v0.1.1\n", "Would tag:\n\nplatform/v0.1.1\n",
		"+## [0.1.1] - ", "+- Add B.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, &out)
		}
	}
	if got := r.everything(); got != before {
		t.Errorf("the repository changed from\n%s\nto\n%s", before, got)
	}
}

func TestBump(t *testing.T) {
	r := releasedRepository(t)
	r.commit("platform: add B, and remove rest", map[string]string{
		"platform/b.go": "package platform\n\n// B is b.\nconst B = 1\n", "platform/rest/rest.go": "",
	})
	r.release("platform")
	var out bytes.Buffer
	err := Bump(t.Context(), r.dir, "platform", &out)
	if err == nil || !strings.Contains(err.Error(), "accounts does not compile with platform/v0.2.0") {
		t.Errorf("error %v, want one about accounts, which uses rest", err)
	}
	commits := []string{
		"profiles: require platform v0.2.0", "infra: require platform v0.2.0", "contract: require platform v0.2.0",
		"platform: release v0.2.0",
	}
	if diff := cmp.Diff(strings.Join(commits, "\n"), r.git("log", "-4", "--format=%s")); diff != "" {
		t.Errorf("commits (-want +got):\n%s", diff)
	}
	if got := r.git("show", "--format=", "--name-only", "HEAD"); got != "go.work\nprofiles/go.mod\nprofiles/go.sum" &&
		got != "profiles/go.mod\nprofiles/go.sum" {
		t.Errorf("the commit for profiles changes:\n%s", got)
	}
	for name, want := range map[string]string{
		"accounts": "v0.1.0", "contract": "v0.2.0", "infra": "v0.2.0", "profiles": "v0.2.0",
	} {
		if got := r.read(name + "/go.mod"); !strings.Contains(got, mono+"/platform "+want) {
			t.Errorf("%s does not require platform %s:\n%s", name, want, got)
		}
	}
	r.release("profiles") // with sums that the release of platform has
}

func TestVerify(t *testing.T) {
	r := releasedRepository(t)
	var out bytes.Buffer
	if err := Verify(t.Context(), r.dir, "contract/v0.1.0", &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"contract/v0.1.0 at ", "1 packages built", "contract\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, &out)
		}
	}
	if err := Verify(t.Context(), r.dir, "contract/v0.2.0", &out); err == nil {
		t.Error("no error for a tag that does not exist")
	}
}
