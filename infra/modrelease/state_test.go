package modrelease

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cloned returns a clone of r with the branch main and its upstream.
func cloned(t *testing.T, r repository) repository {
	t.Helper()
	clone := repository{t, filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "--quiet", "file://"+r.dir, clone.dir)
	return clone
}

func TestReadState(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(r, clone repository)
		want   string // empty if a release is possible
	}{
		{name: "clean and up to date", change: func(repository, repository) {}},
		{
			name:   "ahead of the upstream",
			change: func(_, clone repository) { clone.commit("x", map[string]string{"a": "a"}) },
		},
		{
			name:   "changed file",
			change: func(_, clone repository) { clone.write(map[string]string{"LICENSE": "a"}) },
			want:   "the working tree is dirty (M LICENSE, 1 files): commit or stash the changes",
		},
		{
			name:   "new file",
			change: func(_, clone repository) { clone.write(map[string]string{"new": "a"}) },
			want:   "the working tree is dirty (?? new, 1 files): commit or stash the changes",
		},
		{
			name:   "detached",
			change: func(_, clone repository) { clone.git("checkout", "--quiet", "--detach") },
			want:   "HEAD is detached: check out the branch to release from",
		},
		{
			name:   "behind, without a fetch",
			change: func(r, _ repository) { r.commit("x", map[string]string{"a": "a"}) },
			want:   "branch main is stale: origin has commits that it lacks: run 'git pull'",
		},
		{
			name: "diverged",
			change: func(r, clone repository) {
				r.commit("x", map[string]string{"a": "a"})
				clone.commit("y", map[string]string{"b": "b"})
			},
			want: "branch main is stale: origin has commits that it lacks: run 'git pull'",
		},
		{
			name:   "no upstream",
			change: func(_, clone repository) { clone.git("checkout", "--quiet", "-b", "other") },
			want:   "branch other has no upstream: set one with 'git branch --set-upstream-to=REMOTE/BRANCH'",
		},
		{
			name:   "a tag of the upstream is missing",
			change: func(r, _ repository) { r.git("tag", "platform/v0.9.0") },
			want:   "origin has tags that this clone lacks (platform/v0.9.0): run 'git fetch --tags'",
		},
		{
			name: "unreachable upstream",
			change: func(r, _ repository) {
				if err := os.RemoveAll(r.dir); err != nil {
					r.t.Fatal(err)
				}
			},
			want: "compare the branch with origin: ",
		},
		{
			name:   "no remote repository",
			change: func(_, clone repository) { clone.git("remote", "remove", "origin") },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			r := repository{t, t.TempDir()}
			r.git("init", "--quiet", "--initial-branch=main")
			r.commit("x", map[string]string{"LICENSE": "x"})
			clone := cloned(t, r)
			test.change(r, clone)
			_, err := readState(t.Context(), clone.dir)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
			} else if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error %v\nwant  %s", err, test.want)
			}
		})
	}
}

func TestModuleRefusesADirtyTree(t *testing.T) {
	r := newRepository(t)
	r.write(map[string]string{"new": "a"})
	r.refused("platform", Options{}, "the working tree is dirty")
}

func TestModuleRefusesAnExistingTag(t *testing.T) {
	r := newRepository(t)
	// A tag of another branch, such as of a fix of an older version.
	r.git("checkout", "--quiet", "-b", "other")
	r.commit("x", map[string]string{"a": "a"})
	r.git("tag", "platform/v0.1.0")
	r.git("checkout", "--quiet", "main")
	r.refused("platform", Options{}, "tag platform/v0.1.0 exists: releases are not moved")
}

func TestModuleRefusesAShallowClone(t *testing.T) {
	r := newRepository(t)
	shallow := repository{t, filepath.Join(t.TempDir(), "clone")}
	r.commit("y", map[string]string{"a": "a"})
	r.git("clone", "--quiet", "--depth=1", "file://"+r.dir, shallow.dir)
	shallow.refused("platform", Options{}, "the clone is shallow", "git fetch --unshallow --tags")
}

func TestModuleRefusesANestedWorkspace(t *testing.T) {
	r := newRepository(t)
	outer := repository{t, filepath.Dir(r.dir)}
	outer.git("init", "--quiet", "--initial-branch=main")
	outer.git("clone", "--quiet", r.dir, filepath.Join(outer.dir, "inner"))
	if err := os.RemoveAll(filepath.Join(outer.dir, "inner", ".git")); err != nil {
		t.Fatal(err)
	}
	err := Module(t.Context(), filepath.Join(outer.dir, "inner"), "platform", Options{}, &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "go.work is in ") {
		t.Errorf("error %v, want one about the folder of go.work", err)
	}
}

// TestPublishedRelease pushes a release as it is printed, and releases again in a clone.
func TestPublishedRelease(t *testing.T) {
	r := newRepository(t)
	remote := filepath.Join(t.TempDir(), "remote.git")
	r.git("clone", "--quiet", "--bare", r.dir, remote)
	clone := repository{t, filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "--quiet", "file://"+remote, clone.dir)
	out := clone.release("platform")
	_, push, found := strings.Cut(strings.TrimSpace(out), "Publish it: git ")
	if !found {
		t.Fatalf("the output does not say how to publish:\n%s", out)
	}
	clone.git(append(strings.Fields(push), "--quiet")...)
	other := repository{t, filepath.Join(t.TempDir(), "other")}
	r.git("clone", "--quiet", "file://"+remote, other.dir)
	if other.git("rev-parse", "platform/v0.1.0^{commit}") != other.git("rev-parse", "main") {
		t.Error("the tag is not on the pushed branch")
	}
	other.refused("platform", Options{}, "platform has no change since platform/v0.1.0")
}
