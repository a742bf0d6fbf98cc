package compat

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func breaking(spec object)   { delete(at(spec, "paths", "/orders"), "post") }
func compatible(spec object) { operationOf(spec, "/orders", "get")["deprecated"] = true }

func unchanged(object) {}

// checkReport compares all fields of a report but the changes.
func checkReport(t *testing.T, want, got Report) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Report{}, "Changes")); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestFirstRelease(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("v1.0.0", "parcels/v1.0.0", "orders-eu/v1.0.0") // tags of other modules
	got := repo.report("", "orders")
	want := Report{Context: "orders", Level: None, Changes: []Change{}, Bump: NoBump, Next: "1.2.3", First: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestReleaseIsTheHighestReachableVersion(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.10.0")
	repo.spec("orders", breaking)
	repo.commit(
		"orders/v1.9.0",                                          // newer, but lower
		"orders/v2.0.0-rc.1", "orders/v1.11", "orders/v1.12.0+b", // not releases to Go
		"orders/1.13.0", "orders/vNext",
	)
	repo.git("checkout", "--quiet", "-b", "other")
	repo.commit("orders/v3.0.0") // not reachable from main
	repo.git("checkout", "--quiet", "main")
	checkReport(t, Report{
		Context: "orders", Base: "orders/v1.10.0", Level: Breaking, Current: "1.10.0", Bump: Major, Next: "2.0.0",
	}, repo.report("", "orders"))
}

func TestVersionsBeforeOne(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v0.3.1")
	for name, test := range map[string]struct {
		edit func(object)
		want string
	}{
		"breaking":   {edit: breaking, want: "0.4.0"},
		"compatible": {edit: compatible, want: "0.3.2"},
		"unchanged":  {edit: unchanged, want: "0.3.1"},
	} {
		t.Run(name, func(t *testing.T) {
			repo := repo.with(t)
			repo.spec("orders", test.edit)
			if got := repo.report("", "orders").Next; got != test.want {
				t.Errorf("next version %s, want %s", got, test.want)
			}
		})
	}
}

func TestBase(t *testing.T) {
	repo := newMonorepo(t)
	repo.spec("orders", func(spec object) { at(spec, "info")["version"] = "0.7.0" })
	repo.commit("orders/v0.6.0")
	repo.spec("orders", compatible)
	repo.commit()
	repo.spec("orders", func(spec object) { compatible(spec); breaking(spec) })
	t.Run("a release tag gives the current version", func(t *testing.T) {
		got := repo.with(t).report("HEAD", "orders")
		checkReport(t, Report{
			Context: "orders", Base: "HEAD", Level: Breaking, Current: "0.6.0", Bump: Minor, Next: "0.7.0",
		}, got)
		if len(got.Changes) != 1 {
			t.Errorf("changes %+v, want only the change since HEAD", got.Changes)
		}
	})
	t.Run("without a tag the specification gives it", func(t *testing.T) {
		repo := repo.with(t)
		repo.git("tag", "--delete", "orders/v0.6.0")
		got := repo.report("HEAD~1", "orders")
		checkReport(t, Report{
			Context: "orders", Base: "HEAD~1", Level: Breaking, Current: "0.7.0", Bump: Minor, Next: "0.8.0",
		}, got)
		if len(got.Changes) != 2 {
			t.Errorf("changes %+v, want both changes since HEAD~1", got.Changes)
		}
	})
}

func TestContextWithoutSpecificationInBase(t *testing.T) {
	repo := newMonorepo(t)
	if err := os.Rename(filepath.Join(repo.dir, "orders/openapi.json"), filepath.Join(repo.dir, "kept")); err != nil {
		t.Fatal(err)
	}
	repo.commit()
	repo.spec("orders", unchanged)
	t.Run("without a release it is new", func(t *testing.T) {
		got := repo.with(t).report("main", "orders")
		checkReport(t, Report{Context: "orders", Level: None, Bump: NoBump, Next: "1.2.3", First: true}, got)
	})
	t.Run("with a release the contract is added", func(t *testing.T) {
		repo := repo.with(t)
		repo.git("tag", "orders/v1.1.0")
		got := repo.report("", "orders")
		checkReport(t, Report{
			Context: "orders", Base: "orders/v1.1.0", Level: Compatible, Current: "1.1.0", Bump: Minor, Next: "1.2.0",
		}, got)
		if got.Changes[0].ID != contractAdded {
			t.Errorf("changes %+v, want %s", got.Changes, contractAdded)
		}
	})
}

func TestRemovedContext(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	repo.write("go.work", "go 1.26.0\n\nuse ./parcels\n")
	if err := os.RemoveAll(filepath.Join(repo.dir, "orders")); err != nil {
		t.Fatal(err)
	}
	t.Run("is not reported against releases", func(t *testing.T) {
		if got := repo.with(t).run(""); len(got) != 1 || got[0].Context != "parcels" {
			t.Errorf("reports %+v, want only parcels", got)
		}
	})
	t.Run("is reported against a base", func(t *testing.T) {
		got := repo.with(t).report("main", "orders")
		checkReport(t, Report{
			Context: "orders", Base: "main", Level: Breaking, Current: "1.2.3", Bump: NoBump, Removed: true,
		}, got)
		rules := map[string]string{}
		for _, c := range got.Changes {
			rules[c.Operation] = c.ID
		}
		want := map[string]string{
			"GET /orders": removedWithoutWarning, "POST /orders": removedWithoutWarning,
			"GET /orders/health": removedWithoutWarning, "GET /orders/old": removedWithWarning,
		}
		if diff := cmp.Diff(want, rules); diff != "" {
			t.Errorf("rules (-want +got):\n%s", diff)
		}
	})
}

// TestRemovedFolderThatIsNotAContext checks that a context needs a specification, a
// manifest and a module.
func TestRemovedFolderThatIsNotAContext(t *testing.T) {
	repo := newMonorepo(t)
	for _, name := range []string{"without-module", "without-manifest"} {
		repo.spec(name, unchanged)
	}
	repo.version("without-module", "1.0.0")
	repo.write("without-manifest/go.mod", "module example.com/x\n")
	repo.commit()
	for _, name := range []string{"without-module", "without-manifest"} {
		if err := os.RemoveAll(filepath.Join(repo.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range repo.run("main") {
		if r.Removed {
			t.Errorf("report %+v on a folder that was not a context", r)
		}
	}
}

func TestMonorepoInASubdirectory(t *testing.T) {
	repo := newMonorepo(t)
	inner := monorepo{t, filepath.Join(repo.dir, "api")}
	if err := os.MkdirAll(inner.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.work", "orders", "parcels"} {
		if err := os.Rename(filepath.Join(repo.dir, name), filepath.Join(inner.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	repo.commit("api/orders/v1.2.3", "orders/v9.0.0")
	inner.spec("orders", breaking)
	for _, base := range []string{"", "main"} {
		t.Run("base "+base, func(t *testing.T) {
			got := inner.with(t).report(base, "orders")
			if got.Level != Breaking || got.Next != "2.0.0" {
				t.Errorf("report %+v, want a breaking change since 1.2.3", got)
			}
			if strings.Contains(got.Changes[0].Location, "api/orders/openapi.json") {
				t.Errorf("location %q, want one relative to the monorepo", got.Changes[0].Location)
			}
		})
	}
}

func TestGitFailures(t *testing.T) {
	repo := newMonorepo(t)
	t.Run("no commit", func(t *testing.T) {
		err := repo.with(t).runError("")
		if !errors.Is(err, ErrNoRepository) || !strings.Contains(err.Error(), "with a commit") {
			t.Errorf("error %v, want ErrNoRepository about a commit", err)
		}
	})
	repo.commit()
	for _, ref := range []string{"nowhere", "--help", "HEAD:orders", "-"} {
		t.Run("unknown base "+ref, func(t *testing.T) {
			err := repo.with(t).runError(ref)
			if want := `unknown git ref "` + ref + `"`; !strings.Contains(err.Error(), want) {
				t.Errorf("error %q, want %s", err, want)
			}
		})
	}
	t.Run("canceled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Run(ctx, repo.dir, ""); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
	})
	if err := os.RemoveAll(filepath.Join(repo.dir, ".git")); err != nil {
		t.Fatal(err)
	}
	t.Run("no repository", func(t *testing.T) {
		if err := repo.with(t).runError(""); !errors.Is(err, ErrNoRepository) {
			t.Errorf("error %v, want ErrNoRepository", err)
		}
	})
	t.Run("no git", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		err := repo.with(t).runError("")
		if !errors.Is(err, ErrNoRepository) || !strings.Contains(err.Error(), "not installed") {
			t.Errorf("error %v, want ErrNoRepository about the installation", err)
		}
	})
}

func TestShallowClone(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3", "parcels/v1.2.3")
	repo.commit()
	clone := monorepo{t, filepath.Join(t.TempDir(), "clone")}
	out, err := exec.Command("git", "clone", "--quiet", "--depth=1", "file://"+repo.dir, clone.dir).CombinedOutput()
	if err != nil {
		t.Fatalf("git clone: %v\n%s", err, out)
	}
	if err := clone.runError(""); !errors.Is(err, ErrShallow) {
		t.Errorf("error %v, want ErrShallow", err)
	}
	for _, base := range []string{"", "orders/v1.2.3"} {
		t.Run("base "+base, func(t *testing.T) {
			err := clone.with(t).runError(base)
			for _, want := range []string{"fetch --unshallow --tags", "fetch-depth: 0"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not contain the advice %q", err, want)
				}
			}
		})
	}
	clone.git("fetch", "--quiet", "--unshallow", "--tags")
	if r := clone.report("", "orders"); r.Base != "orders/v1.2.3" {
		t.Errorf("base %q after fetching the history, want orders/v1.2.3", r.Base)
	}
}

func TestRunIgnoresTheVariablesOfAHook(t *testing.T) {
	other := newMonorepo(t)
	other.commit("orders/v7.0.0")
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	t.Setenv("GIT_DIR", filepath.Join(other.dir, ".git"))
	if r := repo.report("", "orders"); r.Base != "orders/v1.2.3" {
		t.Errorf("base %q, want the release of the repository that contains the directory", r.Base)
	}
}

func TestUnreadableRelease(t *testing.T) {
	for name, text := range map[string]string{
		"invalid JSON": "{", "not a specification": "{}", "not an object": `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			repo := newMonorepo(t)
			repo.write("orders/openapi.json", text)
			repo.commit("orders/v1.2.3")
			repo.spec("orders", unchanged)
			if err := repo.runError(""); !strings.Contains(err.Error(), "orders/v1.2.3:orders/openapi.json") {
				t.Errorf("error %q, want one that names the file", err)
			}
		})
	}
}
