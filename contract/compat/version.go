package compat

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"
)

// newest is the highest release among tags that begin with prefix, such as
// "accounts/". Tags are releases only if they are "v" and a whole version: Go
// ignores others, and a prerelease promises nothing.
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

// bump is the least part of version that has to go up, and what it comes to.
// A version below 1.0.0 makes no promise (semver.org, 4), so by custom a
// breaking change takes the minor step there and all else the patch.
func bump(version string, level Level, changed bool) (Bump, string, error) {
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
	step := least(level, changed, n[0] == 0)
	if prerelease && step != NoBump {
		// 1.2.0-rc.1 comes before 1.2.0, which is then the next release already.
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

func least(level Level, changed, early bool) Bump {
	switch {
	case level == Breaking && !early:
		return Major
	case level == Breaking, level == Compatible && !early:
		return Minor
	case changed:
		return Patch
	}
	return NoBump
}
