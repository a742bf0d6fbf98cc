// Package rest turns typed operations into Lambdas. An Operation is written
// once, as a Go value; the specification, the gateway's routes, the build, the
// permissions and the function's own checks are derived from it.
//
//	rest.Start(api.Get, h.get)
//
// binds a handler to its operation by type: a handler that disagrees with the
// contract does not compile.
package rest

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
)

// Operation is one route. In and Out are structs:
//
//   - In has fields tagged path, query or header with the parameter's name, at
//     most one field named Body (decoded from JSON), and at most one of type
//     claims.Caller, which is filled from the authorizer's claims.
//   - Out has fields tagged header, and at most one field named Body.
//
// Constraints are tags as in package schema. Path parameters and values
// without omitempty in a body are required; query and header parameters are
// optional unless tagged required:"true", and pointers tell absent from zero.
type Operation[In, Out any] struct {
	// ID is the operation's identifier, in lower camel case, unique in the system.
	ID string
	// Method is the HTTP method.
	Method string
	// Path is the route below the API's root, such as "/accounts/{accountId}".
	Path string
	// Public lets anybody call it, without a token.
	Public bool
	// Scopes are the OAuth scopes of which the caller's access token needs one.
	// Without scopes an operation that is not Public takes an ID token.
	Scopes []string
	// Status is the code of success; by default 200, or 204 when Out has no Body.
	// A PUT that takes If-None-Match answers 201 when it created what was not
	// there (see Description.Creates).
	Status int
	// Problems are the kinds that the handler can answer, besides those that
	// every operation of this shape has (see Description.Problems).
	Problems []problem.Kind
	// Uses are the rights that the handler needs: its IAM policy, and no more.
	Uses Uses
	// Memory of the function in MiB; by default 512.
	Memory int
	// Timeout of the function, in whole seconds from 1 s to 29 s; by default 3 s.
	Timeout time.Duration
	// Health marks the operation that latency routing asks whether the Region
	// serves this context: a GET without parameters, public.
	Health bool
	// Deprecated tells clients to move on.
	Deprecated bool
}

// Uses are an operation's rights.
type Uses []resource.Grant

// Handler carries out an operation. It answers a *problem.Error of a kind that
// the operation declares, or any other error, which becomes an opaque 500.
type Handler[In, Out any] func(ctx context.Context, in In) (Out, error)

const (
	defaultMemory  = 512
	defaultTimeout = 3 * time.Second
)

// Description is an operation without its type parameters, defaults filled in.
type Description struct {
	ID, Method, Path   string
	Public             bool
	Scopes             []string
	Status             int
	Declared           []problem.Kind
	Uses               Uses
	Memory             int
	Timeout            time.Duration
	Health, Deprecated bool
	// Input and Output are the struct types In and Out.
	Input, Output reflect.Type
}

// Described is any operation, whatever its types.
type Described interface{ Describe() Description }

// Describe gives the operation without its type parameters.
func (o *Operation[In, Out]) Describe() Description {
	d := Description{
		ID: o.ID, Method: o.Method, Path: o.Path, Public: o.Public, Scopes: o.Scopes, Status: o.Status,
		Declared: o.Problems, Uses: o.Uses, Memory: o.Memory, Timeout: o.Timeout,
		Health: o.Health, Deprecated: o.Deprecated,
		Input: reflect.TypeFor[In](), Output: reflect.TypeFor[Out](),
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

// MediaTypes are the types of body that the operation takes, the preferred one
// first: JSON, and for a PATCH a merge patch (RFC 7396).
func (d Description) MediaTypes() []string {
	if d.Method == http.MethodPatch {
		return []string{"application/merge-patch+json", "application/json"}
	}
	return []string{"application/json"}
}

// Creates reports whether the operation is a PUT that takes If-None-Match. With
// "*" it can only succeed by creating, and success is then 201 (RFC 9110,
// section 9.3.4).
func (d Description) Creates() bool {
	if d.Method != http.MethodPut {
		return false
	}
	params, _ := Parameters(d.Input)
	return slices.ContainsFunc(params, func(p Parameter) bool { return p.In == "header" && p.Name == ifNoneMatch })
}

// BodyField finds the field named Body of an input or output struct.
func BodyField(t reflect.Type) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	return t.FieldByName("Body")
}

// Service is a bounded context's contract: what api.Service holds.
type Service struct {
	// Name is the context's name and the first segment of all its paths.
	Name string
	// Title is the name for people.
	Title string
	// Owner is the team that answers for the context.
	Owner string
	// Version is the semantic version, without "v".
	Version string
	// Operations are pointers to all operations of the context.
	Operations []Described
	// Tables and Secrets are the context's own.
	Tables  []resource.Table
	Secrets []resource.Secret
	// Scopes are the OAuth scopes that the context defines, with a sentence each.
	Scopes map[string]string
}
