package modrelease

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/contract/compat"
)

// first is the version of a module's first release.
const first = "v0.1.0"

// Change is a difference between a module and its last release.
type Change struct {
	// Of is what changed: the Go API, or the contract or manifest of a context.
	Of   Subject      `json:"of"`
	Kind compat.Level `json:"level"`
	// Text describes the change in one line.
	Text string `json:"text"`
	// Advice is the safe way to make the change, or "".
	Advice string `json:"advice,omitempty"`
}

// Subject is a part of a module that others depend on.
type Subject string

// The subjects.
const (
	API      Subject = "API"
	Contract Subject = "contract"
	Manifest Subject = "manifest"
)

// level returns the highest level of the changes.
func level(changes []Change) compat.Level {
	highest := compat.None
	for _, c := range changes {
		switch {
		case c.Kind == compat.Breaking:
			return compat.Breaking
		case c.Kind == compat.Compatible:
			highest = compat.Compatible
		}
	}
	return highest
}

// breaking returns the breaking changes.
func breaking(changes []Change) []Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return c.Kind != compat.Breaking })
}

// Next returns the version to release after last, "" for a first release. declared is
// the version in a context's API, such as "0.2.0", or "". requested is the user's, or
// "". The version is the highest of what the changes require, declared and requested;
// a lower requested version is an error.
//
// From v1 on a breaking change is an error. A major version needs another module path,
// which every import of the module would have to follow, and a context cannot be
// deployed twice.
func Next(name, last string, changes []Change, declared, requested string) (string, error) {
	lowest, reason := first, "it is the first release"
	if last != "" {
		if semver.Major(last) != "v0" {
			if err := refuseBreaking(name, last, breaking(changes)); err != nil {
				return "", err
			}
		}
		_, next, err := compat.Next(strings.TrimPrefix(last, "v"), level(changes), true)
		if err != nil {
			return "", err
		}
		lowest, reason = "v"+next, because(last, changes)
	}
	if declared != "" {
		if version := "v" + declared; semver.Compare(version, lowest) > 0 && semver.Compare(version, last) > 0 {
			lowest, reason = version, "it is the Version in "+name+"/api"
		}
	}
	if requested == "" {
		return lowest, nil
	}
	if semver.Canonical(requested) != requested || semver.Prerelease(requested) != "" {
		return "", fmt.Errorf("version %q is not a release such as %s", requested, lowest)
	}
	if semver.Compare(requested, lowest) < 0 {
		return "", fmt.Errorf("%s: version %s is too low: %s is the lowest, because %s", name, requested, lowest, reason)
	}
	if err := checkMajor(name, last, requested); err != nil {
		return "", err
	}
	return requested, nil
}

// checkMajor refuses a version that needs another module path.
func checkMajor(name, last, requested string) error {
	if major := semver.Major(requested); major == "v0" || major == "v1" {
		return nil
	}
	return fmt.Errorf("%s: version %s is refused: a major version needs the module path %s/%s. "+
		"Release the change beside what %s has", name, requested, name, semver.Major(requested), last)
}

// because returns the reason for a version.
func because(last string, changes []Change) string {
	for _, kind := range []compat.Level{compat.Breaking, compat.Compatible} {
		for _, c := range changes {
			if c.Kind == kind {
				return fmt.Sprintf("of a %s change of the %s since %s: %s", kind, c.Of, last, c.Text)
			}
		}
	}
	return last + " is already released"
}

// refuseBreaking returns an error with a line for each breaking change.
func refuseBreaking(name, last string, changes []Change) error {
	if len(changes) == 0 {
		return nil
	}
	lines := []error{fmt.Errorf("%s: breaking changes since %s are refused (%d), because a module has no major version after v1: "+
		"add the new API, path or operation beside the old one, deprecate the old one, and see .github/CONTRIBUTING.md, Withdraw a part of a contract",
		name, last, len(changes))}
	for _, c := range changes {
		text := fmt.Sprintf("  %s: %s", c.Of, c.Text)
		if c.Advice != "" {
			text += "; the safe way: " + c.Advice
		}
		lines = append(lines, errors.New(text))
	}
	return errors.Join(lines...)
}
