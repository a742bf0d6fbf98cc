package compat

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/contract/manifest"
)

// Gate returns an error if the version of a context is lower than its changes
// require. The error has one line for each such context, with the version, the
// change that requires a higher one and the lowest version allowed. A prerelease
// counts as the release that it precedes.
//
// A removed context has no version. It passes if all of its operations were
// deprecated in the base, so that clients had a warning.
func Gate(reports []Report, manifests []*manifest.Service) error {
	var errs []error
	for _, r := range reports {
		i := slices.IndexFunc(manifests, func(m *manifest.Service) bool { return m.Name == r.Context })
		switch {
		case r.Removed:
			errs = append(errs, r.checkRemoval())
		case i < 0:
			errs = append(errs, fmt.Errorf("%s: no manifest with the version of the context", r.Context))
		default:
			errs = append(errs, r.checkVersion(manifests[i].Version))
		}
	}
	return errors.Join(errs...)
}

func (r Report) checkVersion(version string) error {
	if !semver.IsValid("v" + version) {
		return fmt.Errorf("%s: version %q is not a semantic version such as 1.2.0", r.Context, version)
	}
	core, _, _ := strings.Cut(version, "-")
	if semver.Compare("v"+core, "v"+r.Next) >= 0 {
		return nil
	}
	reason := fmt.Sprintf("%s is already released", r.Current)
	if all := r.All(); len(all) > 0 {
		reason = all[0].reason(r.Base)
	}
	return fmt.Errorf("%s: version %s is too low, it must be %s or higher (%s): set Version in %s/api and %s",
		r.Context, version, r.Next, reason, r.Context, manifest.Regenerate)
}

// reason returns why a change needs a higher version than the release base.
func (c Change) reason(base string) string {
	switch {
	case c.Level == None:
		return fmt.Sprintf("changed since %s: %s", base, c)
	case c.Advice != "":
		return fmt.Sprintf("%s since %s: %s; the safe way: %s", c.Verdict, base, c, c.Advice)
	}
	return fmt.Sprintf("%s change since %s: %s", c.Level, base, c)
}

func (r Report) checkRemoval() error {
	for _, c := range r.Changes {
		if c.ID == removedWithoutWarning {
			return fmt.Errorf("%s: the context was removed, but %s was not deprecated in %s: "+
				"release it with a deprecation first", r.Context, c.Operation, r.Base)
		}
	}
	return nil
}

// String returns the operation and the change in one line.
func (c Change) String() string {
	if c.Operation == "" {
		return c.Text
	}
	return c.Operation + ": " + c.Text
}
