// Package gateway emulates a REST API of API Gateway in one Region. It loads the
// OpenAPI 3.0 document that is imported into AWS, with its extensions, and serves it:
// routes, Cognito authorizers, request validation, integrations and gateway responses.
//
// It fails closed. [New] refuses a document that AWS would refuse, and a document with
// anything that this package cannot emulate exactly, so that nothing works here and
// fails on AWS. The error has the location and the reason of every problem.
//
// Known differences from AWS, whatever the document:
//   - throttling of single methods and quotas are settings of a stage, and are not emulated;
//   - 1.0 matches "type": "integer" here, while JSON Schema draft 4 requires an integer literal;
//   - the keyword "format" is an annotation: the function checks formats;
//   - header names reach the function as net/http spells them, unless the server is one
//     of package frontend;
//   - the rules of a web ACL are not emulated: Config.Firewall decides what is blocked;
//   - $context.error.validationErrorString has AWS's text for one violation, but
//     several violations can be in another order.
//
// Source of behaviour: the API Gateway developer guide, and the requests, events
// and responses recorded in testdata/recorded, which the tests replay. FACTS.md
// lists both with links. Where they are silent, a comment says what was chosen.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"github.com/meridian-api/meridian/infra/local/frontend"
	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// Config configures one API in one Region. Document, Region, AccountID, Stage,
// DomainName and Functions are required. Pools must contain every user pool that the
// document names.
type Config struct {
	// Document is the deployable OpenAPI 3.0 document, JSON, at most 6 MB.
	Document []byte
	// Parsed is Document after Parse, if several Regions share it. If it is nil, New parses
	// Document.
	Parsed *Document
	// Region replaces ${AWS::Region}, such as "eu-west-1".
	Region string
	// AccountID replaces ${AWS::AccountId}: 12 digits. ${AWS::Partition} is always aws.
	AccountID string
	// Stage is the stage's name, such as "v1". It is not part of the URL and of
	// requestContext.path, as with a custom domain that maps to the stage.
	Stage string
	// Variables are the stage variables; an integration URI refers to them as
	// ${stageVariables.name}.
	Variables map[string]string
	// DomainName is the custom domain that the event reports.
	DomainName string
	// Functions is the Region's Lambda service.
	Functions Functions
	// Pools are the known user pools by ARN.
	Pools map[string]Pool
	// Throttle limits the requests to the stage; nil is no limit.
	Throttle *Throttle
	// Firewall reports whether the web ACL blocks a request; nil blocks no request.
	Firewall func(*http.Request) bool
	// Log receives one access record per request, without the Region; nil discards
	// them.
	Log *slog.Logger
	// Observer sees the requests; nil costs nothing.
	Observer Observer
	// Now is the clock for token expiry and request times; nil is time.Now.
	Now func() time.Time
}

// Pool describes the tokens of a user pool.
type Pool struct {
	// Issuer is the exact iss claim of the pool's tokens.
	Issuer string
	// JWKSURL is the URL of the pool's public keys (RFC 7517).
	JWKSURL string
}

// Functions invokes Lambda functions.
type Functions interface {
	// Invoke runs the function synchronously, and returns its output. The name has no
	// alias. The trace header is X-Ray's, such as
	// "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1". The callee may keep the
	// payload.
	//
	// Invoke must return soon after ctx ends, which has the integration's timeout. An
	// error wraps ErrNoFunction, ErrFunctionFailed, ErrThrottled or ErrTooLarge, which
	// are checked in this order. Any other error counts as a network failure between API Gateway
	// and Lambda.
	Invoke(ctx context.Context, function string, payload []byte, traceHeader string) ([]byte, error)
}

// Request names the request for which a function is invoked.
type Request struct {
	Method string
	// Resource is the resource's path, such as "/accounts/{accountId}".
	Resource string
	// ID is the request ID in the event and in the response.
	ID string
}

type requestKey struct{}

// WithRequest returns a context for [Functions] with the request.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestOf returns the request for which a function is invoked with ctx. It reports false
// if it is not invoked for a request.
func RequestOf(ctx context.Context) (r Request, ok bool) {
	r, ok = ctx.Value(requestKey{}).(Request)
	return r, ok
}

var (
	// ErrNoFunction means that the function does not exist or may not be invoked: 500.
	ErrNoFunction = errors.New("no such function, or no permission to invoke it")
	// ErrFunctionFailed means that the function returned an error, crashed or exceeded
	// its own timeout: 502.
	ErrFunctionFailed = errors.New("the function failed")
	// ErrThrottled means that the function is at its concurrency limit: 500, not 429,
	// because API Gateway treats every refusal of the Lambda API as an internal error.
	// Source: "Handling errors with an API Gateway API",
	// https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html
	ErrThrottled = errors.New("the function is throttled")
	// ErrTooLarge means that the event is larger than Lambda accepts: 413.
	ErrTooLarge = errors.New("the event is too large")
)

// Gateway is one REST API, deployed to one stage. It is an http.Handler and
// safe for concurrent use.
type Gateway struct {
	account, stage, domain, region string
	// apiID and deploymentID have the form of AWS's IDs, and are equal in every run.
	apiID, deploymentID string
	lineage             string // 8 hexadecimal digits that name this API in traces
	variables           map[string]string
	functions           Functions
	routes              *node
	operations          []*operation
	responses           map[string]*document.GatewayResponse
	binary              document.BinaryTypes
	endpointDisabled    bool // the default one
	compressFrom        int  // bytes of a response; -1 never
	bodies              *frontend.Bodies
	log                 *slog.Logger
	observer            Observer
	forget              []*keySet // of all authorizers
	now                 func() time.Time
	throttle            *rate.Limiter
	throttled           error // says which limit a request exceeds
	firewall            func(*http.Request) bool
}

// operation is one method of one resource, ready to be served.
type operation struct {
	*document.Operation
	resourceID string
	authorizer *authorizer // nil without authorization
	target     target
}

// target is the integration that serves requests that passed all checks.
type target interface {
	// serve returns the response, or the failure that the client receives instead.
	serve(ctx context.Context, g *Gateway, x *exchange) (*response, *failure)
}

// Operation describes one method of the API.
type Operation struct {
	Method string
	// Path is the resource's path, such as "/accounts/{accountId}".
	Path string
	// Function is the Lambda function, without alias; empty for a mock integration.
	Function string
}

// Operations returns the operations of the API, sorted by path and method.
func (g *Gateway) Operations() []Operation {
	list := make([]Operation, len(g.operations))
	for i, op := range g.operations {
		list[i] = Operation{Method: op.Method, Path: op.Path}
		if f, ok := op.target.(*lambdaProxy); ok {
			list[i].Function = f.Name
		}
	}
	return list
}

// Document is a document that is parsed, and immutable: the Regions of a cloud share it.
type Document struct{ document *document.Document }

// Parse checks and parses a document. With checked, a Gateway of this program has served it
// before, and it is not checked again: with hundreds of operations that takes most of a start.
func Parse(data []byte, checked bool) (*Document, error) {
	parsed, err := document.Parse(data, checked)
	return &Document{parsed}, err
}

// New loads the document. The error joins everything that is wrong, one line each: a
// JSON pointer into the document and the reason.
func New(cfg Config) (*Gateway, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	g := &Gateway{
		account: cfg.AccountID, stage: cfg.Stage, domain: cfg.DomainName, region: cfg.Region,
		apiID:        shortID(10, cfg.AccountID, cfg.Region, cfg.DomainName),
		deploymentID: shortID(6, string(cfg.Document)),
		variables:    maps.Clone(cfg.Variables),
		functions:    cfg.Functions,
		bodies:       frontend.NewBodies(),
		log:          cfg.Log,
		observer:     cfg.Observer,
		now:          cfg.Now,
		throttle:     cfg.Throttle.limiter(),
		throttled:    cfg.Throttle.exceeded(),
		firewall:     cfg.Firewall,
	}
	g.lineage = fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(g.apiID)))
	if len(g.variables) == 0 {
		g.variables = nil // null in the event, not {}
	}
	parsed := cfg.Parsed
	if parsed == nil {
		var err error
		if parsed, err = Parse(cfg.Document, false); err != nil {
			return nil, err
		}
	}
	api, err := parsed.document.Load(document.Options{
		Region: cfg.Region, AccountID: cfg.AccountID, Variables: cfg.Variables,
		IsPool:            func(arn string) bool { _, ok := cfg.Pools[arn]; return ok },
		IsContextVariable: isContextVariable,
	})
	if err != nil {
		return nil, err
	}
	g.responses, g.binary, g.compressFrom = api.Responses, api.BinaryTypes, api.CompressFrom
	g.endpointDisabled = api.EndpointDisabled
	g.addOperations(api.Operations, cfg)
	return g, nil
}

// addOperations prepares operations for serving.
func (g *Gateway) addOperations(operations []*document.Operation, cfg Config) {
	authorizers := authorizers{cfg: cfg, keys: map[string]*keySet{}, all: map[*document.Authorizer]*authorizer{}}
	g.routes = &node{}
	for _, described := range operations {
		op := &operation{
			Operation: described, resourceID: shortID(6, g.apiID, described.Path),
			authorizer: authorizers.get(described.Authorizer),
		}
		switch integration := described.Integration.(type) {
		case *document.Function:
			op.target = (*lambdaProxy)(integration)
		case *document.Mock:
			op.target = (*mock)(integration)
		}
		g.operations = append(g.operations, op)
		g.routes.add(op)
	}
	g.forget = slices.Collect(maps.Values(authorizers.keys))
}

var _ http.Handler = (*Gateway)(nil)
