package rest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/platform/problem"
)

// Match is the precondition of a change, from If-Match: which versions of the
// resource the client means. The zero Match is met by none.
type Match struct {
	// Any, from "*", is met by every version that exists.
	Any bool
	// Versions are those of the entity tags listed that ETag could have made.
	Versions []int64
}

// ParseIfMatch reads an operation's If-Match (RFC 9110, section 13.1.1): "*" or
// strong entity tags as ETag makes them. Without it the error is a
// PreconditionRequired problem: the client would overwrite what it has not
// seen. Weak, foreign and malformed tags are no error: no version meets them,
// and the client that sends one learns by a PreconditionFailed to read again.
func ParseIfMatch(field string) (Match, error) {
	if strings.TrimSpace(field) == "" {
		return Match{}, problem.New(problem.PreconditionRequired, "Send If-Match with the ETag of the version that you change.")
	}
	return matchOf(field), nil
}

// ParseOptionalIfMatch reads the If-Match of an operation that does without:
// without it, nil, any version is meant. An empty one is a client's mistake and
// is met by no version, since what it stands for was no "any".
func ParseOptionalIfMatch(field *string) Match {
	if field == nil {
		return Match{Any: true}
	}
	return matchOf(*field)
}

func matchOf(field string) Match {
	if strings.TrimSpace(field) == "*" {
		return Match{Any: true}
	}
	var m Match
	// A foreign tag may hold a comma, but no quote: none of its pieces is a tag of ours.
	for tag := range strings.SplitSeq(field, ",") {
		if v, ok := version(strings.TrimSpace(tag)); ok {
			m.Versions = append(m.Versions, v)
		}
	}
	return m
}

// Met reports whether the version, one that exists, meets the precondition.
func (m Match) Met(version int64) bool { return m.Any || slices.Contains(m.Versions, version) }

// ifNoneMatch is the header of the precondition that there is no such version.
const ifNoneMatch = "If-None-Match"

// ParseIfNoneMatch reads the If-None-Match of an operation that may create a
// resource (RFC 9110, section 13.1.2) and reports whether there must be none
// yet, which is "*". Without it there is no such precondition. Entity tags,
// which a change has no use for, are an Invalid problem.
func ParseIfNoneMatch(field string) (absent bool, err error) {
	switch strings.TrimSpace(field) {
	case "":
		return false, nil
	case "*":
		return true, nil
	}
	p := problem.New(problem.Invalid, "To change a version that you have read, send If-Match.")
	p.Fields = []problem.Field{{In: "header", Name: ifNoneMatch, Message: "must be *"}}
	return false, p
}

// version undoes ETag; only the very text that it makes is taken.
func version(tag string) (int64, bool) {
	n, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	return n, err == nil && tag == ETag(n)
}
