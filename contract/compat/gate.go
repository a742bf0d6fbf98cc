package compat

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/contract/manifest"
)

// Gate refuses contexts whose version is lower than their changes demand. The
// error has a line for each of them: the version it has, what demands a higher
// one, and the least that will do. A prerelease passes as the version that it
// leads to.
//
// A context that is gone has no version to raise: it passes if its operations
// were deprecated in the base, so that its clients had a warning.
func Gate(reports []Report, manifests []*manifest.Service) error {
	var errs []error
	for _, r := range reports {
		i := slices.IndexFunc(manifests, func(m *manifest.Service) bool { return m.Name == r.Context })
		switch {
		case r.Removed:
			errs = append(errs, r.refuseRemoval())
		case i < 0:
			errs = append(errs, fmt.Errorf("%s: there is no manifest to tell its version", r.Context))
		default:
			errs = append(errs, r.refuse(manifests[i].Version))
		}
	}
	return errors.Join(errs...)
}

func (r Report) refuse(version string) error {
	if !semver.IsValid("v" + version) {
		return fmt.Errorf("%s: version %q is not a semantic version such as 1.2.0", r.Context, version)
	}
	core, _, _ := strings.Cut(version, "-")
	if semver.Compare("v"+core, "v"+r.Next) >= 0 {
		return nil
	}
	why := fmt.Sprintf("%s is released", r.Current)
	if len(r.Changes) > 0 {
		worst := r.Changes[0]
		why = fmt.Sprintf("%s since %s: %s", worst.Level, r.Base, worst)
		if worst.Level == None {
			why = fmt.Sprintf("changed since %s: %s", r.Base, worst)
		}
	}
	return fmt.Errorf("%s: version %s is too low, %s or higher is needed (%s): set Version in %s/api and %s",
		r.Context, version, r.Next, why, r.Context, manifest.Regenerate)
}

func (r Report) refuseRemoval() error {
	for _, c := range r.Changes {
		if c.ID == removedWithoutWarning {
			return fmt.Errorf("%s: the context is gone, but %s was not deprecated in %s: release it deprecated first",
				r.Context, c.Operation, r.Base)
		}
	}
	return nil
}

// String is one line: the operation and what changed.
func (c Change) String() string {
	if c.Operation == "" {
		return c.Text
	}
	return c.Operation + ": " + c.Text
}
