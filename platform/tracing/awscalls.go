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
	ctx, span := Start(ctx, awsmiddleware.GetServiceID(ctx))
	if span == nil {
		return next.HandleInitialize(ctx, in)
	}
	span.update(func(d *subsegment) {
		d.aws.set("operation", awsmiddleware.GetOperationName(ctx))
		d.aws.set("region", awsmiddleware.GetRegion(ctx))
		if table := tableName(in.Parameters); table != "" {
			d.aws.set("table_name", table)
		}
	})
	out, metadata, err = next.HandleInitialize(ctx, in)
	span.update(func(d *subsegment) { d.record(metadata, err) })
	span.End(err)
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

// record records the outcome of a call. A caller that sends too many requests is
// throttled, and a call without a response is a fault.
func (d *subsegment) record(metadata middleware.Metadata, err error) {
	if id, ok := awsmiddleware.GetRequestIDMetadata(metadata); ok {
		d.aws.set("request_id", id)
	}
	if attempts, ok := retry.GetAttemptResults(metadata); ok && len(attempts.Results) > 1 {
		d.aws.set("retries", len(attempts.Results)-1)
	}
	// The status is 0 if there was no response.
	if raw, ok := awsmiddleware.GetRawResponse(metadata).(*smithyhttp.Response); ok && raw.StatusCode > 0 {
		d.respond(raw.StatusCode)
	}
	var api smithy.APIError
	switch {
	case err == nil:
	case !errors.As(err, &api):
		d.fault = true // no response
	default:
		if _, throttled := retry.DefaultThrottleErrorCodes[api.ErrorCode()]; throttled {
			d.throttle, d.isError = true, true
		}
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
	if header := FromContext(ctx).Header(); header.IsValid() {
		if request, ok := in.Request.(*smithyhttp.Request); ok {
			request.Header.Set(HeaderName, header.String())
		}
	}
	return next.HandleBuild(ctx, in)
}
