// Package precondition implements entity tags and the preconditions of
// conditional requests (RFC 9110, sections 8.8.3 and 13.1) for resources with
// numbered versions. A Lambda parses the header fields; a store or a domain
// compares versions with a Match and needs to know nothing of HTTP.
package precondition

import (
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/platform/internal/fieldlist"
	"github.com/meridian-api/meridian/platform/problem"
)

// The names of the header fields, whose values are lists of entity tags.
const (
	IfMatch     = "If-Match"
	IfNoneMatch = "If-None-Match"
)

// Match is the set of versions to which a client's change applies. The zero
// Match contains no version.
type Match struct {
	// Any means that every existing version is in the set.
	Any bool
	// Versions are the versions in the set, unless Any.
	Versions []int64
}

// Contains reports whether an existing version is in the set.
func (m Match) Contains(version int64) bool { return m.Any || slices.Contains(m.Versions, version) }

// ParseIfMatch parses the If-Match field of an operation that requires it (RFC
// 9110, section 13.1.1): "*", or entity tags as ETag formats them. If the field
// is missing it returns a PreconditionRequired problem, because the client
// would overwrite a version that it has not seen. Weak, foreign and malformed
// tags are not errors: they match no version, and the PreconditionFailed that
// follows makes the client read the resource again.
func ParseIfMatch(field string) (Match, error) {
	if strings.TrimSpace(field) == "" {
		return Match{}, problem.New(problem.PreconditionRequired, "Send If-Match with the ETag of the version that you change.")
	}
	return parse(field), nil
}

// ParseOptionalIfMatch parses the If-Match field of an operation that does not
// require it. A nil field matches any version. An empty field is a client's
// mistake and matches no version, because it does not say "any".
func ParseOptionalIfMatch(field *string) Match {
	if field == nil {
		return Match{Any: true}
	}
	return parse(*field)
}

func parse(field string) Match {
	if strings.TrimSpace(field) == "*" {
		return Match{Any: true}
	}
	var m Match
	for _, tag := range fieldlist.Elements(field) {
		if v, ok := parseETag(tag); ok {
			m.Versions = append(m.Versions, v)
		}
	}
	return m
}

// ParseIfNoneMatch parses the If-None-Match field of an operation that may
// create a resource (RFC 9110, section 13.1.2). It reports whether the field is
// "*", which means that the resource must not exist yet. Entity tags, which
// have no use in a change, are an Invalid problem.
func ParseIfNoneMatch(field string) (mustNotExist bool, err error) {
	switch strings.TrimSpace(field) {
	case "":
		return false, nil
	case "*":
		return true, nil
	}
	p := problem.New(problem.Invalid, "To change a version that you have read, send If-Match.")
	p.Fields = []problem.Field{{In: "header", Name: IfNoneMatch, Message: "must be *"}}
	return false, p
}

// IfNoneMatchLists reports whether the If-None-Match field of a read lists the
// entity tag, by weak comparison, or is "*" (RFC 9110, section 13.1.2). The
// response is then 304.
func IfNoneMatchLists(field, etag string) bool {
	if strings.TrimSpace(field) == "*" {
		return true
	}
	for _, tag := range fieldlist.Elements(field) {
		if strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

// ETag formats a version as a strong entity tag, in quotes (RFC 9110, section 8.8.3).
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// parseETag parses the result of ETag. It accepts only the exact text that ETag returns.
func parseETag(tag string) (int64, bool) {
	n, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	return n, err == nil && tag == ETag(n)
}
