package deploy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/release"
)

// lastBuild is the build that this machine made last for an environment. Building the
// same sources again takes seconds to come to the same release.
type lastBuild struct {
	// Sources identifies the sources, and Site the portal's site that was built of them.
	Sources string `json:"sources"`
	Site    string `json:"site"`
	Release string `json:"release"`
}

func (s *session) lastBuildFile() string { return filepath.Join(s.work, "built.json") }

// build returns the release of the working tree: the one that was built last if the
// sources are the same, or a new one.
func (s *session) build(ctx context.Context) (*release.Release, error) {
	ws, err := workspace.Find(s.root)
	if err != nil {
		return nil, err
	}
	sources, err := sourcesID(ctx, ws)
	if err != nil {
		return nil, err
	}
	r, err := s.reuse(ctx, sources)
	if err != nil {
		return nil, err
	}
	if r != nil {
		s.printVersions(r)
		return r, nil
	}
	if r, err = s.buildNew(ctx); err != nil {
		return nil, err
	}
	// Generated files are sources too, and may be new.
	if sources, err = sourcesID(ctx, ws); err != nil {
		return nil, err
	}
	site, err := folderID(filepath.Join(s.root, workspace.Dist, siteFolder))
	if err != nil {
		return nil, err
	}
	return r, s.noteBuild(lastBuild{Sources: sources, Site: site, Release: r.ID()})
}

func (s *session) noteBuild(last lastBuild) error {
	data, err := json.Marshal(last)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.work, 0o755); err != nil {
		return err
	}
	return os.WriteFile(s.lastBuildFile(), data, 0o600)
}

// reuse returns the release of the last build if all of it is still there and it was
// built of these sources, or else nil.
func (s *session) reuse(ctx context.Context, sources string) (*release.Release, error) {
	var last lastBuild
	data, err := os.ReadFile(s.lastBuildFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &last); err != nil || last.Sources != sources {
		return nil, nil // a file that was cut off is written again
	}
	site, err := folderID(filepath.Join(s.root, workspace.Dist, siteFolder))
	if err != nil || site != last.Site {
		return nil, err
	}
	r, err := s.store.Release(ctx, last.Release)
	if errors.Is(err, release.ErrNotKept) {
		return nil, nil
	}
	if err != nil || !s.embedded.has(r) {
		return nil, err
	}
	fmt.Fprintf(s.out, "The sources are as when release %s was built.\n", last.Release)
	return r, nil
}

// siteFolder is the folder of the portal's site, below dist.
const siteFolder = "site"

// sourcesID returns a hash of all that a build depends on: the files of the modules and
// of go.work, the commit and the tags that versions and pins refer to, the toolchain and
// its settings.
func sourcesID(ctx context.Context, ws workspace.Workspace) (string, error) {
	id := sha256.New()
	fmt.Fprintln(id, runtime.Version())
	for _, target := range []build.Target{build.Lambda, build.Host} {
		env, err := build.Environment(ctx, ws, target)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(id, env)
	}
	for _, args := range [][]string{
		{"rev-parse", "HEAD"},
		{"status", "--porcelain", "--untracked-files=no"},
		{"for-each-ref", "--format=%(objectname) %(refname)", "refs/tags"},
	} {
		out, err := git.Run(ctx, ws.Root, args...)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(id, out)
	}
	for _, name := range []string{"go.work", "go.work.sum"} {
		if err := addFile(id, filepath.Join(ws.Root, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	for _, dir := range ws.Modules {
		if err := addFolder(id, dir); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(id.Sum(nil)), nil
}

// folderID returns a hash of the files in a folder; empty if there is no folder.
func folderID(dir string) (string, error) {
	id := sha256.New()
	err := addFolder(id, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return hex.EncodeToString(id.Sum(nil)), err
}

// notSources are folders in modules that no build reads.
var notSources = []string{".git", ".state", ".terraform", "dist", "node_modules"}

func addFolder(id hash.Hash, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(notSources, d.Name()):
			return filepath.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		return addFile(id, path)
	})
}

func addFile(id hash.Hash, path string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	fmt.Fprintln(id, path, info.Size())
	_, err = io.Copy(id, in)
	return err
}
