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

// failing is each way in which this gateway answers instead of a function.
type failing struct {
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

func fails(err error) functions {
	return func(context.Context, string, []byte, string) ([]byte, error) {
		return nil, fmt.Errorf("lambda: %w", err)
	}
}

func failures() []failing {
	const internal = `{"message": "Internal server error"}`
	plain := func(method, target string, headers ...string) func(*testing.T) *http.Request {
		return func(*testing.T) *http.Request { return request(method, target, "", headers...) }
	}
	slow := func(ctx context.Context, _ string, _ []byte, _ string) ([]byte, error) {
		<-ctx.Done()
		return nil, gateway.ErrFunctionFailed
	}
	return []failing{
		{"no token", plain("GET", "/accounts/1"), nil, 401, `{"message":"Unauthorized"}`, "UnauthorizedException", "UNAUTHORIZED"},
		{"expired token", func(t *testing.T) *http.Request {
			return request("GET", "/accounts/1", "", access(t, "ada", issuer.WithLifetime(0)))
		}, nil, 401, `{"message":"The incoming token has expired"}`, "UnauthorizedException", "UNAUTHORIZED"},
		{"unknown path", plain("GET", "/nowhere"), nil, 403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException", "MISSING_AUTHENTICATION_TOKEN"},
		{"wrong method", plain("DELETE", "/accounts/1"), nil, 403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException", "MISSING_AUTHENTICATION_TOKEN"},
		{"HEAD is not GET", plain("HEAD", "/files/a"), nil, 403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException", "MISSING_AUTHENTICATION_TOKEN"},
		{"parameters", func(t *testing.T) *http.Request { return request("POST", "/accounts", "", access(t, "ada")) },
			nil, 400, `{"message":"Missing required request parameters: [X-Tenant, Idempotency-Key, dryRun]"}`, "BadRequestException", "BAD_REQUEST_PARAMETERS"},
		{"body", create(`{}`), nil, 400, `{"message":"Invalid request body"}`, "BadRequestException", "BAD_REQUEST_BODY"},
		{"declared too large", func(*testing.T) *http.Request {
			r := request("GET", "/files/a", "")
			r.ContentLength = 10<<20 + 1
			return r
		}, nil, 413, `{"message":"HTTP content length exceeded 10485760 bytes"}`, "RequestTooLargeException", ""},
		{"found too large", func(*testing.T) *http.Request {
			r := request("GET", "/files/a", strings.Repeat("x", 10<<20+1))
			r.ContentLength = -1
			return r
		}, nil, 413, `{"message":"HTTP content length exceeded 10485760 bytes"}`, "RequestTooLargeException", ""},
		{"headers too large", plain("GET", "/files/a", "X-A: "+strings.Repeat("x", 10_240), "X-B: "+strings.Repeat("x", 10_240)),
			nil, 431, `{"message":"HTTP header is larger than 20480 bytes"}`, "RequestTooLargeException", ""},
		{"no function", getFile, fails(gateway.ErrNoFunction), 500, internal, "InternalServerErrorException", "API_CONFIGURATION_ERROR"},
		{"throttled", getFile, fails(gateway.ErrThrottled), 500, internal, "InternalServerErrorException", "DEFAULT_5XX"},
		{"function failed", getFile, fails(gateway.ErrFunctionFailed), 502, internal, "InternalServerErrorException", "DEFAULT_5XX"},
		{"malformed answer", getFile, says(`[]`), 502, internal, "InternalServerErrorException", "DEFAULT_5XX"},
		{"network", getFile, fails(errors.New("connection refused")), 504, `{"message": "Network error communicating with endpoint"}`, "InternalServerErrorException", "INTEGRATION_FAILURE"},
		{"timeout", func(t *testing.T) *http.Request { return request("GET", "/accounts/1", "", access(t, "ada")) }, slow,
			504, `{"message": "Endpoint request timed out"}`, "InternalServerErrorException", "INTEGRATION_TIMEOUT"},
	}
}

func TestDefaultResponses(t *testing.T) {
	for _, test := range failures() {
		t.Run(test.name, func(t *testing.T) {
			f := test.functions
			if f == nil {
				f = nobody(t)
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

var (
	uuid       = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	extendedID = regexp.MustCompile(`^[A-Za-z0-9+/]{15}=$`)
)

// checkHeaders wants the headers with these values, "" being absent, and the two
// that every response has.
func checkHeaders(t testing.TB, got http.Header, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got.Get(name) != value {
			t.Errorf("%s: %q, want %q", name, got.Get(name), value)
		}
	}
	if !uuid.MatchString(got.Get("x-amzn-RequestId")) {
		t.Errorf("x-amzn-RequestId: %q is no UUID", got.Get("x-amzn-RequestId"))
	}
	if !extendedID.MatchString(got.Get("x-amz-apigw-id")) {
		t.Errorf("x-amz-apigw-id: %q", got.Get("x-amz-apigw-id"))
	}
}

func customised(responses object) func(object) {
	return func(doc object) { doc["x-amazon-apigateway-gateway-responses"] = responses }
}

// TestCustomisedByType gives every type a response of its own.
func TestCustomisedByType(t *testing.T) {
	responses := object{}
	for _, test := range failures() {
		if test.kind != "" {
			responses[test.kind] = object{
				"responseParameters": object{"gatewayresponse.header.X-Own": "'" + test.kind + "'"},
				"responseTemplates":  object{"application/problem+json": `{"type":"$context.error.responseType","detail":$context.error.messageString}`},
			}
		}
	}
	responses["DEFAULT_4XX"] = object{"statusCode": 418} // not even this reaches REQUEST_TOO_LARGE
	for _, test := range failures() {
		t.Run(test.name, func(t *testing.T) {
			f := test.functions
			if f == nil {
				f = nobody(t)
			}
			w := do(newGateway(t, customised(responses), f), test.request(t))
			if test.kind == "" {
				if w.Code != test.status || w.Body.String() != test.body {
					t.Errorf("%d %s: this response cannot be customised", w.Code, w.Body)
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
		return newGateway(t, customised(object{
			"DEFAULT_4XX":         object{"statusCode": 418, "responseParameters": object{"gatewayresponse.header.X-Own": "'four'"}},
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
		"DEFAULT_4XX as a whole":           {"/nowhere", nil, 418, `{"message":"Missing Authentication Token"}`, "application/json", "four"},
		"DEFAULT_5XX keeps the status":     {"/files/a", fails(gateway.ErrFunctionFailed), 502, "five: Internal server error", "text/plain", ""},
		"DEFAULT_5XX for a type":           {"/files/a", fails(gateway.ErrNoFunction), 500, "five: Internal server error", "text/plain", ""},
		"the own type inherits no headers": {"/accounts/me", nil, 404, `{"message":"Unauthorized"}`, "application/json", ""},
		"nor a template":                   {"/files/a", fails(errors.New("refused")), 504, `{"message":"Network error communicating with endpoint"}`, "application/json", "five"},
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
		return customised(object{"DEFAULT_4XX": object{"responseTemplates": object{"text/plain": text}}})
	}
	tests := map[string]struct{ text, want string }{
		"request":       {"$context.httpMethod $context.path $context.stage $context.protocol", "POST /accounts v1 HTTP/1.1"},
		"resource":      {"$context.resourcePath", "/accounts"},
		"time":          {"$context.requestTime $context.requestTimeEpoch", "04/Mar/2026:19:15:17 +0000 1772651717123"},
		"identity":      {"$context.identity.sourceIp|$context.identity.userAgent|", "203.0.113.7|curl/8|"},
		"api":           {"$context.accountId $context.domainName", "123456789012 api.example.com"},
		"punctuation":   {"<$context.error.responseType.>", "<BAD_REQUEST_BODY.>"},
		"hash is text":  {"https://example.com/problems#body", "https://example.com/problems#body"},
		"empty":         {"", ""},
		"messageString": {"$context.error.messageString", `"Invalid request body"`},
		"validation":    {"$context.error.validationErrorString", `[object has missing required properties ([\"name\"])]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t, template(test.text), nobody(t))
			w := do(g, create(`{}`, "User-Agent: curl/8")(t))
			if got := w.Body.String(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	t.Run("ids are those of the headers", func(t *testing.T) {
		g := newGateway(t, template("$context.requestId $context.extendedRequestId"), nobody(t))
		w := do(g, request("GET", "/nowhere", ""))
		if want := w.Header().Get("X-Amzn-RequestId") + " " + w.Header().Get("X-Amz-Apigw-Id"); w.Body.String() != want {
			t.Errorf("%q, want %q", w.Body, want)
		}
	})
	t.Run("no validation error is empty", func(t *testing.T) {
		g := newGateway(t, template("[$context.error.validationErrorString]$context.resourcePath"), nobody(t))
		if w := do(g, request("GET", "/nowhere", "")); w.Body.String() != "[]" {
			t.Errorf("%q", w.Body)
		}
	})
}

func TestClientGone(t *testing.T) {
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
