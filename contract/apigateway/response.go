package apigateway

import "net/http"

// GatewayResponse describes a response that API Gateway sends itself.
type GatewayResponse struct {
	// Status is the status without customization; 0 if the type has no status.
	Status int
	// Fixed responses cannot be customized.
	Fixed bool
}

// The types of gateway responses that code refers to by name.
const (
	Default4XX      = "DEFAULT_4XX"
	Default5XX      = "DEFAULT_5XX"
	RequestTooLarge = "REQUEST_TOO_LARGE"
)

// GatewayResponses are the gateway responses by type. Source: "Gateway response
// types for API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
//
// A response without customization takes its form from DEFAULT_4XX or
// DEFAULT_5XX. REQUEST_TOO_LARGE has no effect, recorded in
// https://github.com/koki-develop/lgtm-generator/issues/10: the HTTP front end
// sends a 413 before the API sees the request.
var GatewayResponses = map[string]GatewayResponse{
	"ACCESS_DENIED":                  {Status: http.StatusForbidden},
	"API_CONFIGURATION_ERROR":        {Status: http.StatusInternalServerError},
	"AUTHORIZER_CONFIGURATION_ERROR": {Status: http.StatusInternalServerError},
	"AUTHORIZER_FAILURE":             {Status: http.StatusInternalServerError},
	"BAD_REQUEST_BODY":               {Status: http.StatusBadRequest},
	"BAD_REQUEST_PARAMETERS":         {Status: http.StatusBadRequest},
	Default4XX:                       {},
	Default5XX:                       {},
	"EXPIRED_TOKEN":                  {Status: http.StatusForbidden},
	"INTEGRATION_FAILURE":            {Status: http.StatusGatewayTimeout},
	"INTEGRATION_TIMEOUT":            {Status: http.StatusGatewayTimeout},
	"INVALID_API_KEY":                {Status: http.StatusForbidden},
	"INVALID_SIGNATURE":              {Status: http.StatusForbidden},
	"MISSING_AUTHENTICATION_TOKEN":   {Status: http.StatusForbidden},
	"QUOTA_EXCEEDED":                 {Status: http.StatusTooManyRequests},
	RequestTooLarge:                  {Status: http.StatusRequestEntityTooLarge, Fixed: true},
	"RESOURCE_NOT_FOUND":             {Status: http.StatusNotFound},
	"THROTTLED":                      {Status: http.StatusTooManyRequests},
	"UNAUTHORIZED":                   {Status: http.StatusUnauthorized},
	"UNSUPPORTED_MEDIA_TYPE":         {Status: http.StatusUnsupportedMediaType},
	"WAF_FILTERED":                   {Status: http.StatusForbidden},
}

// QuotedMessage is a mistake in a response template: $context.error.messageString
// has quotes already, so that with two more the body is not JSON. Source: "API
// Gateway mapping template and access logging variable reference",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
const QuotedMessage = `"$context.error.messageString"`
