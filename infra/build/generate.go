package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/meridian-api/meridian/contract/client"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build/inputs"
)

// Generate writes openapi.json and service.json of every context from its Go operations,
// the names of the system,
// and a magefile that runs targets of the root. It skips contexts whose operations and files have not changed since it wrote them. With
// check it writes nothing, skips nothing, and fails if a file is out of date.
func Generate(ctx context.Context, ws workspace.Workspace, check bool) error {
	if !check {
		_, err := NewIncremental(ws, Options{}).Generate(ctx)
		return err
	}
	contexts, err := generatedContexts(ws)
	if err != nil {
		return err
	}
	return errors.Join(generate(ctx, ws, contexts, nil, "-check"), writeDerived(ws, contexts, true), client.CheckPackages(contexts))
}

// GenerateAt calls Generate for the workspace around dir, and then writes the contexts'
// clients that are out of date. The embedded cloud does not: it generates after each save,
// and oapi-codegen takes longer than all else.
func GenerateAt(ctx context.Context, dir string) error {
	ws, err := workspace.Find(dir)
	if err == nil {
		err = ws.CheckUsed()
	}
	if err != nil {
		return err
	}
	if err := Generate(ctx, ws, false); err != nil {
		return err
	}
	contexts, err := generatedContexts(ws)
	if err != nil {
		return err
	}
	return updateClients(ctx, contexts)
}

// Generate writes the contexts' files that are out of date, and returns the contexts
// that it ran the generator of, sorted.
func (b *Incremental) Generate(ctx context.Context) ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	contexts, err := generatedContexts(b.ws)
	if err != nil {
		return nil, err
	}
	if err := writeDerived(b.ws, contexts, false); err != nil {
		return nil, err
	}
	if err := b.tree.Refresh(ctx, generators(b.ws, contexts)); err != nil {
		return nil, err
	}
	digests := map[string]string{}
	var stale []workspace.Context
	for _, c := range contexts {
		if digests[c.Name], err = b.tree.Digest(generatorOf(b.ws, c)); err != nil {
			return nil, err
		}
		if !b.stamps.current(c, digests[c.Name]) {
			stale = append(stale, c)
		}
	}
	if len(stale) == 0 {
		return nil, nil
	}
	if err := generate(ctx, b.ws, stale, b.options.Progress); err != nil {
		return nil, err
	}
	var names []string
	for _, c := range stale {
		if err := b.stamps.set(c, digests[c.Name]); err != nil {
			return nil, err
		}
		names = append(names, c.Name)
	}
	return names, b.stamps.save()
}

// generatedContexts returns the contexts of the working tree. Pinned contexts have the
// files of their release.
func generatedContexts(ws workspace.Workspace) ([]workspace.Context, error) {
	contexts, err := ws.Contexts()
	return ofWorkingTree(contexts), err
}

// ofWorkingTree returns the contexts that are not pinned: their packages are in the
// workspace.
func ofWorkingTree(contexts []workspace.Context) []workspace.Context {
	return slices.DeleteFunc(slices.Clone(contexts), func(c workspace.Context) bool { return c.Pin != nil })
}

// generate runs the contexts' generators, several at a time. The error joins the
// errors of all contexts.
func generate(ctx context.Context, ws workspace.Workspace, contexts []workspace.Context, progress func(string), args ...string) error {
	var group errgroup.Group
	group.SetLimit(max(2, runtime.NumCPU()))
	errs := make([]error, len(contexts))
	for i, c := range contexts {
		group.Go(func() error {
			// Without the symbols, which no one needs, linking takes a quarter less.
			run := slices.Concat([]string{"run", "-v", "-ldflags=-s -w", "./" + generatorOf(ws, c)}, args)
			if err := (compiler{dir: ws.Root, progress: progress}).run(ctx, run...); err != nil {
				errs[i] = fmt.Errorf("%s: %w", c.Name, err)
			}
			return nil
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.Join(errs...)
}

// generators returns the folders of the contexts' generators.
func generators(ws workspace.Workspace, contexts []workspace.Context) []string {
	var list []string
	for _, c := range contexts {
		list = append(list, generatorOf(ws, c))
	}
	return list
}

// generatorOf returns the folder of a context's generator from the root, with slashes.
func generatorOf(ws workspace.Workspace, c workspace.Context) string {
	rel, err := filepath.Rel(ws.Root, filepath.Join(c.Dir, filepath.FromSlash(workspace.Generator)))
	if err != nil {
		panic(err) // both are absolute
	}
	return filepath.ToSlash(rel)
}

// stamps remember what the generated files were made from, by the context's name.
type stamps struct {
	file string
	made map[string]string
}

func openStamps(name string) stamps {
	s := stamps{file: name, made: map[string]string{}}
	// Without readable stamps all files are generated again.
	if data, err := os.ReadFile(name); err == nil && json.Unmarshal(data, &s.made) != nil {
		s.made = map[string]string{}
	}
	return s
}

// current reports whether a context's files are as the generator with the digest wrote
// them.
func (s stamps) current(c workspace.Context, digest string) bool {
	content, err := s.of(c, digest)
	return err == nil && s.made[c.Name] == content
}

func (s stamps) set(c workspace.Context, digest string) (err error) {
	s.made[c.Name], err = s.of(c, digest)
	return err
}

// of returns the stamp of a context's present files with a generator.
func (s stamps) of(c workspace.Context, digest string) (string, error) {
	parts := []string{digest}
	for _, name := range []string{manifest.SpecFile, manifest.File} {
		data, err := os.ReadFile(filepath.Join(c.Dir, name))
		if err != nil {
			return "", err
		}
		parts = append(parts, string(data))
	}
	return inputs.Hash(parts...), nil
}

func (s stamps) save() error {
	data, err := json.Marshal(s.made)
	if err != nil {
		return err
	}
	return inputs.WriteFile(s.file, data)
}
