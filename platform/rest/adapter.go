package rest

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

	"go.opentelemetry.io/otel/attribute"

	"github.com/meridian-api/meridian/platform/metrics"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/tracing"
)

// Adapter serves one operation: proxy event in, proxy answer out. It is safe
// for concurrent use.
type Adapter struct {
	op           Description
	kinds        []problem.Kind
	creates      bool
	in           *binding
	out          *outputBinding
	surroundings Surroundings
	service      string
	warm         atomic.Bool // whether an invocation has been served
	handler      func(ctx context.Context, in reflect.Value) (reflect.Value, error)
}

// Surroundings are where an Adapter runs and what it reports to.
type Surroundings struct {
	// Environment is the deployment's name, such as "prod", as metrics tell it.
	Environment string
	// Region is told in X-Region, logs, traces and metrics.
	Region string
	// Log takes what goes wrong.
	Log *slog.Logger
	// Metrics takes one line in embedded metric format for each invocation.
	Metrics io.Writer
	Tracer  *tracing.Tracer
}

// NewAdapter compiles an operation with its handler. It fails when the
// operation's types are no contract.
func NewAdapter[In, Out any](op Operation[In, Out], h Handler[In, Out], s Surroundings) (*Adapter, error) {
	d := op.Describe()
	s.Log = s.Log.With("operation", d.ID)
	a := &Adapter{op: d, kinds: d.Problems(), creates: d.Creates(), surroundings: s}
	a.service, _, _ = strings.Cut(strings.TrimPrefix(d.Path, "/"), "/")
	var err error
	if a.in, err = bind(d.Input); err != nil {
		return nil, fmt.Errorf("operation %s: %w", d.ID, err)
	}
	if a.out, err = bindOutput(d.Output); err != nil {
		return nil, fmt.Errorf("operation %s: %w", d.ID, err)
	}
	a.handler = func(ctx context.Context, in reflect.Value) (reflect.Value, error) {
		out, err := h(ctx, *in.Addr().Interface().(*In))
		return reflect.ValueOf(&out).Elem(), err
	}
	return a, nil
}

// Invoke implements lambda.Handler. It never fails: whatever goes wrong is a
// problem document for the client and a line in the log. When it returns, the
// invocation's span has ended and its metrics are written: Lambda may freeze
// the process as soon as the answer is there.
func (a *Adapter) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	start, cold := time.Now(), !a.warm.Swap(true)
	header, _ := ctx.Value("x-amzn-trace-id").(string) // the key is aws-lambda-go's
	ctx, span := a.surroundings.Tracer.Start(metrics.WithUsage(ctx), header, a.op.ID,
		attribute.String("operation", a.op.ID), attribute.String("region", a.surroundings.Region), attribute.Bool("cold_start", cold))

	r, err := a.in.decode(event)
	if err != nil {
		r = &request{}
	} else if !a.serves(r) {
		err = fmt.Errorf("the gateway sent %s %s to the function of %s %s", r.method, r.resource, a.op.Method, a.op.Path)
	}
	r.traceID = tracing.Root(header)
	var ans *answer
	if err == nil {
		ans, err = a.serve(ctx, r)
	}
	slug := ""
	if err != nil {
		p := explain(err, a.kinds)
		slug = p.Kind.Slug
		a.report(ctx, r, p.Kind, err)
		ans = problemAnswer(p, r.requestID)
	}
	ans.set("X-Region", a.surroundings.Region)
	ans.set("Access-Control-Allow-Origin", AllowOrigin)
	ans.set("Access-Control-Expose-Headers", ExposeHeaders)
	ans.set("Cache-Control", a.cacheControl())
	if r.method == http.MethodHead {
		ans.body = nil // headers as of a GET, and no content (RFC 9110, section 9.3.2)
	}
	out := ans.encode()

	tracing.End(span, ans.status, err)
	metrics.Invocation{
		Environment: a.surroundings.Environment, Service: a.service, Operation: a.op.ID, Region: a.surroundings.Region,
		RequestID: r.requestID, TraceID: r.traceID, Caller: r.caller(),
		Status: ans.status, Problem: slug, ColdStart: cold, Start: start, Latency: time.Since(start),
	}.Write(ctx, a.surroundings.Metrics)
	return out, nil
}

// serves reports whether the request is one of the operation's. Every GET is
// also a HEAD.
func (a *Adapter) serves(r *request) bool {
	return r.resource == a.op.Path && (r.method == a.op.Method || r.method == http.MethodHead && a.op.Method == http.MethodGet)
}

// cacheControl keeps answers about a caller out of shared caches; one with an
// ETag may be kept by the client, which must ask again.
func (a *Adapter) cacheControl() string {
	if a.out.etag >= 0 && a.op.Method == http.MethodGet {
		return "private, no-cache"
	}
	return "no-store"
}

func (a *Adapter) report(ctx context.Context, r *request, k problem.Kind, err error) {
	level := slog.LevelInfo
	if k.Status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	a.surroundings.Log.Log(ctx, level, "request failed",
		"requestId", r.requestID, "traceId", r.traceID, "caller", r.caller(), "status", k.Status, "problem", k.Slug, "error", err.Error())
}

// serve runs the handler on the request's input. A panic is an error like any
// other: one request's bad luck must not cost the next one a cold start.
func (a *Adapter) serve(ctx context.Context, r *request) (ans *answer, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	in := reflect.New(a.op.Input).Elem()
	if err := a.input(in, r); err != nil {
		return nil, err
	}
	ctx, cancel := leaveTime(ctx)
	defer cancel()
	out, err := a.handler(ctx, in)
	if err != nil {
		return nil, err
	}
	return a.out.answer(a.status(r), out, r)
}

// status is the code of the request's success.
func (a *Adapter) status(r *request) int {
	if a.creates && strings.TrimSpace(r.ifNoneMatch) == "*" {
		return http.StatusCreated
	}
	return a.op.Status
}

// answerTime is kept of a function's time for its answer: a slow dependency
// then gives a 503 that tells so, and not the gateway's 502 or 504.
const answerTime = 200 * time.Millisecond

func leaveTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-answerTime))
}

// input fills the input struct, or answers all that is wrong with the request.
func (a *Adapter) input(in reflect.Value, r *request) error {
	if !a.op.Public {
		caller, err := r.claims.caller()
		if err != nil {
			return problem.Wrap(problem.Unauthenticated, err, "The token does not tell who calls.")
		}
		if a.in.caller != nil {
			in.FieldByIndex(a.in.caller).Set(reflect.ValueOf(caller))
		}
	}
	if err := unescapePath(r.path); err != nil {
		return problem.Wrap(problem.Invalid, err, "The path is not percent-encoded as it should be.")
	}
	var wrong []problem.Field
	wrong = setAll(wrong, in, a.in.path, r.path)
	wrong = setAll(wrong, in, a.in.query, r.query)
	wrong = setAll(wrong, in, a.in.header, r.header)
	if a.in.body != nil {
		faults, err := a.body(in.FieldByIndex(a.in.body), r)
		if err != nil {
			return err
		}
		wrong = append(wrong, faults...)
	}
	if wrong != nil {
		invalid := problem.New(problem.Invalid, "The request does not match the contract of %s.", a.op.ID)
		invalid.Fields = wrong
		return invalid
	}
	return nil
}

func setAll(wrong []problem.Field, in reflect.Value, params []Parameter, texts [][]string) []problem.Field {
	for i := range params {
		p := &params[i]
		switch {
		case texts[i] != nil:
			if message := p.set(in, texts[i]); message != "" {
				wrong = append(wrong, p.fault(message))
			}
		case p.Required:
			wrong = append(wrong, p.fault("is required"))
		}
	}
	return wrong
}

// body checks and decodes the body. The gateway validates a body only when its
// Content-Type has a model, so any other type is refused here; no Content-Type
// counts as JSON there and here.
func (a *Adapter) body(into reflect.Value, r *request) ([]problem.Field, error) {
	if r.body == nil {
		if a.in.bodyRequired {
			return []problem.Field{{In: "body", Name: "", Message: "is required"}}, nil
		}
		return nil, nil
	}
	if r.contentType != "" {
		types := a.op.MediaTypes()
		if mediaType, _, err := mime.ParseMediaType(r.contentType); err != nil || !slices.Contains(types, mediaType) {
			return nil, problem.New(problem.UnsupportedMediaType, "The body must be %s.", strings.Join(types, " or "))
		}
	}
	data, err := r.plainBody()
	if err != nil {
		return nil, problem.Wrap(problem.Invalid, err, "The body cannot be decoded.")
	}
	var wrong []problem.Field
	for _, f := range a.in.bodyNode.Validate(data) {
		wrong = append(wrong, problem.Field{In: "body", Name: f.Pointer, Message: f.Message})
	}
	if wrong == nil {
		if err := json.Unmarshal(data, into.Addr().Interface()); err != nil {
			return nil, problem.Wrap(problem.Invalid, err, "The body is not the JSON that it should be.")
		}
	}
	return wrong, nil
}
