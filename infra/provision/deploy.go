package provision

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Deploy brings an environment of the monorepo around dir to what its
// configuration says, stack by stack in the order of Waves. The functions, the
// documents and the portal's site have been built. It stops at the first failure;
// what was applied until then stays, and another Deploy goes on from there.
func Deploy(ctx context.Context, dir, environment string, out io.Writer) error {
	return overWaves(ctx, dir, environment, out, "apply", func(w [][]Stack) [][]Stack { return w }, Terraform.Up)
}

// Destroy takes an environment down, in the opposite order. What the
// environment protects makes Terraform refuse.
func Destroy(ctx context.Context, dir, environment string, out io.Writer) error {
	return overWaves(ctx, dir, environment, out, "destroy", Reversed, Terraform.Down)
}

// Named fails when an environment of the monorepo around dir cannot be read, so
// that nothing is built for one that is misnamed.
func Named(dir, environment string) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	_, err = named(ws.Root, environment)
	return err
}

func named(root, environment string) (Environment, error) {
	if environment == "" {
		return Environment{}, fmt.Errorf("ENV: say which environment: one of %s, or a name of your own", filepath.Join("infra", "environments", "*.json"))
	}
	return ReadEnvironment(root, environment)
}

func overWaves(ctx context.Context, dir, environment string, out io.Writer, verb string, order func([][]Stack) [][]Stack,
	do func(Terraform, context.Context, Workspace, Stack) error,
) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return err
	}
	var names []string
	for _, c := range contexts {
		names = append(names, c.Name)
	}
	e, err := named(ws.Root, environment)
	if err != nil {
		return err
	}
	w, err := Stage(ws.Root, e)
	if err != nil {
		return err
	}
	terraform := Terraform{Binary: os.Getenv("TERRAFORM"), Out: out}
	for _, wave := range order(Waves(e, names)) {
		for _, s := range wave {
			fmt.Fprintf(out, "\n%s %s of %s\n", verb, s.Key(), e.Name)
			if err := do(terraform, ctx, w, s); err != nil {
				return err
			}
		}
	}
	return nil
}
