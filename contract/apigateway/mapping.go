package apigateway

import (
	"slices"
	"strings"
)

// The prefixes of mapping expressions. Source: "Parameter mapping source
// reference for REST APIs in API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html
const (
	FromRequest      = "method.request."
	FromIntegration  = "integration.response."
	ToResponseHeader = "method.response.header."
	ToGatewayHeader  = "gatewayresponse.header."

	toIntegration      = "integration.request."
	fromContext        = "context."
	fromStageVariables = "stageVariables."
)

// IsRequestMapping reports whether a mapping's value is a literal in single
// quotes or a value that is known when a request arrives.
func IsRequestMapping(value string) bool {
	return isMapping(value, FromRequest, fromContext, fromStageVariables)
}

// IsResponseMapping reports whether a mapping's value is a literal in single
// quotes or a value that is known when the integration has responded.
func IsResponseMapping(value string) bool {
	return isMapping(value, FromIntegration, fromContext, fromStageVariables)
}

func isMapping(value string, prefixes ...string) bool {
	isLiteral := len(value) > 1 && strings.HasPrefix(value, "'") && strings.HasSuffix(value, "'")
	return isLiteral || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(value, p) })
}

// LiteralMapping returns a fixed value as mappings write it.
func LiteralMapping(value string) string { return "'" + value + "'" }

// mappingLocations translates the locations of parameters in mappings into
// values of OpenAPI's member "in".
var mappingLocations = map[string]string{
	"path": "path", "querystring": "query", "multivaluequerystring": "query",
	"header": "header", "multivalueheader": "header",
}

// RequestMapping returns the location and the name of the parameter that a
// mapping reads, such as query and limit for method.request.querystring.limit.
// It returns false for other expressions, the body among them.
func RequestMapping(expression string) (in, name string, ok bool) {
	return mappingParameter(expression, FromRequest)
}

// IntegrationMapping returns the location and the name of the parameter that a
// mapping writes into the request to the integration, such as header and X for
// integration.request.header.X. Source: "x-amazon-apigateway-integration.requestParameters
// object",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration-requestParameters.html
func IntegrationMapping(destination string) (in, name string, ok bool) {
	return mappingParameter(destination, toIntegration)
}

// RequestDestinations describes IntegrationMapping's grammar in messages.
const RequestDestinations = toIntegration + "path, querystring or header, with a name"

func mappingParameter(expression, prefix string) (in, name string, ok bool) {
	expression, ok = strings.CutPrefix(expression, prefix)
	if !ok {
		return "", "", false
	}
	location, name, _ := strings.Cut(expression, ".")
	in, ok = mappingLocations[location]
	return in, name, ok && name != ""
}
