// Package deployable converts the public specification to the subset of OpenAPI
// that API Gateway imports, with its extensions: routes, integrations, validation,
// authorization, CORS and error responses, in one document.
//
// The document is the same for every Region and environment. The import resolves
// partition, Region and account. The environment's prefix of the functions' names
// is a stage variable. Only the API's name and the user pools are filled in at
// deployment (see Fill).
//
// The document has every setting of the API that an import overwrites: its name,
// description and compression, and the disabled default endpoint. API Gateway
// resets the settings that a document does not have, so that a setting with
// another owner would be lost with the next import.
//
// If API Gateway's subset cannot express a constraint of the contract, the
// document leaves it out. API Gateway must not refuse a request that the contract
// allows, and the function checks everything again. Result.Stripped lists what was
// left out.
package deployable

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/system"
)

// The placeholders are JSON strings in place of values that an environment decides.
// Terraform replaces them with
//
//	replace(file("deployable.json"), "\"PLACEHOLDER_USER_POOL_ARNS\"", jsonencode(local.user_pool_arns))
//
// and Go code with Fill. They do not contain "${", which API Gateway and Terraform
// would interpolate.
const (
	// PoolARNsPlaceholder stands for the list of user pool ARNs.
	PoolARNsPlaceholder = "PLACEHOLDER_USER_POOL_ARNS"
	// NamePlaceholder stands for the API's name, which an import takes from the title.
	NamePlaceholder = "PLACEHOLDER_API_NAME"
)

// Options are values that the contract does not state. Zero values stand for the
// defaults.
type Options struct {
	// System is the API's system, which the types of problems name; by default this program's.
	System system.System
	// Alias of the functions that the API calls; by default "live".
	Alias string
	// EnvironmentVariable is the stage variable with the prefix of the
	// functions' names; by default "environment".
	EnvironmentVariable string
	// PreflightSeconds is how long a browser may cache the response to a preflight;
	// by default 7200, Chromium's maximum.
	PreflightSeconds int
	// RetryAfterSeconds is how long a throttled client should wait; by default 1.
	RetryAfterSeconds int
	// CompressFromBytes is the size from which responses are compressed for clients
	// that accept it; by default 1400. A response that fits into one packet gains
	// nothing from compression.
	CompressFromBytes int
}

func (o Options) withDefaults() Options {
	o.System = cmp.Or(o.System, system.Current())
	o.Alias = cmp.Or(o.Alias, "live")
	o.EnvironmentVariable = cmp.Or(o.EnvironmentVariable, "environment")
	o.PreflightSeconds = cmp.Or(o.PreflightSeconds, 7200)
	o.RetryAfterSeconds = cmp.Or(o.RetryAfterSeconds, 1)
	o.CompressFromBytes = cmp.Or(o.CompressFromBytes, 1400)
	return o
}

// Result is the deployable document and a list of what it leaves out.
type Result struct {
	// Document is canonical JSON.
	Document []byte
	// Stripped is sorted by pointer.
	Stripped []Stripped
}

// Stripped is a part of the contract that the deployable document leaves out.
type Stripped struct {
	// Pointer is a JSON Pointer (RFC 6901) into the specification.
	Pointer string
	// Keyword is the member that was left out there.
	Keyword string
	// Why is the reason.
	Why string
}

// Error lists everything that prevents a specification from being deployed, sorted.
type Error struct{ Problems []string }

// Error returns one line for each problem.
func (e *Error) Error() string { return strings.Join(e.Problems, "\n") }

// From returns the deployable document for a specification and the manifests of
// the contexts in it. The references of the specification must be resolved.
//
// It returns an *Error that lists all problems: operations without a function,
// functions without an operation, operations without security, and everything that
// API Gateway cannot express at all.
func From(doc *openapi3.T, services []*manifest.Service, opts Options) (*Result, error) {
	b := &builder{
		doc: doc, opts: opts.withDefaults(), functions: indexFunctions(services),
		models: map[string]object{}, inline: map[string][]byte{}, expanded: map[string]object{},
	}
	out := b.document()
	b.checkFunctions()
	if len(b.problems) > 0 {
		slices.Sort(b.problems)
		return nil, &Error{Problems: slices.Compact(b.problems)}
	}
	data, err := canonical.JSON(out)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(b.stripped, func(x, y Stripped) int {
		return cmp.Or(strings.Compare(x.Pointer, y.Pointer), strings.Compare(x.Keyword, y.Keyword))
	})
	return &Result{Document: withDigest(data), Stripped: slices.Compact(b.stripped)}, nil
}

// Values replace the placeholders of a document.
type Values struct {
	// Name is the API's name.
	Name string
	// PoolARNs are the ARNs of the user pools, in any Region and account of the
	// document's partition.
	PoolARNs []string
}

// Fill returns a deployable document with an environment's values.
func Fill(document []byte, v Values) []byte {
	if v.PoolARNs == nil {
		v.PoolARNs = []string{}
	}
	document = fill(document, NamePlaceholder, v.Name)
	return fill(document, PoolARNsPlaceholder, v.PoolARNs)
}

func fill(document []byte, placeholder string, value any) []byte {
	data, err := json.Marshal(value)
	if err != nil { // texts always encode
		panic(err)
	}
	return bytes.ReplaceAll(document, []byte(`"`+placeholder+`"`), data)
}
