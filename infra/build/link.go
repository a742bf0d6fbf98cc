package build

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/modules"
)

// Build builds the binaries that do not exist. They are paths from Functions.
func (b *Incremental) Build(ctx context.Context, binaries ...string) error {
	batches := map[string]*batch{}
	for _, binary := range binaries {
		b.mu.Lock()
		f, ok := b.functions[binary]
		b.mu.Unlock()
		if b.Built(binary) {
			continue
		}
		if !ok {
			return fmt.Errorf("%s: the function has changed since: call it again", binary)
		}
		key := fmt.Sprint(f.pin != nil, f.debug)
		if f.pin != nil {
			key += f.context
		}
		for batches[key].has(binary) {
			key += "+"
		}
		if batches[key] == nil {
			batches[key] = b.newBatch(f)
		}
		batches[key].functions[binary] = "./" + f.source
	}
	for _, key := range slices.Sorted(maps.Keys(batches)) {
		if err := b.link(ctx, batches[key]); err != nil {
			return err
		}
	}
	return nil
}

// batch has functions that one run of the go command builds.
type batch struct {
	dir       string
	env       []string
	debug     bool
	functions map[string]string // folder by path of the binary
}

// newBatch returns an empty batch that f fits in.
func (b *Incremental) newBatch(f hostFunction) *batch {
	n := &batch{dir: b.ws.Root, debug: f.debug, functions: map[string]string{}}
	if f.pin != nil {
		n.dir, n.env = f.pin.Dir, f.pin.Env
	}
	return n
}

// has reports whether the batch has a function with the binary's name. The go command
// names a binary after its folder.
func (n *batch) has(binary string) bool {
	if n == nil {
		return false
	}
	for other := range n.functions {
		if filepath.Base(other) == filepath.Base(binary) {
			return true
		}
	}
	return false
}

// Check compiles functions of the working tree without linking them. It returns the errors that Build
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
	return compiler{dir: b.ws.Root}.run(ctx, args...)
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

// linkEnv keeps the compiler, the linker and the go command from collecting garbage below
// 512 MB. They end with less when a function is linked, a tenth sooner.
var linkEnv = []string{"GOGC=off", "GOMEMLIMIT=512MiB"}

// link builds a batch, into a temporary folder first: a binary at its final path is
// complete.
func (b *Incremental) link(ctx context.Context, n *batch) error {
	flags := HostFlags
	if n.debug {
		var err error
		if flags, err = b.debugFlags(); err != nil {
			return err
		}
	}
	folder := filepath.Join(b.ws.Root, workspace.Dist, kept)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(folder, "link-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	args := slices.Concat([]string{"build", "-v"}, flags, []string{"-o", temporary + string(filepath.Separator)},
		slices.Sorted(maps.Values(n.functions)))
	if err := (compiler{n.dir, slices.Concat(n.env, linkEnv), b.options.Progress}).run(ctx, args...); err != nil {
		return err
	}
	for binary := range n.functions {
		if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(temporary, filepath.Base(binary)), binary); err != nil {
			return err
		}
	}
	return nil
}
