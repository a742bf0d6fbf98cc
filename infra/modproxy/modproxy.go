// Package modproxy writes a module proxy into a folder: the releases of a
// repository's modules, for the go command to read through GOPROXY=file://.
//
// It reads git's objects and never the working tree, so that a module in the proxy
// has the hash that every other proxy computes for the tag. A module needs a LICENSE
// of its own: to the zip of a module without one, the go command adds the root's.
package modproxy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// Proxy is a module proxy in a folder.
type Proxy struct {
	// Dir is the folder.
	Dir        string
	repository string
	releases   []Release
	zipped     map[module.Version]bool
	claimed    []string
}

// Open writes the list of releases of the repository that contains repository into
// dir, with each go.mod. Need adds the source code.
func Open(ctx context.Context, repository, dir string) (*Proxy, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	releases, err := Releases(ctx, repository)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	p := &Proxy{Dir: dir, repository: repository, zipped: map[module.Version]bool{}}
	for _, r := range releases {
		if err := p.Add(r); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Claim says that the repository has modules, which may be without a release. The go
// command then looks for them in the proxy only.
func (p *Proxy) Claim(paths ...string) { p.claimed = append(p.claimed, paths...) }

// Releases returns the releases that the proxy has, added ones included.
func (p *Proxy) Releases() []Release { return slices.Clone(p.releases) }

// Newest returns the highest release of a module that is not a prerelease; found
// reports whether it exists.
func (p *Proxy) Newest(path string) (newest Release, found bool) {
	return Newest(p.releases, path)
}

// Add adds a release to the list, such as a candidate that At returned. It replaces a
// release of the same version.
func (p *Proxy) Add(r Release) error {
	p.releases = slices.DeleteFunc(p.releases, func(known Release) bool { return known.Module == r.Module })
	p.releases = append(p.releases, r)
	delete(p.zipped, r.Module)
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{r.Module.Version, r.Time})
	if err != nil {
		return err
	}
	var list strings.Builder
	for _, known := range p.releases {
		if known.Module.Path == r.Module.Path {
			list.WriteString(known.Module.Version + "\n")
		}
	}
	return p.write(r.Module.Path, map[string][]byte{
		"list": []byte(list.String()), r.Module.Version + ".info": info, r.Module.Version + ".mod": r.GoMod,
	})
}

// Need adds the source code of releases, and of the releases of the same repository
// that they require, directly or not. A version that the repository does not have is
// an error.
func (p *Proxy) Need(ctx context.Context, versions ...module.Version) error {
	for _, version := range versions {
		if p.zipped[version] {
			continue
		}
		r, err := p.zip(ctx, version)
		if err != nil {
			return err
		}
		if err := p.Need(ctx, p.own(r.Requires)...); err != nil {
			return fmt.Errorf("%w (required by %s)", err, version)
		}
	}
	return nil
}

// zip writes the zip of a release.
func (p *Proxy) zip(ctx context.Context, version module.Version) (Release, error) {
	i := slices.IndexFunc(p.releases, func(r Release) bool { return r.Module == version })
	if i < 0 {
		return Release{}, fmt.Errorf("%s is not released: no tag of this repository has it", version)
	}
	r := p.releases[i]
	var source bytes.Buffer
	if err := r.Zip(ctx, p.repository, &source); err != nil {
		return r, fmt.Errorf("tag %s: %w", r.Tag(), err)
	}
	p.zipped[version] = true
	return r, p.write(version.Path, map[string][]byte{version.Version + ".zip": source.Bytes()})
}

// own returns the versions of modules that the repository has.
func (p *Proxy) own(versions []module.Version) []module.Version {
	paths := p.paths()
	return slices.DeleteFunc(slices.Clone(versions), func(version module.Version) bool {
		return !slices.Contains(paths, version.Path)
	})
}

// write writes files of a module. Both the path and the versions are escaped, as the
// protocol of proxies requires.
func (p *Proxy) write(path string, files map[string][]byte) error {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return err
	}
	dir := filepath.Join(p.Dir, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, data := range files {
		if name, err = module.EscapeVersion(name); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
