package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/meridian-api/meridian/infra/local/frontend"
	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// response is a response to the client.
type response struct {
	status int
	// header has names as they are sent, not as net/http spells them.
	header http.Header
	body   []byte
	// refusal replaces the other fields if the HTTP front end responds.
	refusal *frontend.Refusal
}

// ServeHTTP responds to a request as API Gateway does. It writes nothing if the client
// has disconnected.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	x := g.newExchange(w, r)
	defer x.done()
	recorded := x.observe()
	res, f := g.respond(x)
	if f != nil {
		x.cause = f.cause
		res = g.failureResponse(x, f)
	}
	// net/http also ends the context when the body does not arrive.
	if r.Context().Err() != nil && res.refusal == nil {
		res = &response{}
	} else {
		g.write(w, x, res)
	}
	took := time.Since(start)
	if recorded || res.status >= http.StatusInternalServerError {
		g.record(x, res, f, took)
	}
	x.ended(res, took)
}

// respond runs the checks and the integration in AWS's order.
func (g *Gateway) respond(x *exchange) (*response, *failure) {
	if g.endpointDisabled && g.isDefaultEndpoint(x.r.Host) {
		return nil, &failure{builtin: endpointDisabled}
	}
	if g.firewall != nil && g.firewall(x.r) {
		return nil, &failure{builtin: filtered}
	}
	if f := x.admit(); f != nil {
		return nil, f
	}
	x.operation = g.routes.match(x.r.Method, split(x.path), &x.parameters)
	if x.operation == nil {
		return nil, x.unknownOperation()
	}
	if !allows(g.throttle, g.now()) {
		return nil, &failure{builtin: throttled, cause: g.throttled}
	}
	end := x.step("authorizer")
	f := x.operation.authorize(x)
	end()
	if f != nil {
		return nil, f
	}
	end = x.step("validation")
	f = x.validate()
	end()
	if f != nil {
		return nil, f
	}
	return x.operation.target.serve(x.r.Context(), g, x)
}

// validate reads and checks the parameters and the body.
func (x *exchange) validate() *failure {
	x.query = parseQuery(x.r.URL.RawQuery)
	if f := x.operation.checkParameters(x); f != nil {
		return f
	}
	if f := x.readBody(); f != nil {
		return f
	}
	return x.operation.checkBody(x.r.Header.Get("Content-Type"), x.body)
}

// done frees what the request holds.
func (x *exchange) done() {
	if x.release != nil {
		x.release()
	}
}

func (g *Gateway) write(w http.ResponseWriter, x *exchange, r *response) {
	if r.refusal != nil {
		r.refusal.Write(w)
		return
	}
	header := w.Header()
	maps.Copy(header, r.header)
	if _, ok := header["Content-Type"]; !ok { // otherwise net/http would add one of its own
		header["Content-Type"] = nil
	}
	set(header, requestIDHeader, x.requestID)
	set(header, extendedIDHeader, x.extendedID)
	hasBody := r.status != http.StatusNoContent && r.status != http.StatusNotModified
	if hasBody {
		header["Content-Length"] = []string{strconv.Itoa(len(r.body))}
	}
	w.WriteHeader(r.status)
	if hasBody && len(r.body) > 0 {
		_, _ = w.Write(r.body) // fails if the client has disconnected
	}
}

// The headers of API Gateway in its own spelling, which testdata/recorded/responses has.
// net/http sends them like this over HTTP/1.1, and in lower case over HTTP/2.
const (
	requestIDHeader  = "x-amzn-RequestId"
	extendedIDHeader = "x-amz-apigw-id"
	errorTypeHeader  = "x-amzn-ErrorType"
	traceHeader      = "X-Amzn-Trace-Id"
)

// lambdaProxy is an aws_proxy integration with a Lambda function.
type lambdaProxy document.Function

func (p *lambdaProxy) serve(ctx context.Context, g *Gateway, x *exchange) (*response, *failure) {
	payload := x.event()
	ctx, cancel := context.WithTimeout(WithRequest(ctx, Request{x.r.Method, x.operation.Path, x.requestID}), p.Timeout)
	defer cancel()
	if x.observed {
		x.payload = payload
	}
	end := x.step("function")
	start := time.Now()
	output, err := g.functions.Invoke(ctx, p.Name, payload, x.trace.context)
	x.integrated = time.Since(start)
	end()
	if err != nil {
		return nil, invocationFailure(ctx, err)
	}
	returned, err := parseFunctionResponse(output)
	if err != nil {
		return nil, &failure{builtin: badGateway, cause: fmt.Errorf("malformed Lambda proxy response: %w", err)}
	}
	res, f := returned.response(x)
	if f == nil {
		g.compress(x, res)
	}
	return res, f
}

// invocationFailures are the gateway responses for the errors of Invoke.
var invocationFailures = []struct {
	err error
	builtin
}{
	{ErrNoFunction, configurationError},
	{ErrFunctionFailed, badGateway},
	{ErrThrottled, internalError},
	{ErrTooLarge, eventTooLarge},
}

// invocationFailure returns the failure for Invoke's error. The timeout comes first,
// because other errors may be its consequence.
func invocationFailure(ctx context.Context, err error) *failure {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		return &failure{builtin: timedOut, cause: err}
	}
	for _, known := range invocationFailures {
		if errors.Is(err, known.err) {
			return &failure{builtin: known.builtin, cause: err}
		}
	}
	return &failure{builtin: unreachable, cause: err}
}

// mock responds to a CORS preflight.
type mock document.Mock

// serve responds if the request template for JSON applies. Otherwise API Gateway takes
// the status from the body, which preflights do not have.
func (m *mock) serve(_ context.Context, _ *Gateway, x *exchange) (*response, *failure) {
	if document.MediaType(x.r.Header.Get("Content-Type")) == document.JSONType {
		return &response{status: m.Status, header: m.Header}, nil
	}
	if m.Strict {
		return nil, &failure{builtin: unsupportedMedia}
	}
	return nil, &failure{builtin: configurationError, cause: errors.New("the mock has no template for the content type")}
}

// record writes the access log.
func (g *Gateway) record(x *exchange, r *response, f *failure, took time.Duration) {
	ctx := x.r.Context()
	level := slog.LevelInfo
	if r.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if !g.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("requestId", x.requestID),
		slog.String("ip", x.sourceIP),
		slog.String("httpMethod", x.r.Method),
		slog.String("path", x.path),
		slog.String("resourcePath", x.operation.resource()),
		slog.Int("status", r.status),
		slog.Int("responseLength", len(r.body)),
		slog.Float64("responseLatency", milliseconds(took)),
		slog.Float64("integrationLatency", milliseconds(x.integrated)),
		slog.String("userAgent", x.r.UserAgent()),
		slog.String("traceId", x.trace.context),
	}
	if x.operation != nil {
		if p, ok := x.operation.target.(*lambdaProxy); ok {
			attrs = append(attrs, slog.String("function", p.Name))
		}
	}
	if f != nil {
		attrs = append(attrs, slog.String("responseType", f.kind))
	}
	if x.cause != nil {
		attrs = append(attrs, slog.String("error", x.cause.Error()))
	}
	g.log.LogAttrs(ctx, level, "request", attrs...)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
