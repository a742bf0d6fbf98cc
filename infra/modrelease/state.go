package modrelease

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/git"
)

// state is what the user's repository and its upstream say.
type state struct {
	branch string
	// remote is the name of the upstream's repository, or "" without any.
	remote string
	// tags are the names of the tags here and at the remote.
	tags []string
}

// readState returns the state of the repository and, joined, the reasons for which
// nothing may be released.
func readState(ctx context.Context, root string) (state, error) {
	var s state
	var errs []error
	dirty, err := git.Run(ctx, root, "status", "--porcelain")
	if err != nil {
		return s, err
	}
	if lines := slices.Collect(nonEmptyLines(dirty)); len(lines) > 0 {
		errs = append(errs, fmt.Errorf("the working tree is dirty (%s, %d files): commit or stash the changes", lines[0], len(lines)))
	}
	out, err := git.Run(ctx, root, "tag", "--list")
	if err != nil {
		return s, err
	}
	s.tags = strings.Fields(out)
	branch, err := git.Run(ctx, root, "symbolic-ref", "--quiet", "--short", "HEAD")
	if err != nil {
		return s, errors.Join(append(errs, errors.New("HEAD is detached: check out the branch to release from"))...)
	}
	s.branch = strings.TrimSpace(branch)
	return s, errors.Join(append(errs, s.readUpstream(ctx, root))...)
}

// readUpstream compares the branch and the tags with the remote repository.
func (s *state) readUpstream(ctx context.Context, root string) error {
	remotes, err := git.Run(ctx, root, "remote")
	if err != nil {
		return err
	}
	if strings.TrimSpace(remotes) == "" {
		return nil // the only copy cannot be stale
	}
	upstream, err := git.Run(ctx, root, "for-each-ref", "--format=%(upstream:remotename) %(upstream:remoteref)", "refs/heads/"+s.branch)
	if err != nil {
		return err
	}
	remote, ref, found := strings.Cut(strings.TrimSpace(upstream), " ")
	if !found {
		return fmt.Errorf("branch %s has no upstream: set one with 'git branch --set-upstream-to=REMOTE/BRANCH'", s.branch)
	}
	s.remote = remote
	out, err := git.Run(ctx, root, "ls-remote", "--refs", "--end-of-options", remote, ref, "refs/tags/*")
	if err != nil {
		return fmt.Errorf("compare the branch with %s: %w", remote, err)
	}
	var missing []string
	for line := range nonEmptyLines(out) {
		hash, name, _ := strings.Cut(line, "\t")
		tag, isTag := strings.CutPrefix(name, "refs/tags/")
		switch {
		case isTag && !slices.Contains(s.tags, tag):
			missing = append(missing, tag)
		case isTag:
		default:
			if _, err := git.Run(ctx, root, "merge-base", "--is-ancestor", hash, "HEAD"); err != nil {
				return fmt.Errorf("branch %s is stale: %s has commits that it lacks: run 'git pull'", s.branch, remote)
			}
		}
	}
	if missing != nil {
		return fmt.Errorf("%s has tags that this clone lacks (%s): run 'git fetch --tags'", remote, strings.Join(missing, ", "))
	}
	return nil
}
