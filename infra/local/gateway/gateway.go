// Package gateway answers as one Region's API Gateway REST API does. It loads
// the very OpenAPI 3.0 document that is imported into AWS, extensions included,
// and serves it: route, Cognito authorizer, request validation, integration,
// gateway responses.
//
// It fails closed. A document that asks for anything this package cannot answer
// exactly is refused by [New], with the place and the reason of every finding,
// so that nothing works here and breaks in the cloud.
//
// Known differences from AWS, which no document can avoid:
//   - throttling and quotas live in a stage's settings, not in the document, and are not emulated;
//   - 1.0 satisfies "type": "integer" here, while JSON Schema draft 4 wants an integer literal;
//   - the keyword "format" is an annotation: a value's format is left to the Lambda;
//   - bodies are neither compressed nor decompressed: on AWS an API's setting compresses answers, and a request's
//     gzip or deflate is undone before the body is checked;
//   - header names reach the function as net/http spells them, unless the server
//     was given to [headercase.Keep];
//   - the text of $context.error.validationErrorString follows AWS's wording for
//     one violation, but not its order for several.
//
// Source of behaviour: the API Gateway developer guide, and the requests, events
// and responses recorded in testdata/recorded, which the tests replay. FACTS.md
// lists both with links. Where they are silent, a comment says what was chosen.
package gateway

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// Config is one API in one Region. Document, Region, AccountID, Stage,
// DomainName and Functions are needed; Pools must hold every user pool that the
// document names.
type Config struct {
	// Document is the deployable OpenAPI 3.0 document, JSON, at most 6 MB.
	Document []byte
	// Region resolves ${AWS::Region}, such as "eu-west-1".
	Region string
	// AccountID resolves ${AWS::AccountId}: 12 digits. ${AWS::Partition} is always aws.
	AccountID string
	// Stage is the stage's name, such as "v1". It is part of neither the URL nor
	// requestContext.path, as behind a custom domain whose mapping names the stage.
	Stage string
	// Variables are the stage variables; an integration URI refers to them as
	// ${stageVariables.name}.
	Variables map[string]string
	// DomainName is the custom domain that the event reports.
	DomainName string
	// Functions is the Region's Lambda service.
	Functions Functions
	// Pools says for each user pool ARN where its tokens come from.
	Pools map[string]Pool
	// Throttle limits the stage, as its settings do; nil does not.
	Throttle *Throttle
	// Firewall reports whether the web ACL in front blocks a request; nil blocks none.
	Firewall func(*http.Request) bool
	// Log receives one access record per request, which does not name the Region;
	// nil discards them.
	Log *slog.Logger
	// Now is the clock for token expiry and request times; nil is time.Now.
	Now func() time.Time
}

// Pool is where a user pool's tokens come from.
type Pool struct {
	// Issuer is the exact iss claim of the pool's tokens.
	Issuer string
	// JWKSURL answers with the pool's public keys (RFC 7517).
	JWKSURL string
}

// Functions invokes Lambda functions.
type Functions interface {
	// Invoke runs the function with the payload, synchronously, and returns the
	// payload of its answer. The name carries no alias. The trace header is
	// X-Ray's, such as "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1".
	// The payload is the callee's to keep.
	//
	// Invoke returns soon after ctx ends: ctx carries the integration's timeout.
	// It fails with an error that wraps ErrNoFunction, ErrFunctionFailed or
	// ErrThrottled, checked in this order; anything else counts as a network
	// failure between API Gateway and Lambda.
	Invoke(ctx context.Context, function string, payload []byte, traceHeader string) ([]byte, error)
}

var (
	// ErrNoFunction is a function that does not exist or may not be invoked: 500.
	ErrNoFunction = errors.New("no such function, or no permission to invoke it")
	// ErrFunctionFailed is a function that returned an error, crashed or ran
	// into its own time limit: 502.
	ErrFunctionFailed = errors.New("the function failed")
	// ErrThrottled is a function at its concurrency limit; API Gateway reports
	// it as 500, not as 429.
	ErrThrottled = errors.New("the function is throttled")
)

// Gateway is one REST API, deployed to one stage. It is an http.Handler and
// safe for concurrent use.
type Gateway struct {
	account, stage, domain string
	// apiID and deploymentID look like AWS's and are the same in every run.
	apiID, deploymentID string
	variables           map[string]string
	functions           Functions
	routes              *node
	operations          []*operation
	responses           map[string]*document.GatewayResponse
	binary              document.BinaryTypes
	log                 *slog.Logger
	now                 func() time.Time
	throttle            *rate.Limiter
	firewall            func(*http.Request) bool
}

// operation is one method of one resource, ready to be served.
type operation struct {
	*document.Operation
	resourceID string
	authorizer *authorizer // nil without authorization
	target     target
}

// target is the integration: what happens to a request that passed all checks.
type target interface {
	// serve answers, or says which gateway response the client gets instead.
	serve(ctx context.Context, g *Gateway, x *exchange) (*reply, *failure)
}

// Operation describes one method of the API.
type Operation struct {
	Method string
	// Path is the resource's path, such as "/accounts/{accountId}".
	Path string
	// Function is the Lambda function that serves it, without alias; empty for
	// a mock integration.
	Function string
}

// Operations lists what the API serves, sorted by path and method.
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

// New loads the document. The error joins everything that stands in the way, one
// line each: a JSON pointer into the document and the reason.
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
		account: cfg.AccountID, stage: cfg.Stage, domain: cfg.DomainName,
		apiID:        shortID(10, cfg.AccountID, cfg.Region, cfg.DomainName),
		deploymentID: shortID(6, string(cfg.Document)),
		variables:    maps.Clone(cfg.Variables),
		functions:    cfg.Functions,
		log:          cfg.Log,
		now:          cfg.Now,
		throttle:     cfg.Throttle.limiter(),
		firewall:     cfg.Firewall,
	}
	if len(g.variables) == 0 {
		g.variables = nil // the event says null, not {}
	}
	api, err := document.Load(document.Options{
		Data: cfg.Document, Region: cfg.Region, AccountID: cfg.AccountID, Variables: cfg.Variables,
		IsPool:            func(arn string) bool { _, ok := cfg.Pools[arn]; return ok },
		IsContextVariable: isContextVariable,
	})
	if err != nil {
		return nil, err
	}
	g.responses, g.binary = api.Responses, api.BinaryTypes
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
}

var _ http.Handler = (*Gateway)(nil)
