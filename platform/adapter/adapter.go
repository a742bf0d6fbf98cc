// Package adapter runs one operation as an AWS Lambda function behind API
// Gateway. It decodes the proxy event into the operation's input, checks it
// against the contract, calls the handler, and encodes the output or the
// problem as the proxy response.
//
//	adapter.Start(api.Get, h.get)
//
// The type parameters bind the handler to its operation: a handler whose input
// or output differs from the contract does not compile.
package adapter

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/platform/metrics"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/tracing"
)

// Handler implements an operation. If it returns a *problem.Error of a kind
// that the operation declares, the client receives that problem. Any other
// error becomes an opaque 500.
type Handler[In, Out any] func(ctx context.Context, in In) (Out, error)

// Config describes where an Adapter runs and where it reports to.
type Config struct {
	// Environment is the deployment's name in metrics, such as "prod".
	Environment string
	// Region is reported in the X-Region header, logs, traces and metrics.
	Region string
	// Log receives one record for each request that fails.
	Log *slog.Logger
	// Metrics receives one line in embedded metric format for each invocation.
	Metrics io.Writer
	Tracer  *tracing.Tracer
}

// Adapter serves one operation. It is safe for concurrent use.
type Adapter struct {
	op      rest.Description
	kinds   []problem.Kind
	creates bool
	in      *inputBinding
	out     *outputBinding
	config  Config
	service string
	warm    atomic.Bool // set by the first invocation
	handler func(ctx context.Context, in reflect.Value) (reflect.Value, error)
	// expose is the value of Access-Control-Expose-Headers.
	expose string
	// deprecation and sunset are headers of a deprecated operation, otherwise empty.
	deprecation, sunset string
}

// New compiles an operation and its handler into an Adapter. It returns an
// error if the operation's input or output type cannot be a contract.
func New[In, Out any](op rest.Operation[In, Out], h Handler[In, Out], c Config) (*Adapter, error) {
	d := op.Describe()
	c.Log = c.Log.With("operation", d.ID)
	a := &Adapter{op: d, kinds: d.Problems(), creates: d.Creates(), config: c, service: d.Service()}
	var err error
	if d.Deprecated != "" {
		announced, err := rest.ParseDeprecation(d.Deprecated)
		if err != nil {
			return nil, fmt.Errorf("operation %s: %w", d.ID, err)
		}
		a.deprecation, a.sunset = announced.Headers()
	}
	if a.in, err = bindInput(d.Input); err != nil {
		return nil, fmt.Errorf("operation %s: %w", d.ID, err)
	}
	if a.out, err = bindOutput(d.Output); err != nil {
		return nil, fmt.Errorf("operation %s: %w", d.ID, err)
	}
	a.expose = exposed(a.out.header)
	a.handler = func(ctx context.Context, in reflect.Value) (reflect.Value, error) {
		out, err := h(ctx, *in.Addr().Interface().(*In))
		return reflect.ValueOf(&out).Elem(), err
	}
	return a, nil
}

// Invoke implements lambda.Handler. Its error is always nil: a failure is a
// problem document for the client and a record in the log. The invocation's
// span has ended and its metrics are written when Invoke returns, because
// Lambda may freeze the process as soon as it has the response.
func (a *Adapter) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	start, cold := time.Now(), !a.warm.Swap(true)
	header, _ := ctx.Value("x-amzn-trace-id").(string) // aws-lambda-go sets this key
	ctx, span := a.config.Tracer.Start(metrics.WithUsage(ctx), header, a.op.ID)
	span.Annotate("operation", a.op.ID)
	span.Annotate("region", a.config.Region)
	span.Annotate("cold_start", cold)

	req, err := a.in.decode(event)
	if err != nil {
		req = &request{}
	} else if !a.serves(req) {
		err = fmt.Errorf("API Gateway sent %s %s to the function of %s %s", req.method, req.resource, a.op.Method, a.op.Path)
	}
	req.traceID = tracing.ParseHeader(header).Root
	var resp *response
	if err == nil {
		resp, err = a.serve(ctx, req)
	}
	slug := ""
	if err != nil {
		p, logged := asProblem(err, a.kinds)
		slug = p.Kind.Slug
		a.logFailure(ctx, req, p.Kind, logged)
		resp = problemResponse(p, req.requestID)
	}
	resp.set("X-Region", a.config.Region)
	resp.set("Access-Control-Allow-Origin", rest.AllowOrigin)
	resp.set("Access-Control-Expose-Headers", a.expose)
	resp.set("Cache-Control", a.cacheControl())
	if a.deprecation != "" {
		resp.set(rest.DeprecationHeader, a.deprecation)
		resp.set(rest.SunsetHeader, a.sunset)
	}
	if req.method == http.MethodHead {
		resp.body = nil // the headers of a GET without its content (RFC 9110, section 9.3.2)
	}
	out := resp.encode()

	span.EndResponse(resp.status, err)
	metrics.Invocation{
		Environment: a.config.Environment, Service: a.service, Operation: a.op.ID, Region: a.config.Region,
		RequestID: req.requestID, TraceID: req.traceID, Caller: req.hashedCaller(),
		Status: resp.status, Problem: slug, ColdStart: cold, Start: start, Latency: time.Since(start),
	}.Write(ctx, a.config.Metrics)
	return out, nil
}

// serves reports whether the request is for this operation. An operation with
// the method GET also serves HEAD.
func (a *Adapter) serves(r *request) bool {
	return r.resource == a.op.Path && (r.method == a.op.Method || r.method == http.MethodHead && a.op.Method == http.MethodGet)
}

// cacheControl keeps responses about a caller out of shared caches. A client
// may store a response that has an ETag, but must revalidate it.
func (a *Adapter) cacheControl() string {
	if a.out.etag >= 0 && a.op.Method == http.MethodGet {
		return "private, no-cache"
	}
	return "no-store"
}

func (a *Adapter) logFailure(ctx context.Context, r *request, k problem.Kind, err error) {
	level := slog.LevelInfo
	if k.Status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	a.config.Log.Log(ctx, level, "request failed",
		"requestId", r.requestID, "traceId", r.traceID, "caller", r.hashedCaller(), "status", k.Status, "problem", k.Slug, "error", err.Error())
}

// serve calls the handler with the request's input. It recovers from a panic
// and returns it as an error, because a crash would cost the next request a
// cold start.
func (a *Adapter) serve(ctx context.Context, r *request) (resp *response, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	in := reflect.New(a.op.Input).Elem()
	if err := a.input(in, r); err != nil {
		return nil, err
	}
	ctx, cancel := reserveResponseTime(ctx)
	defer cancel()
	out, err := a.handler(ctx, in)
	if err != nil {
		return nil, err
	}
	return a.out.response(a.successStatus(r), out, r)
}

// successStatus returns the operation's status, or 201 if the request has
// If-None-Match: * and could succeed only by creating the resource.
func (a *Adapter) successStatus(r *request) int {
	if a.creates && strings.TrimSpace(r.ifNoneMatch) == "*" {
		return http.StatusCreated
	}
	return a.op.Status
}

// responseTime is the part of a function's timeout that the handler may not
// use. With it, a slow dependency results in a 503 problem from the function
// instead of a 502 or 504 from API Gateway.
const responseTime = 200 * time.Millisecond

func reserveResponseTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-responseTime))
}

// input fills the input struct from the request. Its Invalid problem lists all
// wrong parts of the request.
func (a *Adapter) input(in reflect.Value, r *request) error {
	if !a.op.Public {
		caller, err := r.claims.caller()
		if err != nil {
			return problem.Wrap(problem.Unauthenticated, err, "The token does not identify the caller.")
		}
		if a.in.caller != nil {
			in.FieldByIndex(a.in.caller).Set(reflect.ValueOf(caller))
		}
	}
	if err := unescapePath(r.path); err != nil {
		return problem.Wrap(problem.Invalid, err, "The path has an invalid percent-encoding.")
	}
	var wrong []problem.Field
	wrong = setAll(wrong, in, a.in.path, r.path)
	wrong = setAll(wrong, in, a.in.query, r.query)
	wrong = setAll(wrong, in, a.in.header, r.header)
	if a.in.body != nil {
		fields, err := a.body(in.FieldByIndex(a.in.body), r)
		if err != nil {
			return err
		}
		wrong = append(wrong, fields...)
	}
	if wrong != nil {
		invalid := problem.New(problem.Invalid, "The request does not match the contract of %s.", a.op.ID)
		invalid.Fields = wrong
		return invalid
	}
	return nil
}

// body checks and decodes the request's body. API Gateway validates a body only
// if it has a model for the Content-Type, so body refuses every other type. A
// missing Content-Type counts as JSON, as it does for API Gateway.
func (a *Adapter) body(into reflect.Value, r *request) ([]problem.Field, error) {
	if r.body == nil {
		if a.in.bodyRequired {
			return []problem.Field{{In: "body", Name: "", Message: "is required"}}, nil
		}
		return nil, nil
	}
	if types := a.op.MediaTypes(); r.contentType != "" && !isMediaType(r.contentType, types) {
		return nil, problem.New(problem.UnsupportedMediaType, "The body must be %s in UTF-8.", strings.Join(types, " or "))
	}
	data, err := r.plainBody()
	if err != nil {
		return nil, problem.Wrap(problem.Invalid, err, "The body is not valid base64.")
	}
	var wrong []problem.Field
	data, errs := a.in.bodyNode.Validate(data)
	for _, f := range errs {
		wrong = append(wrong, problem.Field{In: "body", Name: f.Pointer, Message: f.Message})
	}
	if wrong == nil {
		if err := json.Unmarshal(data, into.Addr().Interface()); err != nil {
			return nil, problem.Wrap(problem.Invalid, err, "The body cannot be decoded as JSON of the expected type.")
		}
	}
	return wrong, nil
}

// isMediaType reports whether a Content-Type is one of the types, with no charset or
// with UTF-8: JSON has no other (RFC 8259, section 8.1).
func isMediaType(contentType string, types []string) bool {
	mediaType, parameters, err := mime.ParseMediaType(contentType)
	charset := parameters["charset"]
	return err == nil && slices.Contains(types, mediaType) && (charset == "" || strings.EqualFold(charset, "utf-8"))
}
