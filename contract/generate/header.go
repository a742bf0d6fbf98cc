package generate

import "github.com/getkin/kin-openapi/openapi3"

// Headers that do not come from an output: the adapter and the gateway set them.
const (
	regionHeader    = "X-Region"
	requestIDHeader = "x-amzn-RequestId"
	retryHeader     = "Retry-After"
)

// standardHeaders are the components of those headers.
func standardHeaders() openapi3.Headers {
	header := func(description, example string, schema *openapi3.Schema) *openapi3.HeaderRef {
		h := &openapi3.Header{}
		h.Description, h.Schema = description, schema.NewRef()
		h.Schema.Value.Example = example
		return &openapi3.HeaderRef{Value: h}
	}
	retry := header("Seconds to wait before the request is worth repeating (RFC 9110, section 10.2.3).", "", openapi3.NewIntegerSchema().WithMin(0))
	retry.Value.Schema.Value.Example = 1
	return openapi3.Headers{
		regionHeader:    header("AWS Region whose Lambda answered.", "us-east-1", openapi3.NewStringSchema()),
		requestIDHeader: header("Identifier of the request, to be quoted in a report.", exampleRequestID, openapi3.NewStringSchema()),
		retryHeader:     retry,
	}
}

// standardReferences refer to components of standardHeaders.
func standardReferences(names ...string) openapi3.Headers {
	headers := openapi3.Headers{}
	for _, name := range names {
		headers[name] = &openapi3.HeaderRef{Ref: "#/components/headers/" + name}
	}
	return headers
}
