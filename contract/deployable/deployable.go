// Package deployable writes the public specification in the subset of OpenAPI
// that API Gateway imports, with its extensions: routes, integrations,
// validation, authorization, CORS and error answers, in one file.
//
// The file is the same for every Region and environment. API Gateway itself
// puts in partition, Region and account when it imports; the environment's
// prefix of the functions' names is a stage variable; the user pools are the
// one value that is filled in at deployment (see Fill).
//
// Where API Gateway's subset cannot say what the contract says, the file says
// less, never something else: the gateway must not refuse what the contract
// allows, and the function checks everything again. All that is left out is
// listed in Result.Stripped.
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
)

// PoolARNsPlaceholder stands, as a JSON string, where the list of user pool
// ARNs belongs. Terraform fills it in with
//
//	replace(file("deployable.json"), "\"MERIDIAN_USER_POOL_ARNS\"", jsonencode(local.user_pool_arns))
//
// and Go code with Fill. It holds no "${", which would be API Gateway's or
// Terraform's own.
const PoolARNsPlaceholder = "MERIDIAN_USER_POOL_ARNS"

// Options are the choices that the contract leaves open. Zero values are the defaults.
type Options struct {
	// Alias of the functions that the API calls; by default "live".
	Alias string
	// EnvironmentVariable is the stage variable with the prefix of the
	// functions' names; by default "environment".
	EnvironmentVariable string
	// PreflightSeconds is how long a browser may remember what CORS allows; by
	// default 7200, the most that Chromium heeds.
	PreflightSeconds int
	// RetryAfterSeconds is what a throttled client is told to wait; by default 1.
	RetryAfterSeconds int
}

func (o Options) withDefaults() Options {
	o.Alias = cmp.Or(o.Alias, "live")
	o.EnvironmentVariable = cmp.Or(o.EnvironmentVariable, "environment")
	o.PreflightSeconds = cmp.Or(o.PreflightSeconds, 7200)
	o.RetryAfterSeconds = cmp.Or(o.RetryAfterSeconds, 1)
	return o
}

// Result is the deployable document and what it does not say.
type Result struct {
	// Document is canonical JSON.
	Document []byte
	// Stripped lists what was left out, sorted by place.
	Stripped []Stripped
}

// Stripped is something of the contract that the deployable document does not have.
type Stripped struct {
	// Place is a JSON Pointer (RFC 6901) into the specification.
	Place string
	// Keyword is what was left out there.
	Keyword string
	// Why says what API Gateway would have done with it.
	Why string
}

// Error lists everything that keeps a specification from being deployed, sorted.
type Error struct{ Problems []string }

// Error is one line for each problem.
func (e *Error) Error() string { return strings.Join(e.Problems, "\n") }

// From makes the deployable document of a specification, whose references must
// be resolved, and the manifests of the contexts that it was merged from.
//
// It fails with an *Error that lists all problems: an operation without a
// function, a function without an operation, an operation that does not say who
// may call it, and what API Gateway cannot be told at all.
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
		return cmp.Or(strings.Compare(x.Place, y.Place), strings.Compare(x.Keyword, y.Keyword))
	})
	return &Result{Document: data, Stripped: slices.Compact(b.stripped)}, nil
}

// Fill puts the ARNs of the user pools into a deployable document. Pools of any
// Region and account will do, of another partition not.
func Fill(document []byte, poolARNs []string) []byte {
	if poolARNs == nil {
		poolARNs = []string{}
	}
	list, err := json.Marshal(poolARNs)
	if err != nil { // strings only: it cannot fail
		panic(err)
	}
	return bytes.ReplaceAll(document, []byte(`"`+PoolARNsPlaceholder+`"`), list)
}
