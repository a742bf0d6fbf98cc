// Package git runs git on a repository.
//
// The git command is used instead of go-git, which has no counterpart of
// for-each-ref --merged and would add 19 modules.
package git

import (
	"context"
	"io"
	"strings"

	"github.com/meridian-api/meridian/contract/command"
)

// hookVariables direct git to the repository whose hook is running. They are
// removed, because the folder selects the repository.
var hookVariables = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
}

// Command returns git with its arguments, to be run on the repository that contains
// dir. Its messages are in English, and it never asks for a password.
func Command(dir string, args ...string) command.Command {
	return command.Command{
		Name: "git", Args: append([]string{"-C", dir, "--no-pager", "--literal-pathspecs"}, args...),
		Env: []string{"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0"}, Unset: hookVariables,
	}
}

// Run runs git on the repository that contains dir and returns its standard output.
// The error contains git's message.
func Run(ctx context.Context, dir string, args ...string) (string, error) {
	out, err := Command(dir, args...).Output(ctx)
	return string(out), err
}

// Root returns the root folder of the repository that contains dir.
func Root(ctx context.Context, dir string) (string, error) {
	out, err := Run(ctx, dir, "rev-parse", "--show-toplevel")
	return strings.TrimSuffix(out, "\n"), err
}

// Input runs git like Run, with stdin as its standard input.
func Input(ctx context.Context, dir string, stdin io.Reader, args ...string) ([]byte, error) {
	c := Command(dir, args...)
	c.Stdin = stdin
	return c.Output(ctx)
}
