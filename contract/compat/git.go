package compat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// What keeps Run from finding releases without anybody having made a mistake. Who
// only shows changes can go on without; the gate must not.
var (
	// ErrNoRepository is a folder without history, such as an unpacked archive,
	// a repository before its first commit, or a machine without git.
	ErrNoRepository = errors.New("no git repository")
	// ErrShallow is a clone whose history was cut off before any release.
	ErrShallow = errors.New("the clone is shallow")
)

// fullHistory is what to do about a clone that lacks releases.
const fullHistory = "fetch all of it with 'git fetch --unshallow --tags' (actions/checkout: fetch-depth: 0)"

// repository reads a git repository. Nothing of it writes or reaches a network.
type repository struct{ dir string }

// openRepository is the repository around dir, which must have a commit.
func openRepository(ctx context.Context, dir string) (repository, error) {
	r := repository{dir}
	if _, err := r.run(ctx, "rev-parse", "--git-dir"); err != nil {
		if strings.Contains(err.Error(), "not a git repository") {
			return r, fmt.Errorf("%s: %w: the last releases are its tags", dir, ErrNoRepository)
		}
		return r, err
	}
	if _, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
		return r, fmt.Errorf("%s: %w with a commit yet", dir, ErrNoRepository)
	}
	return r, nil
}

// resolve checks that ref is a commit, or a tag of one.
func (r repository) resolve(ctx context.Context, ref string) error {
	_, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err == nil {
		return nil
	}
	hint := "fetch it, or name a branch, a tag or a commit of this clone"
	if shallow, _ := r.shallow(ctx); shallow {
		hint = "the clone is shallow: " + fullHistory
	}
	return fmt.Errorf("git does not know the ref %q: %s", ref, hint)
}

// tags are the names of all tags on ref or in its past.
func (r repository) tags(ctx context.Context, ref string) ([]string, error) {
	out, err := r.run(ctx, "for-each-ref", "--merged="+ref, "--format=%(refname:lstrip=2)", "refs/tags")
	return strings.Fields(out), err
}

// shallow tells whether the past was cut off when the repository was cloned.
func (r repository) shallow(ctx context.Context) (bool, error) {
	out, err := r.run(ctx, "rev-parse", "--is-shallow-repository")
	return strings.TrimSpace(out) == "true", err
}

// prefix is the way from the repository's root to dir: empty, or with a slash at its end.
func (r repository) prefix(ctx context.Context) (string, error) {
	out, err := r.run(ctx, "rev-parse", "--show-prefix")
	return strings.TrimSpace(out), err
}

// files are the files of ref below dir, relative to dir, with slashes.
func (r repository) files(ctx context.Context, ref string) ([]string, error) {
	out, err := r.run(ctx, "ls-tree", "-r", "-z", "--name-only", ref)
	return strings.FieldsFunc(out, func(c rune) bool { return c == 0 }), err
}

// read is a file as of ref; found is false if ref has no such file. The path is
// relative to dir, with slashes.
func (r repository) read(ctx context.Context, ref, path string) (data []byte, found bool, err error) {
	listed, err := r.run(ctx, "ls-tree", "-z", "--name-only", ref, "--", path)
	if err != nil || listed == "" {
		return nil, false, err
	}
	text, err := r.run(ctx, "show", ref+":./"+path)
	return []byte(text), true, err
}

// foreign are the variables by which git, when it runs a hook, points its
// children to its own repository; here the folder decides.
var foreign = []string{"GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_COMMON_DIR=", "GIT_OBJECT_DIRECTORY=", "GIT_PREFIX="}

// run is git's standard output. Its error has git's words, in English.
func (r repository) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", r.dir, "--no-pager", "--literal-pathspecs"}, args...)...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return slices.ContainsFunc(foreign, func(f string) bool { return strings.HasPrefix(v, f) })
	})
	cmd.Env = append(cmd.Env, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	switch {
	case err == nil:
		return out.String(), nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return "", fmt.Errorf("%w: git is not installed, or not on PATH", ErrNoRepository)
	}
	return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(errs.String()))
}
