package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// failureCase is a request to which the gateway responds itself.
type failureCase struct {
	name      string
	request   func(t *testing.T) *http.Request
	functions functions
	status    int
	body      string
	errorType string
	kind      string
}

func getFile(_ *testing.T) *http.Request { return request("GET", "/files/a", "") }

func create(body string, headers ...string) func(t *testing.T) *http.Request {
	return func(t *testing.T) *http.Request {
		headers := append([]string{access(t, "ada"), "X-Tenant: t", "Idempotency-Key: k"}, headers...)
		return request("POST", "/accounts?dryRun=1", body, headers...)
	}
}

func failingWith(err error) functions {
	return func(context.Context, string, []byte, string) ([]byte, error) {
		return nil, fmt.Errorf("lambda: %w", err)
	}
}

func failures() []failureCase {
	const internal = `{"message": "Internal server error"}`
	plain := func(method, target string, headers ...string) func(*testing.T) *http.Request {
		return func(*testing.T) *http.Request { return request(method, target, "", headers...) }
	}
	slow := func(ctx context.Context, _ string, _ []byte, _ string) ([]byte, error) {
		<-ctx.Done()
		return nil, gateway.ErrFunctionFailed
	}
	return []failureCase{
		{
			name: "no token", request: plain("GET", "/accounts/1"), status: 401,
			body: `{"message":"Unauthorized"}`, errorType: "UnauthorizedException", kind: "UNAUTHORIZED",
		},
		{
			name: "expired token",
			request: func(t *testing.T) *http.Request {
				return request("GET", "/accounts/1", "", access(t, "ada", issuer.WithLifetime(0)))
			},
			status: 401, body: `{"message":"The incoming token has expired"}`,
			errorType: "UnauthorizedException", kind: "UNAUTHORIZED",
		},
		{
			name: "unknown path", request: plain("GET", "/nowhere"), status: 403,
			body: `{"message":"Missing Authentication Token"}`, errorType: "MissingAuthenticationTokenException",
			kind: "MISSING_AUTHENTICATION_TOKEN",
		},
		{
			name: "wrong method", request: plain("DELETE", "/accounts/1"), status: 403,
			body: `{"message":"Missing Authentication Token"}`, errorType: "MissingAuthenticationTokenException",
			kind: "MISSING_AUTHENTICATION_TOKEN",
		},
		{
			name: "HEAD is not GET", request: plain("HEAD", "/files/a"), status: 403,
			body: `{"message":"Missing Authentication Token"}`, errorType: "MissingAuthenticationTokenException",
			kind: "MISSING_AUTHENTICATION_TOKEN",
		},
		{
			name:      "parameters",
			request:   func(t *testing.T) *http.Request { return request("POST", "/accounts", "", access(t, "ada")) },
			status:    400,
			body:      `{"message":"Missing required request parameters: [X-Tenant, Idempotency-Key, dryRun]"}`,
			errorType: "BadRequestException", kind: "BAD_REQUEST_PARAMETERS",
		},
		{
			name: "body", request: create(`{}`), status: 400, body: `{"message":"Invalid request body"}`,
			errorType: "BadRequestException", kind: "BAD_REQUEST_BODY",
		},
		{
			name: "unknown path with a token", status: 403,
			request: plain("GET", "/nowhere", "Authorization: Bearer sometoken"),
			body: `{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 ` +
				`and encoded with Base64): 'nJKFR6Xc4vzCeI3jT+FjlC9k5Q/qVw0zd0gi1erL8ew='."}`,
			errorType: "IncompleteSignatureException", kind: "MISSING_AUTHENTICATION_TOKEN",
		},
		{
			name: "unknown path with a signature", status: 403,
			request: plain("GET", "/nowhere", "X-Amz-Date: 20260304T191517Z",
				"Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f"),
			body:      `{"message":"The security token included in the request is invalid."}`,
			errorType: "UnrecognizedClientException", kind: "MISSING_AUTHENTICATION_TOKEN",
		},
		{
			name: "signature without a part", status: 403,
			request: plain("GET", "/nowhere", "Date: x", "Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Signature=f"),
			body: `{"message":"Authorization header requires 'SignedHeaders' parameter. (Hashed with SHA-256 and encoded ` +
				`with Base64) Authorization=B8n0ekdJaRRcjkdhC0PI3kO4worpbtv2963iejFoEFo="}`,
			errorType: "IncompleteSignatureException", kind: "MISSING_AUTHENTICATION_TOKEN",
		},
		{
			name: "unknown coding", request: plain("GET", "/files/a", "Content-Encoding: br"), status: 415,
			body: `{"message":"Unsupported Media Type"}`, errorType: "BadRequestException", kind: "UNSUPPORTED_MEDIA_TYPE",
		},
		{
			name: "event too large", request: getFile, functions: failingWith(gateway.ErrTooLarge), status: 413,
			body: `{"message": "Request Too Long"}`, errorType: "BadRequestException",
		},
		{
			name: "no function", request: getFile, functions: failingWith(gateway.ErrNoFunction), status: 500,
			body: internal, errorType: "InternalServerErrorException", kind: "API_CONFIGURATION_ERROR",
		},
		{
			name: "throttled", request: getFile, functions: failingWith(gateway.ErrThrottled), status: 500,
			body: internal, errorType: "InternalServerErrorException", kind: "DEFAULT_5XX",
		},
		{
			name: "function failed", request: getFile, functions: failingWith(gateway.ErrFunctionFailed), status: 502,
			body: internal, errorType: "InternalServerErrorException", kind: "DEFAULT_5XX",
		},
		{
			name: "malformed response", request: getFile, functions: returning(`[]`), status: 502, body: internal,
			errorType: "InternalServerErrorException", kind: "DEFAULT_5XX",
		},
		{
			name: "network", request: getFile, functions: failingWith(errors.New("connection refused")), status: 504,
			body:      `{"message": "Network error communicating with endpoint"}`,
			errorType: "InternalServerErrorException", kind: "INTEGRATION_FAILURE",
		},
		{
			name:      "timeout",
			request:   func(t *testing.T) *http.Request { return request("GET", "/accounts/1", "", access(t, "ada")) },
			functions: slow, status: 504, body: `{"message": "Endpoint request timed out"}`,
			errorType: "InternalServerErrorException", kind: "INTEGRATION_TIMEOUT",
		},
	}
}

func TestDefaultResponses(t *testing.T) {
	for _, test := range failures() {
		t.Run(test.name, func(t *testing.T) {
			f := test.functions
			if f == nil {
				f = notInvoked(t)
			}
			w := do(newGateway(t, nil, f), test.request(t))
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, test.status, test.body)
			}
			checkHeaders(t, w.Header(), map[string]string{
				"Content-Type": "application/json", "X-Amzn-ErrorType": test.errorType, "X-Amzn-Trace-Id": "",
			})
		})
	}
}

func TestBodyOfTenMegabytesIsAccepted(t *testing.T) {
	r := request("GET", "/files/a", strings.Repeat("x", 10<<20))
	if w := do(newGateway(t, nil, returning(`{}`)), r); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

var (
	uuid       = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	extendedID = regexp.MustCompile(`^[A-Za-z0-9+/]{15}=$`)
)

// checkHeaders checks these headers, where "" means absent, and the two IDs that every
// response has.
func checkHeaders(t testing.TB, got http.Header, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if lines := strings.Join(got.Values(name), ", "); lines != value {
			t.Errorf("%s: %q, want %q", name, lines, value)
		}
	}
	if !uuid.MatchString(got.Get("x-amzn-RequestId")) {
		t.Errorf("x-amzn-RequestId: %q is not a UUID", got.Get("x-amzn-RequestId"))
	}
	if !extendedID.MatchString(got.Get("x-amz-apigw-id")) {
		t.Errorf("x-amz-apigw-id: %q", got.Get("x-amz-apigw-id"))
	}
}

func customized(responses object) func(object) {
	return func(doc object) { doc["x-amazon-apigateway-gateway-responses"] = responses }
}

// TestCustomizedByType customizes the response of every type.
func TestCustomizedByType(t *testing.T) {
	responses := object{}
	for _, test := range failures() {
		if test.kind != "" {
			responses[test.kind] = object{
				"responseParameters": object{"gatewayresponse.header.X-Own": "'" + test.kind + "'"},
				"responseTemplates": object{
					"application/problem+json": `{"type":"$context.error.responseType","detail":$context.error.messageString}`,
				},
			}
		}
	}
	responses["DEFAULT_4XX"] = object{"statusCode": 418} // does not apply to REQUEST_TOO_LARGE
	for _, test := range failures() {
		t.Run(test.name, func(t *testing.T) {
			f := test.functions
			if f == nil {
				f = notInvoked(t)
			}
			w := do(newGateway(t, customized(responses), f), test.request(t))
			if test.kind == "" {
				if w.Code != test.status || w.Body.String() != test.body {
					t.Errorf("%d %s: this response cannot be customized", w.Code, w.Body)
				}
				return
			}
			message := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(test.body, `{"message":`), "}"))
			want := `{"type":"` + test.kind + `","detail":` + message + `}`
			if w.Code != test.status || w.Body.String() != want {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, test.status, want)
			}
			checkHeaders(t, w.Header(), map[string]string{
				"Content-Type": "application/problem+json", "X-Own": test.kind, "X-Amzn-ErrorType": test.errorType,
			})
		})
	}
}

func TestInheritance(t *testing.T) {
	g := func(t *testing.T, f functions) *gateway.Gateway {
		return newGateway(t, customized(object{
			"DEFAULT_4XX": object{
				"statusCode": 418, "responseParameters": object{"gatewayresponse.header.X-Own": "'four'"},
			},
			"DEFAULT_5XX":         object{"responseTemplates": object{"text/plain": "five: $context.error.message"}},
			"UNAUTHORIZED":        object{"statusCode": "404"},
			"INTEGRATION_FAILURE": object{"responseParameters": object{"gatewayresponse.header.X-Own": "'five'"}},
		}), f)
	}
	tests := map[string]struct {
		target            string
		functions         functions
		status            int
		body, contentType string
		own               string
	}{
		"DEFAULT_4XX as a whole": {
			target: "/nowhere", status: 418, body: `{"message":"Missing Authentication Token"}`,
			contentType: "application/json", own: "four",
		},
		"DEFAULT_5XX keeps the status": {
			target: "/files/a", functions: failingWith(gateway.ErrFunctionFailed), status: 502,
			body: "five: Internal server error", contentType: "text/plain",
		},
		"DEFAULT_5XX for a type": {
			target: "/files/a", functions: failingWith(gateway.ErrNoFunction), status: 500,
			body: "five: Internal server error", contentType: "text/plain",
		},
		"the own type inherits no headers": {
			target: "/accounts/me", status: 404, body: `{"message":"Unauthorized"}`,
			contentType: "application/json",
		},
		"nor a template": {
			target: "/files/a", functions: failingWith(errors.New("refused")), status: 504,
			body: `{"message": "Network error communicating with endpoint"}`, contentType: "application/json",
			own: "five",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := do(g(t, test.functions), request("GET", test.target, ""))
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, test.status, test.body)
			}
			checkHeaders(t, w.Header(), map[string]string{"Content-Type": test.contentType, "X-Own": test.own})
		})
	}
}

func TestTemplateValues(t *testing.T) {
	template := func(text string) func(object) {
		return customized(object{"DEFAULT_4XX": object{"responseTemplates": object{"text/plain": text}}})
	}
	tests := map[string]struct{ text, want string }{
		"request": {
			text: "$context.httpMethod $context.path $context.stage $context.protocol",
			want: "POST /accounts v1 HTTP/1.1",
		},
		"resource": {text: "$context.resourcePath", want: "/accounts"},
		"time": {
			text: "$context.requestTime $context.requestTimeEpoch",
			want: "04/Mar/2026:19:15:17 +0000 1772651717123",
		},
		"identity": {
			text: "$context.identity.sourceIp|$context.identity.userAgent|", want: "203.0.113.7|curl/8|",
		},
		"api":         {text: "$context.accountId $context.domainName", want: "123456789012 api.example.com"},
		"punctuation": {text: "<$context.error.responseType.>", want: "<BAD_REQUEST_BODY.>"},
		"hash is text": {
			text: "https://example.com/problems#body", want: "https://example.com/problems#body",
		},
		"empty":         {},
		"messageString": {text: "$context.error.messageString", want: `"Invalid request body"`},
		"validation": {
			text: "$context.error.validationErrorString",
			want: `[object has missing required properties ([\"name\"])]`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t, template(test.text), notInvoked(t))
			w := do(g, create(`{}`, "User-Agent: curl/8")(t))
			if got := w.Body.String(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	t.Run("IDs equal the headers", func(t *testing.T) {
		g := newGateway(t, template("$context.requestId $context.extendedRequestId"), notInvoked(t))
		w := do(g, request("GET", "/nowhere", ""))
		if want := w.Header().Get("X-Amzn-RequestId") + " " + w.Header().Get("X-Amz-Apigw-Id"); w.Body.String() != want {
			t.Errorf("%q, want %q", w.Body, want)
		}
	})
	t.Run("other failures have no validation error", func(t *testing.T) {
		g := newGateway(t, template("[$context.error.validationErrorString]$context.resourcePath"), notInvoked(t))
		if w := do(g, request("GET", "/nowhere", "")); w.Body.String() != "[]" {
			t.Errorf("%q", w.Body)
		}
	})
}

func TestDisconnectedClientGetsNoResponse(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	f := functions(func(ctx context.Context, _ string, _ []byte, _ string) ([]byte, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	})
	w := do(newGateway(t, nil, f), request("GET", "/files/a", "").WithContext(ctx))
	if len(w.Header()) != 0 || w.Body.Len() != 0 {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
}
