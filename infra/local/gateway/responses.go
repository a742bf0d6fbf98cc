package gateway

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// failure ends a request with a gateway response instead of an integration's answer.
type failure struct {
	builtin
	// validation is $context.error.validationErrorString.
	validation string
	// cause is for the log alone.
	cause error
}

// builtin is a gateway response as API Gateway has it without customisation.
type builtin struct {
	kind    string
	status  int
	message string
	// errorType is the header x-amzn-ErrorType.
	errorType string
	// null is a message that AWS reports as JSON null.
	null bool
	// spaced is a body with a space after the colon, as failures of an
	// integration have it: testdata/recorded/function/error-bytes.txtar and
	// responses/network-error.txtar.
	spaced bool
}

// The kinds that this emulator answers with. Statuses, messages and error types
// are those of the table in AWS's guide,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html,
// and of the responses recorded in testdata/recorded/responses.
var (
	unauthorized     = builtin{kind: "UNAUTHORIZED", status: http.StatusUnauthorized, message: "Unauthorized", errorType: "UnauthorizedException"}
	tokenExpired     = builtin{kind: "UNAUTHORIZED", status: http.StatusUnauthorized, message: "The incoming token has expired", errorType: "UnauthorizedException"}
	missingToken     = builtin{kind: "MISSING_AUTHENTICATION_TOKEN", status: http.StatusForbidden, message: "Missing Authentication Token", errorType: "MissingAuthenticationTokenException"}
	badParameters    = builtin{kind: "BAD_REQUEST_PARAMETERS", status: http.StatusBadRequest, message: "Missing required request parameters: ", errorType: "BadRequestException"}
	badBody          = builtin{kind: "BAD_REQUEST_BODY", status: http.StatusBadRequest, message: "Invalid request body", errorType: "BadRequestException"}
	unreadableBody   = builtin{kind: "DEFAULT_4XX", status: http.StatusBadRequest, message: "Bad Request", errorType: "BadRequestException"}
	unsupportedMedia = builtin{kind: "UNSUPPORTED_MEDIA_TYPE", status: http.StatusUnsupportedMediaType, message: "Unsupported Media Type", errorType: "BadRequestException"}

	// The front end refuses too large requests before the API sees them: its
	// responses cannot be customised. Their error type is unverified, and so is
	// the whole answer for headers.
	bodyTooLarge   = builtin{kind: requestTooLarge, status: http.StatusRequestEntityTooLarge, message: "HTTP content length exceeded 10485760 bytes", errorType: "RequestTooLargeException"}
	headerTooLarge = builtin{kind: requestTooLarge, status: http.StatusRequestHeaderFieldsTooLarge, message: "HTTP header is larger than 20480 bytes", errorType: "RequestTooLargeException"}

	authorizerBroken   = builtin{kind: "AUTHORIZER_CONFIGURATION_ERROR", status: http.StatusInternalServerError, null: true, errorType: "AuthorizerConfigurationException"}
	configurationError = builtin{kind: "API_CONFIGURATION_ERROR", status: http.StatusInternalServerError, message: "Internal server error", errorType: "InternalServerErrorException", spaced: true}
	internalError      = builtin{kind: "DEFAULT_5XX", status: http.StatusInternalServerError, message: "Internal server error", errorType: "InternalServerErrorException", spaced: true}
	badGateway         = builtin{kind: "DEFAULT_5XX", status: http.StatusBadGateway, message: "Internal server error", errorType: "InternalServerErrorException", spaced: true}
	unreachable        = builtin{kind: "INTEGRATION_FAILURE", status: http.StatusGatewayTimeout, message: "Network error communicating with endpoint", errorType: "InternalServerErrorException", spaced: true}
	timedOut           = builtin{kind: "INTEGRATION_TIMEOUT", status: http.StatusGatewayTimeout, message: "Endpoint request timed out", errorType: "InternalServerErrorException", spaced: true}
)

const requestTooLarge = "REQUEST_TOO_LARGE"

// customisable are all types that a document may customise, raised here or not.
var customisable = []string{
	"ACCESS_DENIED", "API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE",
	"BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "DEFAULT_5XX", "EXPIRED_TOKEN",
	"INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "INVALID_API_KEY", "INVALID_SIGNATURE",
	"MISSING_AUTHENTICATION_TOKEN", "QUOTA_EXCEEDED", "RESOURCE_NOT_FOUND", "THROTTLED", "UNAUTHORIZED",
	"UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED",
}

// gatewayResponses are the customised ones by type.
type gatewayResponses map[string]*gatewayResponse

type gatewayResponse struct {
	status      int // 0 keeps the builtin's
	headers     http.Header
	contentType string
	body        template
}

var (
	defaultResponse = &gatewayResponse{
		contentType: "application/json",
		body:        mustTemplate(`{"message":$context.error.messageString}`),
	}
	spacedResponse = &gatewayResponse{
		contentType: "application/json",
		body:        mustTemplate(`{"message": $context.error.messageString}`),
	}
)

// find picks the response for a failure: its own type's, else that of
// DEFAULT_4XX or DEFAULT_5XX as a whole, else API Gateway's.
func (all gatewayResponses) find(f *failure) *gatewayResponse {
	if f.kind == requestTooLarge {
		return defaultResponse
	}
	if r, ok := all[f.kind]; ok {
		return r
	}
	fallback := "DEFAULT_4XX"
	if f.status >= http.StatusInternalServerError {
		fallback = "DEFAULT_5XX"
	}
	if r, ok := all[fallback]; ok {
		return r
	}
	if f.spaced {
		return spacedResponse
	}
	return defaultResponse
}

// reply builds what the client gets for a failure.
func (all gatewayResponses) reply(x *exchange, f *failure) *reply {
	custom := all.find(f)
	r := &reply{status: f.status, header: make(http.Header, 8), body: custom.body.render(x, f)}
	if custom.status != 0 {
		r.status = custom.status
	}
	r.header.Set("Content-Type", custom.contentType)
	maps.Copy(r.header, custom.headers) // a Content-Type among them overrides the template's
	r.header.Set("X-Amzn-Errortype", f.errorType)
	return r
}

const (
	headerParameter = "gatewayresponse.header."
	responsesKey    = extension + "gateway-responses"
)

func (l *loader) gatewayResponses() gatewayResponses {
	all := make(gatewayResponses)
	at := pointer("").child(responsesKey)
	var docs map[string]struct {
		StatusCode         statusCode
		ResponseParameters map[string]string
		ResponseTemplates  map[string]string
	}
	if value, ok := l.doc.Extensions[responsesKey]; !ok || !l.decode(at, value, &docs) {
		return all
	}
	for _, kind := range slices.Sorted(maps.Keys(docs)) {
		at, doc := at.child(kind), docs[kind]
		switch {
		case kind == requestTooLarge:
			l.add(at, "API Gateway ignores this: its front end answers 413 itself")
			continue
		case !slices.Contains(customisable, kind):
			l.add(at, "API Gateway has no such gateway response")
			continue
		}
		r := &gatewayResponse{
			status: int(doc.StatusCode), headers: make(http.Header),
			contentType: defaultResponse.contentType, body: defaultResponse.body,
		}
		l.responseHeaders(at.child("responseParameters"), doc.ResponseParameters, headerParameter, reservedHeader, r.headers)
		if len(doc.ResponseTemplates) > 1 {
			l.add(at.child("responseTemplates"), "choosing among several templates by Accept is not emulated: write one")
		}
		for mediaType, text := range doc.ResponseTemplates {
			body, err := parseTemplate(text)
			if err != nil {
				l.add(at.child("responseTemplates", mediaType), "%v", err)
			}
			r.contentType, r.body = mediaType, body
		}
		all[kind] = r
	}
	return all
}

var literalParameter = regexp.MustCompile(`^'([^']*)'$`)

// responseHeaders reads responseParameters, of which only literals are emulated.
func (l *loader) responseHeaders(at pointer, parameters map[string]string, prefix string, reserved func(name string) bool, into http.Header) {
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		name, ok := strings.CutPrefix(key, prefix)
		if !ok || !validHeaderName(name) {
			l.add(at.child(key), "only %sNAME is emulated", prefix)
			continue
		}
		if reserved(name) {
			l.add(at.child(key), "the gateway sets this header itself, or gives it another name")
			continue
		}
		value := literalParameter.FindStringSubmatch(parameters[key])
		if value == nil || !validHeaderValue(value[1]) {
			l.add(at.child(key), "only a literal in single quotes is emulated, not %q", parameters[key])
			continue
		}
		into.Set(name, value[1])
	}
}

// reservedHeader is a header that a document may not set without changing what
// the emulator's own headers mean.
func reservedHeader(name string) bool {
	name = strings.ToLower(name)
	return name == "content-length" || name == "date" || name == "connection" ||
		name == "transfer-encoding" || strings.HasPrefix(name, "x-amzn-") || strings.HasPrefix(name, "x-amz-apigw-")
}
