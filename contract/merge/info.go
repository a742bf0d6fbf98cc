package merge

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"golang.org/x/mod/semver"
)

// sizes are the limits of API Gateway and Lambda for every request. API Gateway responds to
// a request beyond them itself, with a body that cannot be changed.
const sizes = "\n\nThe headers of a request have at most 10,240 bytes, and the request with its body at most 6 MB. " +
	"The response to a larger one is 431 or 413, which is not a problem document."

// enumerate joins names as a sentence does.
func enumerate(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// info returns the info object of the merged document.
func info(about About, sources []Source) *openapi3.Info {
	var names []string
	versions := map[string]string{}
	for _, s := range sources {
		name := s.Context
		if name == "" {
			name = path.Base(path.Dir(strings.ReplaceAll(s.Name, `\`, "/")))
		}
		number := ""
		if s.Doc.Info != nil {
			number = s.Doc.Info.Version
		}
		names = append(names, name)
		versions[name] = number
	}
	slices.Sort(names)
	i := &openapi3.Info{
		Title:       about.System.Title + " API",
		Version:     mergedVersion(versions),
		Description: "All operations of the bounded contexts " + enumerate(names) + "." + sizes,
	}
	if about.Repository != "" {
		i.Contact = &openapi3.Contact{Name: about.System.Title, URL: "https://github.com/" + about.Repository}
	}
	if about.License != "" {
		i.License = &openapi3.License{Name: about.License, URL: "https://spdx.org/licenses/" + about.License + ".html"}
	}
	return i
}

// mergedVersion returns the highest version of a context, with the versions of all contexts as
// build metadata: 1.2.0+accounts.1.2.0.profiles.0.3.1. The result is a version for
// Semantic Versioning and for PEP 440, because client generators make it the version of a
// package, which Cargo and pip refuse otherwise.
func mergedVersion(versions map[string]string) string {
	highest := "v0.0.0"
	var build []string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		number := "v" + versions[name]
		if semver.Compare(number, highest) > 0 {
			highest = semver.Canonical(number)
		}
		build = append(build, identifier(name), identifier(versions[name]))
	}
	return strings.TrimPrefix(highest, "v") + "+" + strings.Join(build, ".")
}

// identifier returns s with hyphens in place of characters that build metadata cannot have.
func identifier(s string) string {
	return cmp.Or(strings.Map(func(r rune) rune {
		if r == '.' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return '-'
	}, s), "0")
}
