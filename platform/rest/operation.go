// Package rest describes operations as Go values. An Operation is written once;
// the specification, the gateway's routes, the build list, the permissions and
// the checks of each request are derived from it.
//
// The package has no runtime: package adapter serves an operation in a Lambda,
// and module contract generates the specification.
package rest

import (
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
)

// Operation is one route. In and Out are structs:
//
//   - In has fields tagged path, query or header with the parameter's name, at
//     most one field named Body (decoded from JSON), and at most one field of
//     type claims.Caller, which is filled from the authorizer's claims.
//   - Out has fields tagged header, and at most one field named Body.
//
// Constraints are tags, as package schema describes them. Path parameters are
// required, and so are members of a body without omitempty. Query and header
// parameters are optional unless tagged required:"true"; a pointer
// distinguishes an absent value from zero.
type Operation[In, Out any] struct {
	// ID identifies the operation in the system, in lower camel case.
	ID string
	// Method is the HTTP method.
	Method string
	// Path is the route below the API's root, such as "/accounts/{accountId}".
	Path string
	// Public operations need no token.
	Public bool
	// Scopes are OAuth scopes; the caller's access token must have one of them.
	// An operation that has no scopes and is not Public takes an ID token.
	Scopes []string
	// Status is the status of a success. The default is 200, or 204 if Out has no
	// Body. A PUT with If-None-Match responds with 201 if it has created the
	// resource (see Description.Creates).
	Status int
	// Problems are the kinds of problem that the handler can return. Every operation
	// has more kinds, according to its shape (see Description.Problems).
	Problems []problem.Kind
	// Uses are the rights that the handler needs. The function's IAM policy
	// grants these rights and no others.
	Uses Uses
	// Memory of the function in MiB. The default is 512.
	Memory int
	// Timeout of the function, in whole seconds from 1 s to 29 s. The default is 3 s.
	Timeout time.Duration
	// Health marks the operation that latency routing calls to check whether the
	// Region serves this context. It must be a public GET without parameters.
	Health bool
	// Deprecated announces that the operation ends, in the form of Deprecation. Fields of
	// inputs, outputs and bodies have the struct tag deprecated, and so has the blank field
	// of a struct that ends. A union has the method Deprecate.
	Deprecated string
}

// Uses are an operation's rights on tables and secrets.
type Uses []resource.Grant

const (
	defaultMemory  = 512
	defaultTimeout = 3 * time.Second
)

// Description is an Operation without its type parameters and with its defaults
// filled in.
type Description struct {
	ID, Method, Path string
	Public           bool
	Scopes           []string
	Status           int
	Declared         []problem.Kind
	Uses             Uses
	Memory           int
	Timeout          time.Duration
	Health           bool
	Deprecated       string
	// Input and Output are the struct types In and Out.
	Input, Output reflect.Type
}

// Described is a pointer to an Operation of any types.
type Described interface{ Describe() Description }

// Describe returns the operation's Description.
func (o *Operation[In, Out]) Describe() Description {
	d := Description{
		ID: o.ID, Method: o.Method, Path: o.Path, Public: o.Public, Scopes: o.Scopes, Status: o.Status,
		Declared: o.Problems, Uses: o.Uses, Memory: o.Memory, Timeout: o.Timeout,
		Health: o.Health, Deprecated: o.Deprecated,
		Input: reflect.TypeFor[In](), Output: reflect.TypeFor[Out](),
	}
	if d.Keyed() {
		records := IdempotencyTable(d.Service())
		d.Uses = append(d.Uses[:len(d.Uses):len(d.Uses)], records.Query(""), records.Put())
		d.Declared = append(d.Declared[:len(d.Declared):len(d.Declared)], problem.Unprocessable)
	}
	if d.Paged() {
		d.Uses = append(d.Uses[:len(d.Uses):len(d.Uses)], CursorKey(d.Service()).Read())
	}
	if d.Memory == 0 {
		d.Memory = defaultMemory
	}
	if d.Timeout == 0 {
		d.Timeout = defaultTimeout
	}
	if d.Status == 0 {
		d.Status = http.StatusNoContent
		if _, ok := BodyField(d.Output); ok {
			d.Status = http.StatusOK
		}
	}
	return d
}

// MediaTypes returns the media types of the operation's request body, the
// preferred one first: JSON, and for a PATCH a merge patch (RFC 7396).
func (d Description) MediaTypes() []string {
	if d.Method == http.MethodPatch {
		return []string{"application/merge-patch+json", "application/json"}
	}
	return []string{"application/json"}
}

// Creates reports whether the operation is a PUT with If-None-Match. With
// If-None-Match: * it can only succeed by creating the resource, and the status
// is then 201 (RFC 9110, section 9.3.4).
func (d Description) Creates() bool {
	if d.Method != http.MethodPut {
		return false
	}
	params, _ := Parameters(d.Input)
	return slices.ContainsFunc(params, func(p Parameter) bool { return p.In == "header" && p.Name == precondition.IfNoneMatch })
}

// BodyField returns the field named Body of an input or output struct.
func BodyField(t reflect.Type) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	return t.FieldByName("Body")
}

// Service is the contract of a bounded context.
type Service struct {
	// Name is the context's name and the first segment of all its paths.
	Name string
	// Title is the context's name for people.
	Title string
	// Owner is the team that is responsible for the context.
	Owner string
	// Version is the semantic version, without "v".
	Version string
	// Operations are pointers to all operations of the context.
	Operations []Described
	// Tables and Secrets are those that belong to the context.
	Tables  []resource.Table
	Secrets []resource.Secret
	// Scopes maps each OAuth scope that the context defines to its description.
	Scopes map[string]string
}
