// Package build generates the contexts' files and builds their functions. The
// deployment and the embedded cloud use the same build with different targets.
package build

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Target is the system that functions are built for.
type Target struct{ OS, Arch string }

var (
	// Lambda is the system of AWS Lambda.
	Lambda = Target{"linux", "arm64"}
	// Host is the system of this machine.
	Host = Target{runtime.GOOS, runtime.GOARCH}
)

// String returns the target's name, which is a folder below dist/functions.
func (t Target) String() string { return t.OS + "-" + t.Arch }

// Tags are the build tags of functions. They leave out the RPC mode of old Lambda
// runtimes.
const Tags = "lambda.norpc"

// Flags make binaries small and reproducible: they leave out paths of this machine,
// symbols, and the commit.
var Flags = []string{"-trimpath", "-buildvcs=false", "-tags", Tags, "-ldflags", "-s -w"}

// Binaries has the paths of executables by context and function.
type Binaries map[string]map[string]string

// Functions builds every function of every context: one static binary each, as
// small as the linker can make it.
func Functions(ctx context.Context, ws workspace.Workspace, target Target) (Binaries, error) {
	binaries := Binaries{}
	err := forEachContext(ws, func(c workspace.Context) error {
		m, err := c.Manifest()
		if err != nil {
			return err
		}
		sources := map[string]string{}
		for name, f := range m.Functions {
			sources[name] = "./" + f.Source
		}
		s := source{name: c.Name, dir: c.Dir, mains: sources}
		if c.Pin != nil {
			s.name, s.env = c.Name+"@"+c.Pin.Version, c.Pin.Env
		}
		binaries[c.Name], err = compile(ctx, ws, target, s)
		return err
	})
	return binaries, err
}

// source is a module whose functions are built.
type source struct {
	// name is the folder of the binaries.
	name string
	dir  string
	// mains has the main packages by function, as the go command takes them in dir. A binary
	// is named after the last element.
	mains map[string]string
	// env is added to the environment of the go command.
	env []string
}

// compile builds the functions of a module and returns the paths of their binaries.
func compile(ctx context.Context, ws workspace.Workspace, target Target, s source) (map[string]string, error) {
	to := filepath.Join(ws.Root, workspace.Dist, "functions", target.String(), s.name)
	if err := os.MkdirAll(to, 0o755); err != nil {
		return nil, err
	}
	args := slices.Concat([]string{"build"}, Flags, []string{"-o", to + string(filepath.Separator)})
	paths := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.mains)) {
		args = append(args, s.mains[name])
		paths[name] = filepath.Join(to, path.Base(s.mains[name]))
	}
	env, err := Environment(ctx, ws, target)
	if err != nil {
		return nil, err
	}
	cmd := command.Go(s.dir, args...)
	cmd.Env, cmd.Unset = slices.Concat(env, s.env), Unset
	return paths, cmd.Run(ctx)
}

// forEachContext calls do for each context in turn and stops at the first error.
func forEachContext(ws workspace.Workspace, do func(workspace.Context) error) error {
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
