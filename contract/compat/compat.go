// Package compat holds every bounded context to its last release: it compares
// the specifications, tells what each change does to a client that was written
// against the release, and derives the least version that may be released next.
//
// A release is a git tag as Go wants it for a module in a folder, such as
// "accounts/v1.2.0". Versions count as semantic versioning has it, and before
// 1.0.0 as Go's users expect: what breaks is a minor step, all else a patch.
package compat

// Level is what a change does to clients of the release.
type Level string

// The levels, from the harmless one up.
const (
	// None changes nothing for a program: words, examples, extensions.
	None Level = "none"
	// Compatible lets every client work on; it is for clients of the next release.
	Compatible Level = "compatible"
	// Breaking can make a client fail that kept to the contract of the release.
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

// Bump is the part of a version that has to go up.
type Bump string

// The bumps. NoBump is for a specification that is as it was.
const (
	NoBump Bump = "none"
	Patch  Bump = "patch"
	Minor  Bump = "minor"
	Major  Bump = "major"
)

// Change is one difference between a context's specification and its release.
type Change struct {
	// ID names the rule that judged, such as "new-required-request-parameter":
	// those of oasdiff, and the constants of this package.
	ID string `json:"id"`
	// Level is what it does to clients.
	Level Level `json:"level"`
	// Operation is method and path, such as "GET /accounts/{accountId}"; empty
	// for what is not of one operation.
	Operation string `json:"operation,omitempty"`
	// Text says what changed, in one line; names stand in backticks.
	Text string `json:"text"`
	// Place is where to look: a file and line, behind a git ref and a colon for
	// what is gone, or a file and a JSON Pointer. It may be empty.
	Place string `json:"place,omitempty"`
}

// Report is what came of one context since its release.
type Report struct {
	// Context is the context's name.
	Context string `json:"context"`
	// Base is the git ref compared with; empty for a first release.
	Base string `json:"base,omitempty"`
	// Level is the highest of Changes, None without any.
	Level Level `json:"level"`
	// Changes are all differences: the worst first, then by operation.
	Changes []Change `json:"changes"`
	// Current is the last released version without "v", or, if Base is no
	// release and none is reachable from it, the version that Base's
	// specification gives itself. It is empty for a first release.
	Current string `json:"current,omitempty"`
	// Bump is the least that has to go up in Current.
	Bump Bump `json:"bump"`
	// Next is the least version to release: Current after Bump. For a first
	// release it is the version in the context's manifest.
	Next string `json:"next"`
	// First says that there is nothing to compare with.
	First bool `json:"first,omitempty"`
	// Removed says that Base has the context and the working tree has not.
	Removed bool `json:"removed,omitempty"`
}

// Breaking are the changes that break clients.
func (r Report) Breaking() []Change {
	for i, c := range r.Changes { // sorted, the worst first
		if c.Level != Breaking {
			return r.Changes[:i]
		}
	}
	return r.Changes
}
