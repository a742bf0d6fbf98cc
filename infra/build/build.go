// Package build generates the contexts' files and builds their functions. The
// release pipeline and the embedded cloud build alike, for different targets.
package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Target is the system that the functions are built for.
type Target struct{ OS, Arch string }

// The targets: AWS Lambda, and this machine.
var (
	Lambda = Target{"linux", "arm64"}
	Host   = Target{runtime.GOOS, runtime.GOARCH}
)

// String is the target's name, a folder below dist/functions.
func (t Target) String() string { return t.OS + "-" + t.Arch }

func (t Target) env() []string {
	return []string{"CGO_ENABLED=0", "GOOS=" + t.OS, "GOARCH=" + t.Arch}
}

// Flags make binaries small and reproducible: no paths of this machine, no
// symbols, no RPC mode of old Lambda runtimes.
var Flags = []string{"-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w"}

// Generate writes openapi.json and service.json of every context from its Go
// operations. With check it writes nothing and fails when a file is not what
// would be written.
func Generate(ctx context.Context, ws workspace.Workspace, check bool) error {
	return each(ws, func(c workspace.Context) error {
		args := []string{"run", "./api/gen"}
		if check {
			args = append(args, "-check")
		}
		return command.Go(c.Dir, args...).Run(ctx)
	})
}

// GenerateAt is Generate for the workspace that dir is in.
func GenerateAt(ctx context.Context, dir string) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	return Generate(ctx, ws, false)
}

// Functions builds every function of every context and answers their paths by
// context and function: one static binary each, as small as the linker makes it.
func Functions(ctx context.Context, ws workspace.Workspace, target Target) (map[string]map[string]string, error) {
	binaries := map[string]map[string]string{}
	err := each(ws, func(c workspace.Context) error {
		m, err := c.Manifest()
		if err != nil {
			return err
		}
		dir := filepath.Join(ws.Root, workspace.Dist, "functions", target.String(), c.Name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		args := append([]string{"build"}, Flags...)
		args = append(args, "-o", dir+string(filepath.Separator))
		binaries[c.Name] = map[string]string{}
		for name, f := range m.Functions {
			args = append(args, "./"+f.Source)
			binaries[c.Name][name] = filepath.Join(dir, filepath.Base(f.Source))
		}
		cmd := command.Go(c.Dir, args...)
		cmd.Env = target.env()
		return cmd.Run(ctx)
	})
	return binaries, err
}

func each(ws workspace.Workspace, do func(workspace.Context) error) error {
	contexts, err := ws.Contexts()
	if err != nil {
		return err
	}
	for _, c := range contexts {
		if err := do(c); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return nil
}
