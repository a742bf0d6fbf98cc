package deployable

import (
	"encoding/json"
	"strconv"
	"strings"

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
	// status is AWS's own, or 0 to leave it to AWS.
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
		"ACCESS_DENIED":                  {kind: problem.Forbidden, status: 403, detail: text("The caller may not call this operation.")},
		"API_CONFIGURATION_ERROR":        {kind: problem.Internal, status: 500},
		"AUTHORIZER_CONFIGURATION_ERROR": {kind: problem.Internal, status: 500},
		"AUTHORIZER_FAILURE":             {kind: problem.Internal, status: 500},
		"BAD_REQUEST_BODY":               {kind: problem.Invalid, status: 400, detail: validationError},
		"BAD_REQUEST_PARAMETERS":         {kind: problem.Invalid, status: 400, detail: errorMessage},
		"DEFAULT_4XX":                    {kind: problem.Invalid, detail: errorMessage},
		"DEFAULT_5XX":                    {kind: problem.BadGateway, status: 502},
		"EXPIRED_TOKEN":                  {kind: problem.Forbidden, status: 403, detail: text("The security token has expired.")},
		"INTEGRATION_FAILURE":            {kind: problem.Timeout, status: 504},
		"INTEGRATION_TIMEOUT":            {kind: problem.Timeout, status: 504, detail: errorMessage},
		"INVALID_API_KEY":                {kind: problem.Forbidden, status: 403, detail: text("The API key is not valid.")},
		"INVALID_SIGNATURE":              {kind: problem.Forbidden, status: 403, detail: text("The signature is not valid.")},
		"MISSING_AUTHENTICATION_TOKEN":   {kind: problem.Forbidden, status: 403, detail: errorMessage},
		"QUOTA_EXCEEDED":                 {kind: problem.TooManyRequests, status: 429, detail: errorMessage},
		"RESOURCE_NOT_FOUND":             {kind: problem.NotFound, status: 404, detail: errorMessage},
		"THROTTLED":                      {kind: problem.TooManyRequests, status: 429, detail: errorMessage, headers: retry},
		"UNAUTHORIZED":                   {kind: problem.Unauthenticated, status: 401, detail: errorMessage, headers: challenge},
		"UNSUPPORTED_MEDIA_TYPE":         {kind: problem.UnsupportedMediaType, status: 415, detail: errorMessage},
		"WAF_FILTERED":                   {kind: problem.Forbidden, status: 403, detail: text("The request was filtered.")},
	} {
		out[name] = r.object()
	}
	return out
}

func (r gatewayResponse) object() object {
	parameters := object{}
	set := func(name, value string) { parameters["gatewayresponse.header."+name] = literal(value) }
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
