package modproxy

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/contract/git"
)

// Release is a version of a module at a commit.
type Release struct {
	// Folder of the module below the root of the repository, with slashes.
	Folder string
	// Module is the module's path and version, such as v1.4.0.
	Module module.Version
	// Commit is the hash of the commit.
	Commit string
	// Time is the time of the commit.
	Time time.Time
	// GoMod is the content of go.mod.
	GoMod []byte
	// Requires are the modules that go.mod requires.
	Requires []module.Version
}

// Tag returns the name of the release's tag.
func (r Release) Tag() string { return path.Join(r.Folder, r.Module.Version) }

// Releases returns the releases of every module of the repository that contains
// dir, sorted by module and version. A release is a tag such as "accounts/v1.4.0" on
// a commit whose folder accounts has a go.mod. Other tags are ignored.
func Releases(ctx context.Context, dir string) ([]Release, error) {
	const commit = "%(if)%(*objectname)%(then)%(*objectname) %(*committerdate:unix)%(else)%(objectname) %(committerdate:unix)%(end)"
	out, err := git.Run(ctx, dir, "for-each-ref", "--format=%(refname:lstrip=2) "+commit, "refs/tags")
	if err != nil {
		return nil, err
	}
	var list []Release
	var names []string
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue // a tag of a tree or a file has no time
		}
		folder, version := path.Split(fields[0])
		seconds, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil || folder == "" || semver.Canonical(version) != version || module.IsPseudoVersion(version) {
			continue
		}
		r := Release{Folder: path.Clean(folder), Commit: fields[1], Time: time.Unix(seconds, 0).UTC()}
		r.Module.Version = version
		list, names = append(list, r), append(names, r.Commit+":"+r.Folder+"/go.mod")
	}
	contents, err := git.Objects(ctx, dir, names)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].GoMod = contents[i]; contents[i] == nil {
			continue
		}
		if err := list[i].parse(); err != nil {
			return nil, fmt.Errorf("tag %s: %w", list[i].Tag(), err)
		}
	}
	list = slices.DeleteFunc(list, func(r Release) bool { return r.GoMod == nil })
	slices.SortFunc(list, func(a, b Release) int {
		return cmp.Or(cmp.Compare(a.Module.Path, b.Module.Path), semver.Compare(a.Module.Version, b.Module.Version))
	})
	return list, nil
}

// At returns a version of the module in folder at a commit that has no tag.
func At(ctx context.Context, dir, commit, folder, version string) (Release, error) {
	r := Release{Folder: folder}
	r.Module.Version = version
	out, err := git.Run(ctx, dir, "show", "--no-patch", "--format=%H %ct", "--end-of-options", commit+"^{commit}")
	if err != nil {
		return r, err
	}
	var seconds int64
	if _, err := fmt.Sscanf(out, "%s %d", &r.Commit, &seconds); err != nil {
		return r, fmt.Errorf("commit %s: git show wrote %q", commit, out)
	}
	r.Time = time.Unix(seconds, 0).UTC()
	contents, err := git.Objects(ctx, dir, []string{r.Commit + ":" + folder + "/go.mod"})
	if err != nil {
		return r, err
	}
	if r.GoMod = contents[0]; r.GoMod == nil {
		return r, fmt.Errorf("commit %s has no %s/go.mod", commit, folder)
	}
	return r, r.parse()
}

// parse reads GoMod.
func (r *Release) parse() error {
	file, err := modfile.ParseLax(r.Folder+"/go.mod", r.GoMod, nil)
	if err != nil {
		return err
	}
	if file.Module == nil {
		return fmt.Errorf("%s/go.mod has no module directive", r.Folder)
	}
	r.Module.Path = file.Module.Mod.Path
	for _, require := range file.Require {
		r.Requires = append(r.Requires, require.Mod)
	}
	return module.Check(r.Module.Path, r.Module.Version)
}

// Newest returns the highest of the releases of a module that is not a prerelease;
// found reports whether it exists.
func Newest(releases []Release, path string) (newest Release, found bool) {
	for _, r := range releases {
		if r.Module.Path != path || semver.Prerelease(r.Module.Version) != "" {
			continue
		}
		if !found || semver.Compare(r.Module.Version, newest.Module.Version) > 0 {
			newest, found = r, true
		}
	}
	return newest, found
}
