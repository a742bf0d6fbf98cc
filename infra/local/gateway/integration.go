package gateway

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
)

const integrationKey = extension + "integration"

type integrationDoc struct {
	Type                string
	HTTPMethod          string
	URI                 string
	PassthroughBehavior *string
	TimeoutInMillis     *int64
	RequestTemplates    map[string]string
	Responses           map[string]struct {
		StatusCode         statusCode
		ResponseParameters map[string]string
		ResponseTemplates  map[string]string
	}
}

// integration reads what serves the operation. It returns nil after a finding.
func (l *loader) integration(at pointer, method string, op *openapi3.Operation) target {
	value, ok := op.Extensions[integrationKey]
	at = at.child(integrationKey)
	if !ok {
		l.add(at, "the operation has no integration")
		return nil
	}
	var doc integrationDoc
	if !l.decode(at, value, &doc) {
		return nil
	}
	if p := doc.PassthroughBehavior; p != nil && *p != "when_no_match" && *p != "never" {
		l.add(at.child("passthroughBehavior"), "%q is not emulated: write when_no_match or never", *p)
	}
	switch {
	case doc.Type == "aws_proxy":
		return l.lambdaProxy(at, &doc)
	case doc.Type == "mock" && method == http.MethodOptions:
		return l.mock(at, &doc, op)
	case doc.Type == "mock":
		l.add(at.child("type"), "mock is emulated for OPTIONS only")
	default:
		l.add(at.child("type"), "%q is not emulated: aws_proxy and mock are", doc.Type)
	}
	return nil
}

// functionURI is the one form of an integration URI that names a Lambda function.
var functionURI = regexp.MustCompile(`^arn:aws:apigateway:([a-z0-9-]+):lambda:path/2015-03-31/functions/` +
	`arn:aws:lambda:([a-z0-9-]+):(\d{12}):function:([A-Za-z0-9_-]{1,64})(:[A-Za-z0-9_-]{1,128})?/invocations$`)

var stageVariable = regexp.MustCompile(`\$\{stageVariables\.([A-Za-z0-9_]+)\}`)

func (l *loader) lambdaProxy(at pointer, doc *integrationDoc) target {
	if doc.HTTPMethod != http.MethodPost {
		l.add(at.child("httpMethod"), "%q: Lambda is invoked by POST", doc.HTTPMethod)
	}
	if doc.RequestTemplates != nil {
		l.add(at.child("requestTemplates"), "a proxy integration has no templates")
	}
	if doc.Responses != nil {
		l.add(at.child("responses"), "a proxy integration has no integration responses")
	}
	timeout := int64(29_000)
	if doc.TimeoutInMillis != nil {
		timeout = *doc.TimeoutInMillis
	}
	if timeout < 50 || timeout > 29_000 {
		l.add(at.child("timeoutInMillis"), "%d is not in 50 to 29000", timeout)
	}
	uri := stageVariable.ReplaceAllStringFunc(doc.URI, func(ref string) string {
		value, ok := l.cfg.Variables[stageVariable.FindStringSubmatch(ref)[1]]
		if !ok {
			l.add(at.child("uri"), "%s: the stage has no such variable", ref)
		}
		return value
	})
	m := functionURI.FindStringSubmatch(uri)
	if m == nil {
		l.add(at.child("uri"), "%q does not name a Lambda function", uri)
		return nil
	}
	if m[1] != l.cfg.Region || m[2] != l.cfg.Region || m[3] != l.cfg.AccountID {
		l.add(at.child("uri"), "%q is not in %s of account %s: only the Region's own functions are emulated", uri, l.cfg.Region, l.cfg.AccountID)
	}
	return &lambdaProxy{function: m[4], timeout: time.Duration(timeout) * time.Millisecond}
}

// mock reads a CORS preflight: a constant answer whose headers are literals.
func (l *loader) mock(at pointer, doc *integrationDoc, op *openapi3.Operation) target {
	if doc.URI != "" || doc.HTTPMethod != "" || doc.TimeoutInMillis != nil {
		l.add(at, "uri, httpMethod and timeoutInMillis have no meaning for a mock")
	}
	m := &mock{header: make(http.Header), strict: doc.PassthroughBehavior != nil && *doc.PassthroughBehavior == "never"}
	for _, mediaType := range slices.Sorted(maps.Keys(doc.RequestTemplates)) {
		if mediaType != jsonType || !isMockTemplate(doc.RequestTemplates[mediaType]) {
			l.add(at.child("requestTemplates", mediaType), `only {"application/json": "{\"statusCode\":2xx}"} is emulated`)
		}
	}
	if len(doc.RequestTemplates) == 0 {
		l.add(at, "a mock without requestTemplates has no status")
	}
	at = at.child("responses")
	response, ok := doc.Responses["default"]
	if !ok || len(doc.Responses) != 1 {
		l.add(at, "exactly the response \"default\" is emulated")
		return nil
	}
	at = at.child("default")
	m.status = int(response.StatusCode)
	for mediaType, text := range response.ResponseTemplates {
		if mediaType != jsonType || text != "" {
			l.add(at.child("responseTemplates", mediaType), "a mock's body is not emulated")
		}
	}
	l.responseHeaders(at.child("responseParameters"), response.ResponseParameters, "method.response.header.", notMapped, m.header)
	l.declared(at, m, op)
	m.header.Set("Content-Type", jsonType)
	return m
}

// notMapped is a header that a mapping cannot give the client: it comes back as
// X-Amzn-Remapped-*, as package apigateway has them from its sources: for integrations
// that are not proxies, more names are remapped than in a function's answer.
// Gateway responses keep them.
func notMapped(name string) bool { return reservedHeader(name) || apigateway.RemapsMappedHeader(name) }

// declared checks what import checks: an integration response may only give
// what the method response of its status declares.
func (l *loader) declared(at pointer, m *mock, op *openapi3.Operation) {
	response := op.Responses.Status(m.status)
	if response == nil || response.Value == nil {
		l.add(at.child("statusCode"), "the operation declares no response %d", m.status)
		return
	}
	names := make(map[string]bool)
	for name := range response.Value.Headers {
		names[strings.ToLower(name)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(m.header)) {
		if !names[strings.ToLower(name)] {
			l.add(at.child("responseParameters"), "the operation's response %d declares no header %s", m.status, name)
		}
	}
}

// isMockTemplate is a request template that gives a 2xx status and nothing else.
func isMockTemplate(text string) bool {
	var body map[string]int
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		return false
	}
	return len(body) == 1 && body["statusCode"]/100 == 2
}
