package tracing

import (
	"context"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Instrument adds the middleware of this package to a client; it is an API option of
// aws.Config. Each call, with its retries, becomes a subsegment of the span in its
// context and sends the tracing header. Outside a sampled span, Instrument has no
// effect.
func Instrument(stack *middleware.Stack) error {
	if err := stack.Initialize.Add(callSpan{}, middleware.After); err != nil {
		return err
	}
	return stack.Build.Add(sendHeader{}, middleware.Before)
}

// callSpan starts a span before the call and ends it after the last attempt.
type callSpan struct{}

// ID implements middleware.InitializeMiddleware.
func (callSpan) ID() string { return "MeridianTracing" }

// HandleInitialize implements middleware.InitializeMiddleware.
func (callSpan) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return next.HandleInitialize(ctx, in)
	}
	ctx, span := parent.TracerProvider().Tracer(scope).Start(ctx, awsmiddleware.GetServiceID(ctx))
	defer span.End()
	span.SetAttributes(
		attribute.String(keyOperation, awsmiddleware.GetOperationName(ctx)),
		attribute.String(keyRegion, awsmiddleware.GetRegion(ctx)),
	)
	if table := tableName(in.Parameters); table != "" {
		span.SetAttributes(attribute.String(keyTable, table))
	}
	out, metadata, err = next.HandleInitialize(ctx, in)
	outcome(span, metadata, err)
	return out, metadata, err
}

// tableName returns the field TableName of a DynamoDB input, or "".
func tableName(input any) string {
	v := reflect.Indirect(reflect.ValueOf(input))
	if v.Kind() != reflect.Struct {
		return ""
	}
	field := v.FieldByName("TableName")
	if !field.IsValid() {
		return ""
	}
	name, _ := reflect.TypeAssert[*string](field)
	return aws.ToString(name)
}

func outcome(span trace.Span, metadata middleware.Metadata, err error) {
	if id, ok := awsmiddleware.GetRequestIDMetadata(metadata); ok {
		span.SetAttributes(attribute.String(keyRequestID, id))
	}
	if attempts, ok := retry.GetAttemptResults(metadata); ok && len(attempts.Results) > 1 {
		span.SetAttributes(attribute.Int(keyRetries, len(attempts.Results)-1))
	}
	// The status is 0 if there was no response.
	if raw, ok := awsmiddleware.GetRawResponse(metadata).(*smithyhttp.Response); ok && raw.StatusCode > 0 {
		span.SetAttributes(attribute.Int(keyStatus, raw.StatusCode))
	}
	if err == nil {
		return
	}
	span.SetStatus(codes.Error, err.Error())
	var api smithy.APIError
	if errors.As(err, &api) {
		if _, throttled := retry.DefaultThrottleErrorCodes[api.ErrorCode()]; throttled {
			span.SetAttributes(attribute.Bool(keyThrottle, true))
		}
	} else {
		span.SetAttributes(attribute.Bool(keyFault, true)) // no response
	}
}

// sendHeader adds the tracing header to the request before it is signed.
type sendHeader struct{}

// ID implements middleware.BuildMiddleware.
func (sendHeader) ID() string { return "MeridianTraceHeader" }

// HandleBuild implements middleware.BuildMiddleware.
func (sendHeader) HandleBuild(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (
	middleware.BuildOutput, middleware.Metadata, error,
) {
	if sc := trace.SpanContextFromContext(ctx); sc.IsValid() && !sc.IsRemote() {
		if request, ok := in.Request.(*smithyhttp.Request); ok {
			request.Header.Set(HeaderName, FormatHeader(sc))
		}
	}
	return next.HandleBuild(ctx, in)
}
