// Package compat compares the specification and the manifest of every bounded context
// with its last release. It classifies each change by its effect on clients, data and
// operators of that release and derives the lowest version that may be released next.
//
// A release is a git tag in the form that Go requires for a module in a
// subdirectory, such as "accounts/v1.2.0". Versions follow semantic versioning.
// Before 1.0.0 they follow Go's convention: a breaking change raises the minor
// version, any other change the patch version.
package compat

import (
	"cmp"
	"slices"
)

// Level is the effect of a change on clients of the release.
type Level string

// The levels, in ascending order.
const (
	// None does not affect programs: descriptions, examples, extensions.
	None Level = "none"
	// Compatible keeps every existing client working.
	Compatible Level = "compatible"
	// Breaking can break a client that follows the contract of the release.
	Breaking Level = "breaking"
)

func (l Level) rank() int {
	switch l {
	case Breaking:
		return 2
	case Compatible:
		return 1
	}
	return 0
}

// Bump is the part of a version that must be raised.
type Bump string

// The bumps. NoBump means that the specification is unchanged.
const (
	NoBump Bump = "none"
	Patch  Bump = "patch"
	Minor  Bump = "minor"
	Major  Bump = "major"
)

// Change is one difference between a specification or a manifest and its release.
type Change struct {
	// ID names the rule that classified the change, such as
	// "new-required-request-parameter": a rule of oasdiff or of this package.
	ID string `json:"id"`
	// Level is the effect on the version.
	Level Level `json:"level"`
	// Verdict says whom the change concerns.
	Verdict Verdict `json:"verdict,omitempty"`
	// Operation is the method and path, such as "GET /accounts/{accountId}". It
	// is empty if the change does not belong to one operation.
	Operation string `json:"operation,omitempty"`
	// Text describes the change in one line, with names in backticks.
	Text string `json:"text"`
	// Advice is the safe way to make the change. It is empty if the change is safe.
	Advice string `json:"advice,omitempty"`
	// Location is a file with a line or a JSON Pointer, such as
	// "accounts/openapi.json:12". A git ref and a colon precede it if the change
	// removed something that only the release has. It may be empty.
	Location string `json:"location,omitempty"`
}

// Report contains the changes of one context since its release.
type Report struct {
	// Context is the context's name.
	Context string `json:"context"`
	// Base is the git ref that was compared with. It is empty for a first release.
	Base string `json:"base,omitempty"`
	// Level is the highest level of Changes and Resources, None without changes.
	Level Level `json:"level"`
	// Changes are all differences of the specifications, sorted by descending level,
	// then by operation.
	Changes []Change `json:"changes"`
	// Resources are all differences of the manifests, sorted by descending verdict.
	Resources []Change `json:"resources,omitempty"`
	// Current is the last released version, without "v". If there is no release
	// tag it is the version in the specification of Base. It is empty for a
	// first release.
	Current string `json:"current,omitempty"`
	// Bump is the lowest part of Current that must be raised.
	Bump Bump `json:"bump"`
	// Next is the lowest version that may be released: Current raised by Bump.
	// For a first release it is the version in the context's manifest.
	Next string `json:"next"`
	// First reports that there is no earlier release.
	First bool `json:"first,omitempty"`
	// Removed reports that the context exists in Base but not in the working tree.
	Removed bool `json:"removed,omitempty"`
}

// All returns the changes of the specification and of the manifest, sorted by
// descending verdict.
func (r Report) All() []Change {
	all := slices.Concat(r.Changes, r.Resources)
	for i, c := range all {
		all[i].Verdict = cmp.Or(c.Verdict, c.Level.verdict())
	}
	slices.SortStableFunc(all, func(a, b Change) int {
		return cmp.Compare(slices.Index(verdicts, a.Verdict), slices.Index(verdicts, b.Verdict))
	})
	return all
}

// Breaking returns the changes of the specification and of the manifest that need a
// version that announces them.
func (r Report) Breaking() []Change {
	return slices.DeleteFunc(r.All(), func(c Change) bool { return c.Level != Breaking })
}

// ForClients returns the report without the changes of the manifest. Clients do not see
// these, and names of tables and rights are not published.
func (r Report) ForClients() Report {
	r.Resources = nil
	if !r.Removed {
		r.Level = None
		if len(r.Changes) > 0 {
			r.Level = r.Changes[0].Level
		}
	}
	return r
}
