package gateway

import (
	"net"
	"net/http"
	"strings"
)

// disabledKind is for the log: API Gateway has no type of this name.
const disabledKind = "DEFAULT_ENDPOINT_DISABLED"

// endpointDisabled is the response of a default endpoint that the API disables.
// Source for the status: "Disable the default endpoint for REST APIs",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html
// The body and the error type were seen in public captures. Whether a gateway
// response customizes it is unverified: here it does not, as the endpoint belongs to
// the HTTP front end.
var endpointDisabled = builtin{
	kind: disabledKind, status: http.StatusForbidden,
	message: "Forbidden", errorType: "ForbiddenException",
}

// isDefaultEndpoint reports whether a host is the default endpoint of an API of the
// Region: ID.execute-api.REGION.amazonaws.com. Any ID counts as the gateway's own.
func (g *Gateway) isDefaultEndpoint(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	id, rest, _ := strings.Cut(strings.ToLower(host), ".")
	return id != "" && rest == "execute-api."+g.region+".amazonaws.com"
}
