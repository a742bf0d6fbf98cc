package build

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build/inputs"
)

// HostFlags build a function for this machine. They leave the packages as mage compiled
// them for itself, so that the standard library and the SDK are compiled once, and keep
// the symbols for a debugger, not compressed because linking then takes an eighth less.
// They have the tags of a release, which select source.
//
// A binary per context that selects the function by name would need fewer links, but it
// would run the initialization of functions that are not deployed together, and a
// package main cannot be imported. The functions are linked one by one, when called.
var HostFlags = []string{"-buildvcs=false", "-ldflags=-compressdwarf=false", "-tags", Tags}

// Incremental builds for this machine, and only what has changed since the last build,
// also of an earlier process: what an output was made from is kept in dist.
type Incremental struct {
	ws      workspace.Workspace
	options Options
	slots   chan struct{} // limits the concurrent links of functions that are called
	links   singleflight.Group

	mu        sync.Mutex // guards the fields below
	tree      *inputs.Tree
	stamps    stamps
	functions map[string]hostFunction // by path of the binary; also earlier paths, until Prune
	current   map[string]bool         // the paths that Functions has returned last
}

// Options are options of an Incremental.
type Options struct {
	// Debug are functions, by context and function ("accounts-get-account"), that are
	// built without optimizations, for a debugger.
	Debug []string
	// Progress receives the import path of each package that is compiled. It must be safe
	// for concurrent use. It may be nil.
	Progress func(importPath string)
}

// hostFunction is a function and how it is built.
type hostFunction struct {
	context, name string
	source        string         // folder from the root or, if the context is pinned, from its folder; with slashes
	pin           *workspace.Pin // nil for a context of the working tree
	debug         bool
	health        bool
}

// Folders below dist, of what Incremental keeps.
const (
	kept          = "build"
	hostFunctions = "functions/host"
)

// NewIncremental returns an Incremental of the workspace.
func NewIncremental(ws workspace.Workspace, options Options) *Incremental {
	folder := filepath.Join(ws.Root, workspace.Dist, kept)
	return &Incremental{
		ws: ws, options: options, slots: make(chan struct{}, max(2, runtime.NumCPU())),
		tree:   inputs.Open(ws, Tags, filepath.Join(folder, "source.json")),
		stamps: openStamps(filepath.Join(folder, "generated.json")),
	}
}

// Functions returns the paths of the functions' binaries. A path has a digest of what the
// function is built from, so it changes with the content. Nothing is built: call Build.
func (b *Incremental) Functions(ctx context.Context) (Binaries, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	contexts, err := b.ws.Contexts()
	if err != nil {
		return nil, err
	}
	list, err := b.listFunctions(contexts)
	if err != nil {
		return nil, err
	}
	commands := generators(b.ws, ofWorkingTree(contexts))
	for _, f := range list {
		if f.pin == nil {
			commands = append(commands, f.source)
		}
	}
	if err := b.tree.Refresh(ctx, commands); err != nil {
		return nil, err
	}
	binaries := Binaries{}
	if b.functions == nil {
		b.functions = map[string]hostFunction{}
	}
	b.current = map[string]bool{}
	for _, f := range list {
		digest, err := b.digest(f)
		if err != nil {
			return nil, err
		}
		binary := filepath.Join(b.folder(f), digest, path.Base(f.source))
		b.functions[binary], b.current[binary] = f, true
		if binaries[f.context] == nil {
			binaries[f.context] = map[string]string{}
		}
		binaries[f.context][f.name] = binary
	}
	return binaries, nil
}

// digest returns what distinguishes the builds of a function.
func (b *Incremental) digest(f hostFunction) (digest string, err error) {
	if f.pin != nil {
		digest = inputs.Hash(b.tree.Settings, f.pin.Commit)
	} else if digest, err = b.tree.Digest(f.source); err != nil {
		return "", err
	}
	if f.debug {
		digest += "-debug"
	}
	return digest, nil
}

// folder returns the folder of a function's builds.
func (b *Incremental) folder(f hostFunction) string {
	return filepath.Join(b.ws.Root, workspace.Dist, filepath.FromSlash(hostFunctions), f.context, f.name)
}

// listFunctions returns the functions of the contexts' manifests.
func (b *Incremental) listFunctions(contexts []workspace.Context) ([]hostFunction, error) {
	var list []hostFunction
	debug := map[string]bool{}
	for _, name := range b.options.Debug {
		debug[name] = false
	}
	for _, c := range contexts {
		m, err := c.Manifest()
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(m.Functions)) {
			f, err := b.function(c, name, m.Functions[name])
			if err != nil {
				return nil, err
			}
			if _, f.debug = debug[c.Name+"-"+name]; f.debug {
				debug[c.Name+"-"+name] = true
			}
			list = append(list, f)
		}
	}
	for name, found := range debug {
		if !found {
			return nil, fmt.Errorf("DEBUG: unknown function %q: use a context and a function, such as %s-%s", name, list[0].context, list[0].name)
		}
	}
	return list, nil
}

func (b *Incremental) function(c workspace.Context, name string, f manifest.Function) (hostFunction, error) {
	dir := filepath.Join(c.Dir, filepath.FromSlash(f.Source))
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return hostFunction{}, fmt.Errorf("the operation %s of %s has no Lambda: write %s/%s/main.go", f.OperationID, c.Name, c.Name, f.Source)
	}
	found := hostFunction{context: c.Name, name: name, source: f.Source, pin: c.Pin, health: f.Health}
	if c.Pin != nil {
		return found, nil
	}
	from, err := filepath.Rel(b.ws.Root, dir)
	found.source = filepath.ToSlash(from)
	return found, err
}

// Built reports whether a binary exists.
func (b *Incremental) Built(binary string) bool {
	_, err := os.Stat(binary)
	return err == nil
}

// Health returns the binaries of the functions that health checks call.
func (b *Incremental) Health() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []string
	for binary := range b.current {
		if b.functions[binary].health {
			list = append(list, binary)
		}
	}
	slices.Sort(list)
	return list
}

// Prepare builds a function when it is called for the first time. Concurrent calls share
// one build.
func (b *Incremental) Prepare(ctx context.Context, binary string) error {
	if b.Built(binary) {
		return nil
	}
	_, err, _ := b.links.Do(binary, func() (any, error) {
		select {
		case b.slots <- struct{}{}:
			defer func() { <-b.slots }()
			return nil, b.Build(ctx, binary)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	return err
}

// Prune removes the builds of functions with other content than the current one.
func (b *Incremental) Prune() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	current := map[string]bool{}
	for binary := range b.current {
		current[filepath.Dir(binary)] = true
	}
	maps.DeleteFunc(b.functions, func(binary string, _ hostFunction) bool { return !b.current[binary] })
	found, err := filepath.Glob(filepath.Join(b.ws.Root, workspace.Dist, filepath.FromSlash(hostFunctions), "*", "*", "*"))
	for _, dir := range found {
		if !current[dir] {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}
	return err
}

// Watched returns the folders with the source of everything that is built, with the
// folders below them: modules, and packages outside the workspace.
func (b *Incremental) Watched() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tree.Modules()
}
