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
	return Variant{Dir: filepath.Join(ws.Root, workspace.Dist, "functions", target.String())}.Functions(ctx, ws, target)
}

// Variant is a build of functions to another folder, from changed sources.
type Variant struct {
	// Dir is the folder of the binaries, with a folder for each context.
	Dir string
	// Overlay is the file of the go command's flag -overlay; empty for unchanged sources.
	Overlay string
}

// Functions builds every function like the function Functions.
func (v Variant) Functions(ctx context.Context, ws workspace.Workspace, target Target) (Binaries, error) {
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
		s := source{to: filepath.Join(v.Dir, c.Name), dir: c.Dir, mains: sources, overlay: v.Overlay}
		if c.Pin != nil {
			s.to, s.env = s.to+"@"+c.Pin.Version, c.Pin.Env
		}
		binaries[c.Name], err = compile(ctx, ws, target, s)
		return err
	})
	return binaries, err
}

// source is a module whose functions are built.
type source struct {
	// to is the folder of the binaries.
	to  string
	dir string
	// mains has the main packages by function, as the go command takes them in dir. A binary
	// is named after the last element.
	mains map[string]string
	// env is added to the environment of the go command.
	env []string
	// overlay is the file of the flag -overlay, or empty.
	overlay string
}

// compile builds the functions of a module and returns the paths of their binaries.
func compile(ctx context.Context, ws workspace.Workspace, target Target, s source) (map[string]string, error) {
	if err := os.MkdirAll(s.to, 0o755); err != nil {
		return nil, err
	}
	args := slices.Concat([]string{"build"}, Flags, []string{"-overlay", s.overlay, "-o", s.to + string(filepath.Separator)})
	paths := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.mains)) {
		args = append(args, s.mains[name])
		paths[name] = filepath.Join(s.to, path.Base(s.mains[name]))
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
