package generate

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/platform/rest"
)

// Headers that the adapter and API Gateway set, not an output.
const (
	regionHeader    = "X-Region"
	requestIDHeader = "x-amzn-RequestId"
	retryHeader     = "Retry-After"
)

// deprecationHeaders adds the headers that the adapter sets on every response of a
// deprecated operation. Responses of API Gateway do not have them.
func deprecationHeaders(o *operation, headers openapi3.Headers) {
	d, ok := o.deprecation()
	if !ok {
		return
	}
	since, sunset := d.Headers()
	header := func(description, example string) *openapi3.HeaderRef {
		h := &openapi3.Header{}
		h.Description, h.Schema = description, openapi3.NewStringSchema().NewRef()
		h.Schema.Value.Example = example
		return &openapi3.HeaderRef{Value: h}
	}
	headers[rest.DeprecationHeader] = header("Time since when clients should not use the operation (RFC 9745).", since)
	headers[rest.SunsetHeader] = header("Time from which a release may remove the operation (RFC 8594).", sunset)
}

// standardHeaders returns the components of the headers above.
func standardHeaders() openapi3.Headers {
	header := func(description, example string, schema *openapi3.Schema) *openapi3.HeaderRef {
		h := &openapi3.Header{}
		h.Description, h.Schema = description, schema.NewRef()
		h.Schema.Value.Example = example
		return &openapi3.HeaderRef{Value: h}
	}
	retry := header("Seconds to wait before repeating the request (RFC 9110, section 10.2.3).", "", openapi3.NewInt64Schema().WithMin(0))
	retry.Value.Schema.Value.Example = 1
	return openapi3.Headers{
		regionHeader:    header("AWS Region of the function that responded.", "us-east-1", openapi3.NewStringSchema()),
		requestIDHeader: header("Identifier of the request. Include it when you report a problem.", exampleRequestID, openapi3.NewStringSchema()),
		retryHeader:     retry,
	}
}

// standardReferences returns references to components of standardHeaders.
func standardReferences(names ...string) openapi3.Headers {
	headers := openapi3.Headers{}
	for _, name := range names {
		headers[name] = &openapi3.HeaderRef{Ref: "#/components/headers/" + name}
	}
	return headers
}
