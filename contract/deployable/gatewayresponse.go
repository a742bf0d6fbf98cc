package deployable

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/system"
)

// The detail of a problem document, as a JSON value of the template. API Gateway
// inserts messageString with quotes and escapes, and validationErrorString with
// escapes only. Both contain nothing but parts of the request and the contract.
const (
	errorMessage    = `$context.error.messageString`
	validationError = `"$context.error.validationErrorString"`
	noDetail        = ""
)

// unknownOperation is the detail of the responses to an unknown path or method. API
// Gateway then expects a caller that signs its requests: its own message is about a
// missing token or, to a caller with a token, about a signature, with a hash of the
// token. Which type customizes the latter is not known for certain, so all that may do
// have this detail.
const unknownOperation = "The API has no operation with this method and path."

// gatewayResponse describes the problem document for a type of gateway response.
type gatewayResponse struct {
	kind problem.Kind
	// status replaces the status of AWS; 0 keeps it.
	status int
	// detail is a JSON value of the template, or empty.
	detail string
	// headers are sent in addition to the headers of every response.
	headers map[string]string
}

// gatewayResponses customizes every type that can be customized, so that clients
// receive problem documents only, with AWS's statuses.
//
// The defaults are for failures without a type. DEFAULT_5XX is for a function that
// crashed or returned a malformed response: 502. DEFAULT_4XX is also for requests
// whose event is too large for a function. AWS may keep its status for them, so that the
// response states no status, and neither does the document, where RFC 9457 makes it
// optional.
func (b *builder) gatewayResponses() object {
	retry := map[string]string{"Retry-After": strconv.Itoa(b.opts.RetryAfterSeconds)}
	// RFC 9110, section 11.6.1, requires a challenge in every 401.
	challenge := map[string]string{"WWW-Authenticate": "Bearer"}
	digest := map[string]string{DigestHeader: digestPlaceholder}
	text := func(s string) string { return encode(s) }
	out := object{}
	for name, r := range map[string]gatewayResponse{
		"ACCESS_DENIED":                  {kind: problem.Forbidden, detail: text("The caller may not call this operation.")},
		"API_CONFIGURATION_ERROR":        {kind: problem.Internal},
		"AUTHORIZER_CONFIGURATION_ERROR": {kind: problem.Internal},
		"AUTHORIZER_FAILURE":             {kind: problem.Internal},
		"BAD_REQUEST_BODY":               {kind: problem.Invalid, detail: validationError},
		"BAD_REQUEST_PARAMETERS":         {kind: problem.Invalid, detail: errorMessage},
		"DEFAULT_4XX":                    {kind: problem.Invalid, detail: text("The API cannot serve the request: check its method, path, headers and size.")},
		"DEFAULT_5XX":                    {kind: problem.BadGateway, status: http.StatusBadGateway},
		"EXPIRED_TOKEN":                  {kind: problem.Forbidden, detail: text("The security token has expired.")},
		"INTEGRATION_FAILURE":            {kind: problem.Timeout},
		"INTEGRATION_TIMEOUT":            {kind: problem.Timeout, detail: errorMessage},
		"INVALID_API_KEY":                {kind: problem.Forbidden, detail: text("The API key is not valid.")},
		"INVALID_SIGNATURE":              {kind: problem.Forbidden, detail: text(unknownOperation), headers: digest},
		digestResponse:                   {kind: problem.Forbidden, detail: text(unknownOperation), headers: digest},
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
		out[name] = r.object(b.opts.System)
	}
	return out
}

func (r gatewayResponse) object(s system.System) object {
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
		// API Gateway looks the template up under the default type. The header above
		// then replaces the Content-Type.
		"responseTemplates": object{"application/json": r.template(s)},
	}
	if r.status != 0 {
		out["statusCode"] = strconv.Itoa(r.status)
	}
	return out
}

// template returns a problem document with variables of $context.
func (r gatewayResponse) template(s system.System) string {
	members := []string{`"type":` + encode(s.ProblemType(r.kind.Slug)), `"title":` + encode(r.kind.Title)}
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
	if err != nil { // a string always encodes
		panic(err)
	}
	return string(data)
}
