package modrelease

import (
	"context"
	"fmt"
	"io"
	"path"

	"golang.org/x/mod/module"

	"github.com/meridian-api/meridian/infra/modproxy"
)

// Verify builds, tests and uses a release that has a tag, such as "accounts/v1.4.0", in
// the same way as before the tag.
func Verify(ctx context.Context, dir, tag string, out io.Writer) error {
	w, remove, err := openWorkshop(ctx, dir, "refs/tags/"+tag)
	if err != nil {
		return err
	}
	defer remove()
	r := run{workshop: w, out: out}
	name, version := path.Split(tag)
	if r.module, err = w.set.Find(path.Clean(name)); err != nil {
		return err
	}
	if r.candidate, err = released(w.releases, module.Version{Path: r.module.Path(), Version: version}); err != nil {
		return err
	}
	if err := w.proxy.Need(ctx, r.candidate.Module); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s at %.12s\n", tag, r.candidate.Commit)
	return r.prove(ctx)
}

func released(releases []modproxy.Release, version module.Version) (modproxy.Release, error) {
	for _, r := range releases {
		if r.Module == version {
			return r, nil
		}
	}
	return modproxy.Release{}, fmt.Errorf("%s is not released", version)
}
