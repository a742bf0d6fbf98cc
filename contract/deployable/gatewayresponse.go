package deployable

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// What the gateway tells of a failure. messageString comes quoted and escaped,
// validationErrorString escaped only; both repeat the request and the contract
// at most.
const (
	errorMessage    = `$context.error.messageString`
	validationError = `"$context.error.validationErrorString"`
	noDetail        = ""
)

// gatewayResponse is how the gateway answers a failure of its own.
type gatewayResponse struct {
	kind problem.Kind
	// status replaces that of AWS; 0 keeps it.
	status int
	// detail is a JSON value of the template, or empty.
	detail string
	// headers are sent besides the ones that every answer has.
	headers map[string]string
}

// gatewayResponses is every type that can be customised (REQUEST_TOO_LARGE
// cannot), so that a client meets problem documents only. AWS's statuses stay.
//
// The defaults are for what has no type of its own. Among the 5XX that is a
// function that crashed or answered what it may not, 502; among the 4XX it is a
// request that is too large, whose status AWS may not let go of: there the
// status is fixed neither on the line nor in the document, where RFC 9457 makes
// it optional.
func (b *builder) gatewayResponses() object {
	retry := map[string]string{"Retry-After": strconv.Itoa(b.opts.RetryAfterSeconds)}
	// RFC 9110, section 11.6.1, demands the challenge of every 401.
	challenge := map[string]string{"WWW-Authenticate": "Bearer"}
	text := func(s string) string { return encode(s) }
	out := object{}
	for name, r := range map[string]gatewayResponse{
		"ACCESS_DENIED":                  {kind: problem.Forbidden, detail: text("The caller may not call this operation.")},
		"API_CONFIGURATION_ERROR":        {kind: problem.Internal},
		"AUTHORIZER_CONFIGURATION_ERROR": {kind: problem.Internal},
		"AUTHORIZER_FAILURE":             {kind: problem.Internal},
		"BAD_REQUEST_BODY":               {kind: problem.Invalid, detail: validationError},
		"BAD_REQUEST_PARAMETERS":         {kind: problem.Invalid, detail: errorMessage},
		"DEFAULT_4XX":                    {kind: problem.Invalid, detail: errorMessage},
		"DEFAULT_5XX":                    {kind: problem.BadGateway, status: http.StatusBadGateway},
		"EXPIRED_TOKEN":                  {kind: problem.Forbidden, detail: text("The security token has expired.")},
		"INTEGRATION_FAILURE":            {kind: problem.Timeout},
		"INTEGRATION_TIMEOUT":            {kind: problem.Timeout, detail: errorMessage},
		"INVALID_API_KEY":                {kind: problem.Forbidden, detail: text("The API key is not valid.")},
		"INVALID_SIGNATURE":              {kind: problem.Forbidden, detail: text("The signature is not valid.")},
		"MISSING_AUTHENTICATION_TOKEN":   {kind: problem.Forbidden, detail: errorMessage},
		"QUOTA_EXCEEDED":                 {kind: problem.TooManyRequests, detail: errorMessage},
		"RESOURCE_NOT_FOUND":             {kind: problem.NotFound, detail: errorMessage},
		"THROTTLED":                      {kind: problem.TooManyRequests, detail: errorMessage, headers: retry},
		"UNAUTHORIZED":                   {kind: problem.Unauthenticated, detail: errorMessage, headers: challenge},
		"UNSUPPORTED_MEDIA_TYPE":         {kind: problem.UnsupportedMediaType, detail: errorMessage},
		"WAF_FILTERED":                   {kind: problem.Forbidden, detail: text("The request was filtered.")},
	} {
		if r.status == 0 {
			r.status = apigateway.GatewayResponses[name].Status
		}
		out[name] = r.object()
	}
	return out
}

func (r gatewayResponse) object() object {
	parameters := object{}
	set := func(name, value string) {
		parameters[apigateway.ToGatewayHeader+name] = apigateway.LiteralMapping(value)
	}
	set("Content-Type", problem.MediaType)
	set("Access-Control-Allow-Origin", rest.AllowOrigin)
	set("Access-Control-Expose-Headers", rest.ExposeHeaders)
	for name, value := range r.headers {
		set(name, value)
	}
	out := object{
		"responseParameters": parameters,
		// The template is found under the default type; Content-Type is then
		// replaced by the header above.
		"responseTemplates": object{"application/json": r.template()},
	}
	if r.status != 0 {
		out["statusCode"] = strconv.Itoa(r.status)
	}
	return out
}

// template is a problem document, in which API Gateway replaces $context's
// variables and nothing else.
func (r gatewayResponse) template() string {
	members := []string{`"type":` + encode(r.kind.URI()), `"title":` + encode(r.kind.Title)}
	if r.status != 0 {
		members = append(members, `"status":`+strconv.Itoa(r.status))
	}
	if r.detail != noDetail {
		members = append(members, `"detail":`+r.detail)
	}
	members = append(members, `"requestId":"$context.requestId"`)
	return "{" + strings.Join(members, ",") + "}"
}

func encode(s string) string {
	data, err := json.Marshal(s)
	if err != nil { // a string: it cannot fail
		panic(err)
	}
	return string(data)
}
