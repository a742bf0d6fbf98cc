package modules

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/git"
)

func TestAffected(t *testing.T) {
	root := newWorkspace(t, map[string]string{
		"go.work":      strings.Replace(replaced, "\t./platform\n", "\t./infra\n\t./platform\n", 1),
		"infra/go.mod": goMod("infra", "contract@v0.1.0"),
	})
	s := load(t, root)
	contexts := []string{"accounts", "profiles"}
	for _, test := range []struct {
		name  string
		files []string
		want  []Affected
	}{
		{name: "nothing"},
		{name: "for people", files: []string{"README.md", "magefile.go", ".github/CONTRIBUTING.md"}},
		{
			name: "a context", files: []string{"profiles/p.go", "profiles/q.go"},
			want: []Affected{{"infra", []string{"its tests run profiles"}}, {"profiles", []string{"profiles/p.go changed"}}},
		},
		{
			name: "a module with dependents", files: []string{"contract/c.go"},
			want: []Affected{
				{"accounts", []string{"requires contract"}}, {"contract", []string{"contract/c.go changed"}},
				{"infra", []string{"requires contract"}},
			},
		},
		{
			name: "dependents of dependents", files: []string{"platform/p.go"},
			want: []Affected{
				{"accounts", []string{"requires platform"}}, {"contract", []string{"requires platform"}},
				{"infra", []string{"requires platform"}}, {"platform", []string{"platform/p.go changed"}},
			},
		},
		{
			name: "infra", files: []string{"infra/README.md"},
			want: []Affected{{"infra", []string{"infra/README.md changed"}}},
		},
		{
			name: "the engine", files: []string{"infra/local/dynamodb/engine.go"},
			want: []Affected{
				{"accounts", []string{"its tests run the embedded engine"}},
				{"infra", []string{"infra/local/dynamodb/engine.go changed"}},
				{"platform", []string{"its tests run the embedded engine"}},
				{"profiles", []string{"its tests run the embedded engine"}},
			},
		},
		{
			name: "how everything is tested", files: []string{".ci/run"},
			want: []Affected{
				{"accounts", []string{".ci/run changed", "requires contract", "requires platform"}},
				{"contract", []string{".ci/run changed", "requires platform"}},
				{"infra", []string{
					".ci/run changed", "its tests run accounts", "requires contract", "requires platform",
					"its tests run profiles",
				}},
				{"platform", []string{".ci/run changed"}}, {"profiles", []string{".ci/run changed"}},
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, s.affected(test.files, contexts)); diff != "" {
				t.Errorf("modules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrintAffected(t *testing.T) {
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1",
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(name, value)
	}
	root := newWorkspace(t, nil)
	run := func(args ...string) {
		t.Helper()
		if _, err := git.Run(t.Context(), root, args...); err != nil {
			t.Fatal(err)
		}
	}
	commit := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		run("add", "--all")
		run("commit", "--quiet", "--message=x")
	}
	run("init", "--quiet", "--initial-branch=main")
	commit("README.md")
	run("checkout", "--quiet", "-b", "change")
	commit("contract/new.txt")
	run("checkout", "--quiet", "main")
	commit("profiles/other.txt") // not in the change
	run("checkout", "--quiet", "change")
	if err := os.WriteFile(filepath.Join(root, "accounts", "not committed.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	asJSON, head, missing := true, "HEAD", "missing"
	for _, test := range []struct {
		name  string
		since *string
		json  *bool
		want  string
	}{
		{
			name: "since main",
			want: "accounts   accounts/not committed.txt changed; requires contract\ncontract   contract/new.txt changed\n",
		},
		{
			name: "JSON since HEAD", since: &head, json: &asJSON,
			want: `[{"module":"accounts","reasons":["accounts/not committed.txt changed"]}]` + "\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := PrintAffected(t.Context(), root, test.since, test.json, &out); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
	err := PrintAffected(t.Context(), root, &missing, nil, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "HEAD and missing part") {
		t.Errorf("error %v, want one about the reference", err)
	}
}

// TestEngine checks that the folders of the engine are all that its command consists of.
func TestEngine(t *testing.T) {
	const infra = "github.com/meridian-api/meridian/infra/"
	out, err := command.Go(".", "list", "-deps", infra+"cmd/dynamodb").Output(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		if folder, own := strings.CutPrefix(path, infra); own && !inAny("infra/"+folder, engine) {
			t.Errorf("the engine imports %s, which is not in %v", path, engine)
		}
	}
}
