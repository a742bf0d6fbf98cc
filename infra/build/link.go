package build

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/modules"
)

// Build builds the binaries that do not exist. They are paths from Functions.
func (b *Incremental) Build(ctx context.Context, binaries ...string) error {
	var optimized, debugged []string
	for _, binary := range binaries {
		b.mu.Lock()
		f, ok := b.functions[binary]
		b.mu.Unlock()
		switch {
		case b.Built(binary):
		case !ok:
			return fmt.Errorf("%s: the function has changed since: call it again", binary)
		case f.debug:
			debugged = append(debugged, binary)
		default:
			optimized = append(optimized, binary)
		}
	}
	if err := b.link(ctx, HostFlags, optimized); err != nil || len(debugged) == 0 {
		return err
	}
	flags, err := b.debugFlags()
	if err != nil {
		return err
	}
	return b.link(ctx, flags, debugged)
}

// Check compiles functions without linking them. It returns the errors that Build
// would return for the source.
func (b *Incremental) Check(ctx context.Context, binaries ...string) error {
	args := []string{"list", "-export", "-f", `{{""}}`, "-tags", Tags}
	for _, binary := range binaries {
		b.mu.Lock()
		args = append(args, "./"+b.functions[binary].source)
		b.mu.Unlock()
	}
	if len(binaries) == 0 {
		return nil
	}
	return compiler{b.ws.Root, nil}.run(ctx, args...)
}

// debugFlags returns HostFlags without optimizations in the packages of the workspace, so
// that a debugger shows every variable and stops at every line. The other packages stay
// optimized, as they are compiled already.
func (b *Incremental) debugFlags() ([]string, error) {
	set, err := modules.Load(b.ws.Root)
	if err != nil {
		return nil, err
	}
	flags := slices.Clone(HostFlags)
	for _, m := range set.Modules {
		flags = append(flags, "-gcflags="+m.Path()+"/...=-N -l")
	}
	return flags, nil
}

// link builds functions, as many as possible in one run of the go command.
func (b *Incremental) link(ctx context.Context, flags, binaries []string) error {
	for len(binaries) > 0 {
		// The go command names a binary after its folder.
		batch, rest := map[string]string{}, []string(nil)
		for _, binary := range binaries {
			if name := filepath.Base(binary); batch[name] == "" {
				batch[name] = binary
			} else {
				rest = append(rest, binary)
			}
		}
		if err := b.linkBatch(ctx, flags, batch); err != nil {
			return err
		}
		binaries = rest
	}
	return nil
}

// linkBatch builds functions with different names, into a temporary folder first: a
// binary at its final path is complete.
func (b *Incremental) linkBatch(ctx context.Context, flags []string, batch map[string]string) error {
	folder := filepath.Join(b.ws.Root, workspace.Dist, kept)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(folder, "link-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	args := slices.Concat([]string{"build", "-v"}, flags, []string{"-o", temporary + string(filepath.Separator)})
	for _, binary := range batch {
		b.mu.Lock()
		args = append(args, "./"+path.Clean(b.functions[binary].source))
		b.mu.Unlock()
	}
	slices.Sort(args[len(args)-len(batch):])
	if err := (compiler{b.ws.Root, b.options.Progress}).run(ctx, args...); err != nil {
		return err
	}
	for name, binary := range batch {
		if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(temporary, name), binary); err != nil {
			return err
		}
	}
	return nil
}
