package compat

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/meridian-api/meridian/contract/git"
)

// Errors of Run when the environment, not a mistake, hides the releases. A caller
// that only displays changes can continue without them; the gate must fail.
var (
	// ErrNoRepository means that there is no history: an unpacked archive, a
	// repository without a commit, or a machine without git.
	ErrNoRepository = errors.New("no git repository")
	// ErrShallow means that the clone contains no release because its history
	// is truncated.
	ErrShallow = errors.New("the clone is shallow")
)

// fullHistory is the advice on how to complete a shallow clone.
const fullHistory = "fetch the whole history with 'git fetch --unshallow --tags' (actions/checkout: fetch-depth: 0)"

// repository reads a git repository by running git. It never writes and never
// uses the network.
type repository struct{ dir string }

// openRepository returns the repository that contains dir. It must have a commit.
func openRepository(ctx context.Context, dir string) (repository, error) {
	r := repository{dir}
	if _, err := r.run(ctx, "rev-parse", "--git-dir"); err != nil {
		if strings.Contains(err.Error(), "not a git repository") {
			return r, fmt.Errorf("%s: %w: releases are git tags", dir, ErrNoRepository)
		}
		return r, err
	}
	if _, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
		return r, fmt.Errorf("%s: %w with a commit", dir, ErrNoRepository)
	}
	return r, nil
}

// resolve checks that ref names a commit.
func (r repository) resolve(ctx context.Context, ref string) error {
	_, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err == nil {
		return nil
	}
	hint := "fetch it, or pass a branch, tag or commit of this clone"
	if shallow, _ := r.shallow(ctx); shallow {
		hint = "the clone is shallow: " + fullHistory
	}
	return fmt.Errorf("unknown git ref %q: %s", ref, hint)
}

// tags returns the names of all tags that are reachable from ref.
func (r repository) tags(ctx context.Context, ref string) ([]string, error) {
	out, err := r.run(ctx, "for-each-ref", "--merged="+ref, "--format=%(refname:lstrip=2)", "refs/tags")
	return strings.Fields(out), err
}

// shallow reports whether the history is truncated.
func (r repository) shallow(ctx context.Context) (bool, error) {
	out, err := r.run(ctx, "rev-parse", "--is-shallow-repository")
	return strings.TrimSpace(out) == "true", err
}

// pathPrefix returns the path from the root of the repository to dir: empty, or with
// a trailing slash.
func (r repository) pathPrefix(ctx context.Context) (string, error) {
	out, err := r.run(ctx, "rev-parse", "--show-prefix")
	return strings.TrimSpace(out), err
}

// files returns the files below dir at ref, relative to dir, with slashes.
func (r repository) files(ctx context.Context, ref string) ([]string, error) {
	out, err := r.run(ctx, "ls-tree", "-r", "-z", "--name-only", ref)
	return strings.FieldsFunc(out, func(c rune) bool { return c == 0 }), err
}

// read returns the content of a file at ref; found is false if the file does not
// exist there. The path is relative to dir, with slashes.
func (r repository) read(ctx context.Context, ref, path string) (data []byte, found bool, err error) {
	listed, err := r.run(ctx, "ls-tree", "-z", "--name-only", ref, "--", path)
	if err != nil || listed == "" {
		return nil, false, err
	}
	text, err := r.run(ctx, "show", ref+":./"+path)
	return []byte(text), true, err
}

// run runs git and returns its standard output. The error contains git's message
// in English.
func (r repository) run(ctx context.Context, args ...string) (string, error) {
	out, err := git.Run(ctx, r.dir, args...)
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("%w: git is not installed or not on PATH", ErrNoRepository)
	}
	return out, err
}
