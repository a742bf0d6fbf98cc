// Package problem is the system's one vocabulary of errors. A domain or a store
// returns an *Error of some Kind; only the HTTP edge turns it into a problem
// document (RFC 9457). Any other error is Internal: the client sees nothing of
// it, and the log contains all of it.
package problem

import (
	"errors"
	"fmt"
	"strings"

	"github.com/meridian-api/meridian/platform/system"
)

// Kind is a class of failures that clients can distinguish.
type Kind struct {
	// Slug is the last part of the problem's type URI, such as "not-found".
	Slug string
	// Status is the HTTP status code, 400 to 599.
	Status int
	// Title is the human name, the same for every occurrence (RFC 9457, section 3.1.3).
	Title string
	// Doc explains to client developers when the problem occurs and what to do.
	Doc string
}

// URI returns the problem's type in this program's system (RFC 9457, section 3.1.1).
func (k Kind) URI() string { return system.Current().ProblemType(k.Slug) }

// Error is a failure of some Kind, with an explanation for the client.
type Error struct {
	Kind Kind
	// Detail explains this occurrence to the client. It must not contain secrets or internals.
	Detail string
	// Fields lists the invalid parts of the request, for Invalid.
	Fields []Field
	// RetryAfter, in whole seconds, is sent as Retry-After if it is above zero.
	RetryAfter int
	// Cause is written to the log only.
	Cause error
}

// Field is an invalid part of a request.
type Field struct {
	// Part of the request that has the error.
	In string `json:"in" enum:"path,query,header,body" example:"body"`
	// Name of the parameter, or a JSON Pointer (RFC 6901) into the body. Empty for the complete body.
	Name string `json:"name" example:"/email"`
	// Explanation of the error, for people: what would be accepted.
	Message string `json:"message" example:"must be a valid email"`
}

// New returns an error of kind k; detail and args are formatted as by fmt.Sprintf.
func New(k Kind, detail string, args ...any) *Error {
	return &Error{Kind: k, Detail: format(detail, args)}
}

// Wrap returns an error like New does, with a cause for the log.
func Wrap(k Kind, cause error, detail string, args ...any) *Error {
	return &Error{Kind: k, Detail: format(detail, args), Cause: cause}
}

// format formats a detail. Most are constants of a package that every cold start
// initializes, and need no formatting.
func format(detail string, args []any) string {
	if len(args) == 0 && !strings.Contains(detail, "%") {
		return detail
	}
	return fmt.Sprintf(detail, args...)
}

// Error returns the text for the log: kind, detail, fields and cause.
func (e *Error) Error() string {
	s := e.Kind.Slug
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	for _, f := range e.Fields {
		s += "; " + f.In + " " + f.Name + ": " + f.Message
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether err, or an error that it wraps, is of kind k.
func Is(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}
