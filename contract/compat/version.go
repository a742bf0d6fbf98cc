package compat

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"
)

// newest returns the highest release among the tags that start with prefix, such
// as "accounts/". A release tag has a "v" and a complete version, as Go requires;
// prereleases do not count, because they promise nothing.
func newest(tags []string, prefix string) (tag, version string) {
	for _, t := range tags {
		v, ok := strings.CutPrefix(t, prefix)
		if !ok || semver.Canonical(v) != v || semver.Prerelease(v) != "" {
			continue
		}
		if version == "" || semver.Compare(v, version) > 0 {
			tag, version = t, v
		}
	}
	return tag, strings.TrimPrefix(version, "v")
}

// Next returns the lowest part of version that must be raised, and the result. changed
// reports whether anything changed at all.
//
// Versions below 1.0.0 promise nothing (semver.org, 4). By convention a breaking
// change raises their minor version and any other change their patch version.
//
// x/mod/semver, which decides what Go accepts as a tag, has no increments.
// Masterminds/semver has them, but as a second semver package for ten lines.
func Next(version string, level Level, changed bool) (Bump, string, error) {
	if !semver.IsValid("v"+version) || strings.Count(version, ".") < 2 {
		return "", "", fmt.Errorf("version %q is not a semantic version such as 1.2.0", version)
	}
	core, _, _ := strings.Cut(version, "+")
	core, _, prerelease := strings.Cut(core, "-")
	var n [3]int
	for i, part := range strings.SplitN(core, ".", 3) {
		var err error
		if n[i], err = strconv.Atoi(part); err != nil {
			return "", "", fmt.Errorf("version %q: %w", version, err)
		}
	}
	step := requiredBump(level, changed, n[0] == 0)
	if prerelease && step != NoBump {
		// 1.2.0-rc.1 precedes 1.2.0, which is therefore the next release.
		return step, core, nil
	}
	switch step {
	case Major:
		n = [3]int{n[0] + 1}
	case Minor:
		n = [3]int{n[0], n[1] + 1}
	case Patch:
		n[2]++
	default:
		return step, version, nil
	}
	return step, fmt.Sprintf("%d.%d.%d", n[0], n[1], n[2]), nil
}

func requiredBump(level Level, changed, beforeOne bool) Bump {
	switch {
	case level == Breaking && !beforeOne:
		return Major
	case level == Breaking, level == Compatible && !beforeOne:
		return Minor
	case changed:
		return Patch
	}
	return NoBump
}
