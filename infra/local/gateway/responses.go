package gateway

import (
	"maps"
	"net/http"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/infra/local/frontend"
	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// failure ends a request with a gateway response instead of the integration's response.
type failure struct {
	builtin
	// refusal is set if the HTTP front end refuses the request; builtin is then empty.
	refusal *frontend.Refusal
	// validation is $context.error.validationErrorString.
	validation string
	// cause is for the log only.
	cause error
}

// builtin is a gateway response without customization.
type builtin struct {
	kind    string
	status  int
	message string
	// errorType is the header x-amzn-ErrorType.
	errorType string
	// null is a message that AWS reports as JSON null.
	null bool
	// spaced is set if the body has a space after the colon, as for failures of an
	// integration: testdata/recorded/function/error-bytes.txtar and
	// responses/network-error.txtar.
	spaced bool
}

// The gateway responses of this emulator. Statuses, messages and error types are in
// AWS's guide,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html,
// and in the responses recorded in testdata/recorded/responses.
var (
	unauthorized = builtin{
		kind: "UNAUTHORIZED", status: http.StatusUnauthorized,
		message: "Unauthorized", errorType: "UnauthorizedException",
	}
	tokenExpired = builtin{
		kind: "UNAUTHORIZED", status: http.StatusUnauthorized,
		message: "The incoming token has expired", errorType: "UnauthorizedException",
	}
	missingToken = builtin{
		kind: "MISSING_AUTHENTICATION_TOKEN", status: http.StatusForbidden,
		message: "Missing Authentication Token", errorType: "MissingAuthenticationTokenException",
	}
	badParameters = builtin{
		kind: "BAD_REQUEST_PARAMETERS", status: http.StatusBadRequest,
		message: "Missing required request parameters: ", errorType: "BadRequestException",
	}
	badBody = builtin{
		kind: "BAD_REQUEST_BODY", status: http.StatusBadRequest,
		message: "Invalid request body", errorType: "BadRequestException",
	}
	unsupportedMedia = builtin{
		kind: "UNSUPPORTED_MEDIA_TYPE", status: http.StatusUnsupportedMediaType,
		message: "Unsupported Media Type", errorType: "BadRequestException",
	}
	// eventTooLarge is Lambda's limit, which a body within API Gateway's can exceed.
	eventTooLarge = builtin{
		kind: apigateway.RequestTooLarge, status: http.StatusRequestEntityTooLarge,
		message: "Request Too Long", errorType: "BadRequestException", spaced: true,
	}

	authorizerBroken = builtin{
		kind: "AUTHORIZER_CONFIGURATION_ERROR", status: http.StatusInternalServerError,
		null: true, errorType: "AuthorizerConfigurationException",
	}
	configurationError = builtin{
		kind: "API_CONFIGURATION_ERROR", status: http.StatusInternalServerError,
		message: "Internal server error", errorType: "InternalServerErrorException", spaced: true,
	}
	internalError = builtin{
		kind: apigateway.Default5XX, status: http.StatusInternalServerError,
		message: "Internal server error", errorType: "InternalServerErrorException", spaced: true,
	}
	badGateway = builtin{
		kind: apigateway.Default5XX, status: http.StatusBadGateway,
		message: "Internal server error", errorType: "InternalServerErrorException", spaced: true,
	}
	unreachable = builtin{
		kind: "INTEGRATION_FAILURE", status: http.StatusGatewayTimeout,
		message: "Network error communicating with endpoint", errorType: "InternalServerErrorException", spaced: true,
	}
	timedOut = builtin{
		kind: "INTEGRATION_TIMEOUT", status: http.StatusGatewayTimeout,
		message: "Endpoint request timed out", errorType: "InternalServerErrorException", spaced: true,
	}
)

// The forms of gateway responses without customization.
var (
	defaultResponse = messageResponse(`{"message":`)
	spacedResponse  = messageResponse(`{"message": `)
)

func messageResponse(start string) *document.GatewayResponse {
	return &document.GatewayResponse{
		MediaType: document.JSONType,
		Body:      document.Template{{Text: start}, {Variable: "error.messageString"}, {Text: "}"}},
	}
}

// findResponse returns the form of the response to a failure: the document's for its
// type, or for DEFAULT_4XX or DEFAULT_5XX, or else API Gateway's.
func (g *Gateway) findResponse(f *failure) *document.GatewayResponse {
	if apigateway.GatewayResponses[f.kind].Fixed || f.kind == disabledKind {
		return f.uncustomized()
	}
	if r, ok := g.responses[f.kind]; ok {
		return r
	}
	fallback := apigateway.Default4XX
	if f.status >= http.StatusInternalServerError {
		fallback = apigateway.Default5XX
	}
	if r, ok := g.responses[fallback]; ok {
		return r
	}
	return f.uncustomized()
}

// uncustomized returns API Gateway's own form of the response.
func (f *failure) uncustomized() *document.GatewayResponse {
	if f.spaced {
		return spacedResponse
	}
	return defaultResponse
}

// failureResponse returns the response to a failure.
func (g *Gateway) failureResponse(x *exchange, f *failure) *response {
	if f.refusal != nil {
		return &response{status: f.refusal.Status, body: []byte(f.refusal.Message), refusal: f.refusal}
	}
	custom := g.findResponse(f)
	template := custom
	if custom.Body == nil {
		template = f.uncustomized()
	}
	r := &response{status: f.status, header: make(http.Header, 8), body: render(template.Body, x, f)}
	if custom.Status != 0 {
		r.status = custom.Status
	}
	r.header.Set("Content-Type", template.MediaType)
	maps.Copy(r.header, custom.Header) // a Content-Type among them overrides the template's
	r.header[errorTypeHeader] = []string{f.errorType}
	return r
}
