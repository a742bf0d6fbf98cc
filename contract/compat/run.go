package compat

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Run compares the specification and the manifest of every context in the monorepo that contains
// root with its last release, which is the highest release tag reachable from
// HEAD. If base is not empty, it is the git ref to compare with instead. Only then
// does Run report removed contexts: their release tags remain reachable for ever.
//
// Run returns one report for each context, sorted by name. It fails if git cannot
// provide the release (ErrNoRepository, ErrShallow, an unknown base) or a
// specification cannot be read.
func Run(ctx context.Context, root, base string) ([]Report, error) {
	ws, err := workspace.Find(root)
	if err != nil {
		return nil, err
	}
	return RunWorkspace(ctx, ws, base)
}

// RunWorkspace does the same as Run for a workspace, in which contexts can be pinned. A
// pinned context is a release, and what the working tree has of it is not read.
func RunWorkspace(ctx context.Context, ws workspace.Workspace, base string) ([]Report, error) {
	contexts, err := ws.Contexts()
	if err != nil {
		return nil, err
	}
	h, err := openHistory(ctx, ws.Root, base)
	if err != nil {
		return nil, err
	}
	var reports []Report
	for _, c := range contexts {
		if c.Pin != nil {
			continue
		}
		r, err := h.report(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("context %s: %w", c.Name, err)
		}
		reports = append(reports, r)
	}
	if base != "" {
		removed, err := h.removed(ctx, contexts)
		if err != nil {
			return nil, err
		}
		reports = append(reports, removed...)
	}
	slices.SortFunc(reports, func(a, b Report) int { return cmp.Compare(a.Context, b.Context) })
	return reports, nil
}

// history is the part of a repository that contexts are compared with.
type history struct {
	repository
	base   string   // the requested ref, or empty
	tags   []string // reachable from base or HEAD
	prefix string   // from the root of the repository, where tag names start, to the monorepo
}

func openHistory(ctx context.Context, root, base string) (history, error) {
	h := history{base: base}
	var err error
	if h.repository, err = openRepository(ctx, root); err != nil {
		return h, err
	}
	if base != "" {
		if err := h.resolve(ctx, base); err != nil {
			return h, err
		}
	}
	if h.prefix, err = h.pathPrefix(ctx); err != nil {
		return h, err
	}
	h.tags, err = h.repository.tags(ctx, cmp.Or(base, "HEAD"))
	return h, err
}

func (h history) report(ctx context.Context, c workspace.Context) (Report, error) {
	m, err := c.Manifest()
	if err != nil {
		return Report{}, err
	}
	tag, version := newest(h.tags, h.prefix+path.Dir(c.SpecPath())+"/")
	r := Report{Context: c.Name, Base: cmp.Or(h.base, tag), Level: None, Bump: NoBump, Current: version}
	if r.Base == "" {
		return r.first(m), h.refuseShallow(ctx)
	}
	data, found, err := h.read(ctx, r.Base, c.SpecPath())
	if err != nil {
		return r, err
	}
	if r.Resources, err = h.resources(ctx, r.Base, c.ManifestPath(), m); err != nil {
		return r, err
	}
	if !found && tag == "" {
		return r.first(m), nil
	}
	if !found {
		// The release has no specification, so adding one is compatible.
		r.Changes = []Change{{
			ID: contractAdded, Level: Compatible, Location: c.SpecPath(),
			Text: "the context has a specification for the first time",
		}}
		return r.conclude()
	}
	if r, err = h.compare(ctx, r, c, data); err != nil {
		return r, err
	}
	return h.withdraw(ctx, c, r)
}

// resources compares the manifest of a context, which is in the file at path, with the one
// at ref. Without one there, nothing was declared that could change.
func (h history) resources(ctx context.Context, ref, path string, m *manifest.Service) ([]Change, error) {
	data, found, err := h.read(ctx, ref, path)
	if err != nil || !found {
		return nil, err
	}
	from := source{ref: ref, file: path}
	before, err := manifest.Parse(from.String(), data)
	if err != nil {
		return nil, err
	}
	return resourceChanges(from, source{file: path}, before, m), nil
}

// compare compares the specification of c with the released one.
func (h history) compare(ctx context.Context, r Report, c workspace.Context, released []byte) (Report, error) {
	data, err := c.SpecData()
	if err != nil {
		return r, err
	}
	before, err := read(source{ref: r.Base, file: c.SpecPath()}, released)
	if err != nil {
		return r, err
	}
	after, err := read(source{file: c.SpecPath()}, data)
	if err != nil {
		return r, err
	}
	before, withdrawn, err := h.withdrawParts(ctx, c, r, before, after, released)
	if err != nil {
		return r, err
	}
	ignoreSunset(before.doc)
	ignoreSunset(after.doc)
	return r.between(before, after, withdrawn...)
}

func (r Report) first(m *manifest.Service) Report {
	r.Base, r.Current, r.First, r.Next, r.Changes, r.Resources = "", "", true, m.Version, []Change{}, nil
	return r
}

// conclude derives level, bump and next version from the changes.
func (r Report) conclude() (Report, error) {
	for i, c := range r.Changes {
		r.Changes[i].Verdict = c.Level.verdict()
	}
	all := r.All()
	if len(all) > 0 {
		r.Level = all[0].Level
	}
	var err error
	r.Bump, r.Next, err = Next(r.Current, r.Level, len(all) > 0)
	return r, err
}

// refuseShallow fails if a release may be missing only because the clone is shallow.
func (h history) refuseShallow(ctx context.Context) error {
	shallow, err := h.shallow(ctx)
	if err != nil || !shallow {
		return err
	}
	return fmt.Errorf("no release tag found: %w: %s", ErrShallow, fullHistory)
}

// removed returns reports for the contexts that exist at base but not in the
// working tree.
func (h history) removed(ctx context.Context, contexts []workspace.Context) ([]Report, error) {
	files, err := h.files(ctx, h.base)
	if err != nil {
		return nil, err
	}
	var reports []Report
	for _, file := range files {
		dir := path.Dir(file)
		known := slices.ContainsFunc(contexts, func(c workspace.Context) bool { return path.Dir(c.SpecPath()) == dir })
		// As in package workspace, a context has a specification, a manifest and a module.
		if path.Base(file) != manifest.SpecFile || known ||
			!slices.Contains(files, path.Join(dir, manifest.File)) ||
			!slices.Contains(files, path.Join(dir, "go.mod")) {
			continue
		}
		data, _, err := h.read(ctx, h.base, file)
		if err != nil {
			return nil, err
		}
		before, err := read(source{ref: h.base, file: file}, data)
		if err != nil {
			return nil, err
		}
		r := Report{Context: path.Base(dir), Base: h.base, Level: Breaking, Removed: true, Changes: removal(before),
			Bump: NoBump}
		if r.Resources, err = h.resources(ctx, h.base, path.Join(dir, manifest.File),
			&manifest.Service{Name: r.Context}); err != nil {
			return nil, err
		}
		_, version := newest(h.tags, h.prefix+dir+"/")
		r.Current = cmp.Or(version, before.doc.Info.Version)
		reports = append(reports, r)
	}
	return reports, nil
}
