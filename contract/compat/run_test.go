package compat

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func breaking(s object)   { delete(at(s, "paths", "/orders"), "post") }
func compatible(s object) { operationOf(s, "/orders", "get")["deprecated"] = true }

func TestFirstRelease(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("v1.0.0", "parcels/v1.0.0", "orders-eu/v1.0.0") // of others
	r := repo.report("", "orders")
	if !r.First || r.Base != "" || r.Current != "" || r.Next != "1.2.3" || r.Level != None || r.Bump != NoBump || r.Changes == nil {
		t.Errorf("got %+v", r)
	}
}

func TestReleaseIsTheHighestVersionInThePast(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.10.0")
	repo.spec("orders", breaking)
	repo.commit(
		"orders/v1.9.0",                                          // newer, and lower
		"orders/v2.0.0-rc.1", "orders/v1.11", "orders/v1.12.0+b", // no releases to Go
		"orders/1.13.0", "orders/vNext",
	)
	repo.git("checkout", "--quiet", "-b", "other")
	repo.commit("orders/v3.0.0") // not in the past of main
	repo.git("checkout", "--quiet", "main")
	r := repo.report("", "orders")
	if r.Base != "orders/v1.10.0" || r.Level != Breaking || r.Next != "2.0.0" {
		t.Errorf("got %+v", r)
	}
}

func TestBeforeVersionOne(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v0.3.1")
	for next, edit := range map[string]func(object){
		"0.4.0": breaking, "0.3.2": compatible, "0.3.1": func(object) {},
	} {
		repo.spec("orders", edit)
		if r := repo.report("", "orders"); r.Next != next {
			t.Errorf("next is %s (%s), want %s", r.Next, r.Bump, next)
		}
	}
}

func TestBase(t *testing.T) {
	repo := newMonorepo(t)
	repo.spec("orders", func(s object) { at(s, "info")["version"] = "0.7.0" })
	repo.commit("orders/v0.6.0")
	repo.spec("orders", compatible)
	repo.commit()
	repo.spec("orders", func(s object) { compatible(s); breaking(s) })
	r := repo.report("HEAD", "orders")
	if r.Base != "HEAD" || r.Level != Breaking || len(r.Changes) != 1 || r.Current != "0.6.0" || r.Next != "0.7.0" {
		t.Errorf("the base's own release counts: %+v", r)
	}
	repo.git("tag", "--delete", "orders/v0.6.0")
	if r := repo.report("HEAD~1", "orders"); r.Current != "0.7.0" || r.Next != "0.8.0" || len(r.Changes) != 2 {
		t.Errorf("without a release, the version that the base gives itself counts: %+v", r)
	}
}

func TestContextThatTheBaseLacks(t *testing.T) {
	repo := newMonorepo(t)
	if err := os.Rename(filepath.Join(repo.dir, "orders/openapi.json"), filepath.Join(repo.dir, "kept")); err != nil {
		t.Fatal(err)
	}
	repo.commit()
	repo.spec("orders", func(object) {})
	if r := repo.report("main", "orders"); !r.First || r.Next != "1.2.3" {
		t.Errorf("a new context: %+v", r)
	}
	repo.git("tag", "orders/v1.1.0")
	if r := repo.report("", "orders"); r.First || r.Level != Compatible || r.Changes[0].ID != contractAdded || r.Next != "1.2.0" {
		t.Errorf("a module that was released without a contract: %+v", r)
	}
}

func TestContextThatIsGone(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	repo.write("go.work", "go 1.26.0\n\nuse ./parcels\n")
	if r := repo.run(""); len(r) != 1 {
		t.Errorf("its last release stays in the past for ever: %+v", r)
	}
	r := repo.report("main", "orders")
	if !r.Removed || r.Level != Breaking || r.Current != "1.2.3" || len(r.Changes) != 4 {
		t.Errorf("got %+v", r)
	}
}

func TestMonorepoInASubfolder(t *testing.T) {
	repo := newMonorepo(t)
	inner := monorepo{t, filepath.Join(repo.dir, "api")}
	for _, name := range []string{"go.work", "orders", "parcels"} {
		if err := os.MkdirAll(inner.dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(repo.dir, name), filepath.Join(inner.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	repo.commit("api/orders/v1.2.3", "orders/v9.0.0")
	inner.spec("orders", breaking)
	for _, base := range []string{"", "main"} {
		r := inner.report(base, "orders")
		if r.Level != Breaking || r.Next != "2.0.0" || strings.Contains(r.Changes[0].Place, "api/orders/openapi.json") {
			t.Errorf("base %q: got %+v", base, r)
		}
	}
}

func TestGitFailures(t *testing.T) {
	repo := newMonorepo(t)
	if err := repo.fails(""); !errors.Is(err, ErrNoRepository) || !strings.Contains(err.Error(), "commit yet") {
		t.Errorf("an empty repository: %v", err)
	}
	repo.commit()
	for _, ref := range []string{"nowhere", "--help", "HEAD:orders", "-"} {
		if err := repo.fails(ref); !strings.Contains(err.Error(), "does not know the ref") || !strings.Contains(err.Error(), ref) {
			t.Errorf("an unknown base: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, repo.dir, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that is done: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(repo.dir, ".git")); err != nil {
		t.Fatal(err)
	}
	if err := repo.fails(""); !errors.Is(err, ErrNoRepository) {
		t.Errorf("no repository: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if err := repo.fails(""); !errors.Is(err, ErrNoRepository) || !strings.Contains(err.Error(), "not installed") {
		t.Errorf("no git: %v", err)
	}
}

func TestShallowClone(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3", "parcels/v1.2.3")
	repo.commit()
	clone := monorepo{t, filepath.Join(t.TempDir(), "clone")}
	out, err := exec.Command("git", "clone", "--quiet", "--depth=1", "file://"+repo.dir, clone.dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := clone.fails(""); !errors.Is(err, ErrShallow) {
		t.Errorf("got %v", err)
	}
	for _, base := range []string{"", "orders/v1.2.3"} {
		if err := clone.fails(base); !strings.Contains(err.Error(), "fetch --unshallow --tags") || !strings.Contains(err.Error(), "fetch-depth: 0") {
			t.Errorf("base %q: it should tell what to do: %v", base, err)
		}
	}
	clone.git("fetch", "--quiet", "--unshallow", "--tags")
	if r := clone.report("", "orders"); r.Base != "orders/v1.2.3" {
		t.Errorf("after that: %+v", r)
	}
}

func TestAHooksVariablesDoNotMatter(t *testing.T) {
	other := newMonorepo(t)
	other.commit("orders/v7.0.0")
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	t.Setenv("GIT_DIR", filepath.Join(other.dir, ".git"))
	if r := repo.report("", "orders"); r.Base != "orders/v1.2.3" {
		t.Errorf("got %+v", r)
	}
}

func TestUnreadableRelease(t *testing.T) {
	for name, text := range map[string]string{"no JSON": "{", "no specification": "{}", "not a document": `[]`} {
		repo := newMonorepo(t)
		repo.write("orders/openapi.json", text)
		repo.commit("orders/v1.2.3")
		repo.spec("orders", func(object) {})
		if err := repo.fails(""); !strings.Contains(err.Error(), "orders/v1.2.3:orders/openapi.json") {
			t.Errorf("%s: it should name the file: %v", name, err)
		}
	}
}
