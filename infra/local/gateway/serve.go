package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// response is a response to the client.
type response struct {
	status int
	header http.Header
	body   []byte
}

// ServeHTTP responds to a request as API Gateway does. It writes nothing if the client
// has disconnected.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	x := g.newExchange(r)
	res, f := g.respond(x)
	if f != nil {
		x.cause = f.cause
		res = g.failureResponse(x, f)
	}
	if r.Context().Err() != nil {
		res = &response{}
	} else {
		g.write(w, x, res)
	}
	g.record(x, res, f, time.Since(start))
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
		return nil, &failure{builtin: missingToken}
	}
	if !allows(g.throttle, g.now()) {
		return nil, &failure{builtin: throttled}
	}
	if f := x.operation.authorize(x); f != nil {
		return nil, f
	}
	x.query = parseQuery(x.r.URL.RawQuery)
	if f := x.operation.checkParameters(x); f != nil {
		return nil, f
	}
	if f := x.readBody(); f != nil {
		return nil, f
	}
	if f := x.operation.checkBody(x.r.Header.Get("Content-Type"), x.body); f != nil {
		return nil, f
	}
	return x.operation.target.serve(x.r.Context(), g, x)
}

func (g *Gateway) write(w http.ResponseWriter, x *exchange, r *response) {
	header := w.Header()
	maps.Copy(header, r.header)
	header.Set("X-Amzn-Requestid", x.requestID)
	header.Set("X-Amz-Apigw-Id", x.extendedID)
	w.WriteHeader(r.status)
	if len(r.body) > 0 && r.status != http.StatusNoContent && r.status != http.StatusNotModified {
		_, _ = w.Write(r.body) // fails if the client has disconnected
	}
}

// lambdaProxy is an aws_proxy integration with a Lambda function.
type lambdaProxy document.Function

func (p *lambdaProxy) serve(ctx context.Context, g *Gateway, x *exchange) (*response, *failure) {
	payload, err := x.event()
	if err != nil {
		return nil, &failure{builtin: internalError, cause: fmt.Errorf("encode the event: %w", err)}
	}
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	start := time.Now()
	output, err := g.functions.Invoke(ctx, p.Name, payload, x.trace.context)
	x.integrated = time.Since(start)
	if err != nil {
		return nil, invocationFailure(ctx, err)
	}
	returned, err := parseFunctionResponse(output)
	if err != nil {
		return nil, &failure{builtin: badGateway, cause: fmt.Errorf("malformed Lambda proxy response: %w", err)}
	}
	return returned.response(x)
}

// invocationFailure returns the failure for Invoke's error. The timeout comes first,
// because other errors may be its consequence.
func invocationFailure(ctx context.Context, err error) *failure {
	f := &failure{builtin: unreachable, cause: err}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		f.builtin = timedOut
	case errors.Is(err, ErrNoFunction):
		f.builtin = configurationError
	case errors.Is(err, ErrFunctionFailed):
		f.builtin = badGateway
	case errors.Is(err, ErrThrottled):
		f.builtin = internalError
	}
	return f
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
