package modrelease

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/modules"
)

// workshop is where releases are prepared: a clone of the repository, a module proxy of
// its tags, and the settings of the go command. Nothing in it is part of the user's
// repository, so that a release that fails or is interrupted leaves nothing there.
type workshop struct {
	// root is the folder of the user's repository, and head the commit to release.
	root, head string
	// temp is a temporary folder, and clone the clone of the repository in it.
	temp, clone string
	set         modules.Set // of the clone
	proxy       *modproxy.Proxy
	// releases are those that head contains.
	releases []modproxy.Release
	// env makes the go command use the proxy, without the workspace. restore has the
	// arguments of env(1) that take env back.
	env, restore []string
}

// openWorkshop prepares the commit at HEAD of the repository around dir. The returned
// function removes the workshop.
func openWorkshop(ctx context.Context, dir, revision string) (w *workshop, remove func(), err error) {
	w = &workshop{}
	if w.root, err = repositoryRoot(ctx, dir); err != nil {
		return nil, nil, err
	}
	head, err := git.Run(ctx, w.root, "rev-parse", "--verify", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, nil, err
	}
	w.head = strings.TrimSpace(head)
	if w.temp, err = os.MkdirTemp("", "meridian-release-"); err != nil {
		return nil, nil, err
	}
	remove = func() { os.RemoveAll(w.temp) }
	if err := w.open(ctx); err != nil {
		remove()
		return nil, nil, err
	}
	return w, remove, nil
}

// repositoryRoot returns the root of the repository around dir, which must be the
// folder of go.work: tags of modules have the path from there.
func repositoryRoot(ctx context.Context, dir string) (string, error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return "", err
	}
	top, err := git.Root(ctx, ws.Root)
	if err != nil {
		return "", err
	}
	same, err := sameFile(ws.Root, top)
	if err == nil && !same {
		err = fmt.Errorf("go.work is in %s and the repository's root is %s: tags of modules need them in the same folder", ws.Root, top)
	}
	return top, err
}

func sameFile(a, b string) (bool, error) {
	first, err := os.Stat(a)
	if err != nil {
		return false, err
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second), err
}

func (w *workshop) open(ctx context.Context) error {
	shallow, err := git.Run(ctx, w.root, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return err
	}
	if strings.TrimSpace(shallow) == "true" {
		return errors.New("the clone is shallow, and releases are found in the whole history: run 'git fetch --unshallow --tags'")
	}
	w.clone = filepath.Join(w.temp, "clone")
	if _, err := git.Run(ctx, w.root, "clone", "--quiet", "--shared", "--no-checkout", w.root, w.clone); err != nil {
		return err
	}
	if err := w.configure(ctx); err != nil {
		return err
	}
	if err := w.checkout(ctx, w.head); err != nil {
		return err
	}
	merged, err := git.Run(ctx, w.root, "for-each-ref", "--merged="+w.head, "--format=%(refname:lstrip=2)", "refs/tags")
	if err != nil {
		return err
	}
	if w.proxy, err = modproxy.Open(ctx, w.clone, filepath.Join(w.temp, "proxy")); err != nil {
		return err
	}
	for _, m := range w.set.Modules {
		w.proxy.Claim(m.Path())
	}
	tags := strings.Fields(merged)
	w.releases = slices.DeleteFunc(w.proxy.Releases(), func(r modproxy.Release) bool { return !slices.Contains(tags, r.Tag()) })
	return w.environment(ctx)
}

// configure copies the user's identity and signing key, which the repository's own
// configuration may have, into the clone.
func (w *workshop) configure(ctx context.Context) error {
	out, err := git.Run(ctx, w.root, "config", "--local", "--null", "--list")
	if err != nil {
		return err
	}
	for entry := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		key, value, _ := strings.Cut(entry, "\n")
		section, _, _ := strings.Cut(key, ".")
		if !slices.Contains([]string{"user", "author", "committer", "commit", "gpg"}, section) {
			continue
		}
		if _, err := git.Run(ctx, w.clone, "config", "--add", key, value); err != nil {
			return err
		}
	}
	return nil
}

// checkout checks a commit out in the clone.
func (w *workshop) checkout(ctx context.Context, commit string) error {
	if _, err := git.Run(ctx, w.clone, "checkout", "--quiet", "--force", "--detach", commit); err != nil {
		return err
	}
	var err error
	w.set, err = modules.Load(w.clone)
	return err
}

// moduleCache is the folder, below the root, of the module cache of releases. It is apart
// from the user's because a candidate may never be released, and stays for the next
// release because the go command compiles a module again for each folder.
const moduleCache = workspace.Dist + "/modules"

// environment sets env and restore.
func (w *workshop) environment(ctx context.Context) error {
	out, err := command.Go(w.root, "env", "-json", "GOMODCACHE", "GOFLAGS").Output(ctx)
	if err != nil {
		return err
	}
	var user struct{ GOMODCACHE, GOFLAGS string }
	if err := json.Unmarshal(out, &user); err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	// What the user's cache has need not be downloaded again.
	proxy, err := w.proxy.Env(ctx, modproxy.FileURL(filepath.Join(user.GOMODCACHE, "cache", "download")))
	if err != nil {
		return err
	}
	cache := filepath.Join(w.root, filepath.FromSlash(moduleCache))
	if err := w.forget(cache); err != nil {
		return err
	}
	w.env = append(proxy, "GOWORK=off", "GOMODCACHE="+cache, strings.TrimSpace("GOFLAGS="+user.GOFLAGS+" -modcacherw"),
		// The index of a module cache takes a folder's content for immutable, and the
		// next candidate has the same folder.
		"GODEBUG="+strings.Trim(os.Getenv("GODEBUG")+",goindex=0", ","))
	for _, variable := range w.env {
		name, _, _ := strings.Cut(variable, "=")
		if value, set := os.LookupEnv(name); set {
			w.restore = append(w.restore, name+"="+value)
		} else {
			w.restore = append([]string{"-u", name}, w.restore...)
		}
	}
	return nil
}

// forget removes the workspace's modules from a module cache: an earlier candidate, or a
// tag that was moved before it was pushed, has the same version as another content.
func (w *workshop) forget(cache string) error {
	for _, m := range w.set.Modules {
		path, err := module.EscapePath(m.Path())
		if err != nil {
			return err
		}
		folders, err := filepath.Glob(filepath.Join(cache, filepath.FromSlash(path)+"@*"))
		if err != nil {
			return err
		}
		for _, folder := range append(folders, filepath.Join(cache, "cache", "download", filepath.FromSlash(path))) {
			if err := os.RemoveAll(folder); err != nil {
				return err
			}
		}
	}
	return nil
}

// goRun runs the go command in dir with the workshop's settings.
func (w *workshop) goRun(ctx context.Context, dir string, args ...string) error {
	c := command.Go(dir, args...)
	c.Env = w.env
	return c.Run(ctx)
}

// newest returns the highest release of a module that head contains.
func (w *workshop) newest(path string) (modproxy.Release, bool) {
	return modproxy.Newest(w.releases, path)
}

// own returns the versions of the workspace's modules that a release requires.
func (w *workshop) own(r modproxy.Release) []module.Version {
	return slices.DeleteFunc(slices.Clone(r.Requires), func(v module.Version) bool {
		_, found := w.set.ByPath(v.Path)
		return !found
	})
}

// commits returns the subjects of the commits that touch a module after its last
// release, oldest first.
func (w *workshop) commits(ctx context.Context, m modules.Module) ([]string, error) {
	revisions := w.head
	if last, found := w.newest(m.Path()); found {
		revisions = last.Commit + ".." + w.head
	}
	out, err := git.Run(ctx, w.root, "log", "--reverse", "--format=%s", revisions, "--", m.Name)
	return slices.Collect(nonEmptyLines(out)), err
}

func nonEmptyLines(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(s) {
			if line = strings.TrimSpace(line); line != "" && !yield(line) {
				return
			}
		}
	}
}
