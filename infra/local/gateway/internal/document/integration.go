package document

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/meridian-api/meridian/contract/apigateway"
)

type integration struct {
	Type                string
	URI                 string
	PassthroughBehavior string
	TimeoutInMillis     *int64
	RequestTemplates    map[string]string
	Responses           map[string]integrationResponse
}

type integrationResponse struct {
	StatusCode         statusCode
	ResponseParameters map[string]string
	ResponseTemplates  map[string]string
}

// integration returns the *Function or the *Mock that serves an operation, and
// nil after an error.
func (l *loader) integration(at pointer, method string, op *operation) any {
	value := op.Integration
	at = at.child(apigateway.IntegrationExtension)
	l.allow(at, value, "type", "httpMethod", "uri", "passthroughBehavior", "timeoutInMillis", "requestTemplates", "responses")
	var doc integration
	if !l.decode(at, value, &doc) {
		return nil
	}
	if p := doc.PassthroughBehavior; p != "" && p != "when_no_match" && p != "never" {
		l.refuse(at.child("passthroughBehavior"), "%q is not supported: write when_no_match or never", p)
	}
	switch {
	case doc.Type == "aws_proxy":
		return l.function(at, &doc)
	case doc.Type == "mock" && method == http.MethodOptions:
		return l.mock(at, value, &doc, op)
	case doc.Type == "mock":
		l.refuse(at.child("type"), "mock is supported for OPTIONS only")
	default:
		l.refuse(at.child("type"), "%q is not supported: write aws_proxy or mock", doc.Type)
	}
	return nil
}

func (l *loader) function(at pointer, doc *integration) any {
	if doc.RequestTemplates != nil {
		l.refuse(at.child("requestTemplates"), "a proxy integration has no templates")
	}
	if doc.Responses != nil {
		l.refuse(at.child("responses"), "a proxy integration has no integration responses")
	}
	at = at.child("uri")
	uri := apigateway.StageVariable.ReplaceAllStringFunc(doc.URI, func(reference string) string {
		value, ok := l.opts.Variables[apigateway.StageVariable.FindStringSubmatch(reference)[1]]
		if !ok {
			l.refuse(at, "%s: the stage has no such variable", reference)
		}
		return value
	})
	f, ok := apigateway.ParseFunctionURI(uri)
	if !ok {
		l.refuse(at, "%q does not name a Lambda function", uri)
		return nil
	}
	own := f.Partition == "aws" && f.FunctionPartition == "aws" &&
		f.Region == l.opts.Region && f.FunctionRegion == l.opts.Region && f.Account == l.opts.AccountID
	if !own {
		l.refuse(at, "%q is not in %s of account %s: only the Region's own functions are supported",
			uri, l.opts.Region, l.opts.AccountID)
	}
	millis := int64(apigateway.MaxTimeoutMillis)
	if doc.TimeoutInMillis != nil {
		millis = *doc.TimeoutInMillis
	}
	return &Function{Name: f.Name, Timeout: time.Duration(millis) * time.Millisecond}
}

// mock loads a CORS preflight: a constant response whose headers are literals.
func (l *loader) mock(at pointer, value json.RawMessage, doc *integration, op *operation) any {
	all := members(value)
	for _, name := range []string{"uri", "httpMethod", "timeoutInMillis"} {
		if !null(all[name]) && string(all[name]) != `""` {
			l.refuse(at, "uri, httpMethod and timeoutInMillis have no meaning for a mock")
			break
		}
	}
	for _, mediaType := range slices.Sorted(maps.Keys(doc.RequestTemplates)) {
		if mediaType != JSONType || !isMockTemplate(doc.RequestTemplates[mediaType]) {
			l.refuse(at.child("requestTemplates", mediaType), `only {"application/json": "{\"statusCode\":2xx}"} is supported`)
		}
	}
	if len(doc.RequestTemplates) == 0 {
		l.refuse(at, "a mock without requestTemplates has no status")
	}
	at = at.child("responses")
	response, ok := doc.Responses["default"]
	if !ok || len(doc.Responses) != 1 {
		l.refuse(at, "exactly the response \"default\" is supported")
		return nil
	}
	at = at.child("default")
	for mediaType, text := range response.ResponseTemplates {
		if mediaType != JSONType || text != "" {
			l.refuse(at.child("responseTemplates", mediaType), "a mock's body is not supported")
		}
	}
	m := &Mock{Status: int(response.StatusCode), Header: http.Header{}, Strict: doc.PassthroughBehavior == "never"}
	l.headers(at.child("responseParameters"), response.ResponseParameters, apigateway.ToResponseHeader, m.Header)
	if !op.responds(m.Status) {
		l.refuse(at.child("statusCode"), "the operation declares no response %d", m.Status)
	}
	m.Header.Set("Content-Type", JSONType)
	return m
}

// isMockTemplate reports whether a request template states a 2xx status and
// nothing else.
func isMockTemplate(text string) bool {
	var body map[string]int
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		return false
	}
	return len(body) == 1 && body["statusCode"]/100 == 2
}

// isSetByGateway reports whether a document that sets the header would change
// what the gateway's own headers mean.
func isSetByGateway(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "content-length", "date", "connection", "transfer-encoding":
		return true
	}
	return strings.HasPrefix(name, "x-amzn-") || strings.HasPrefix(name, "x-amz-apigw-")
}

var literalMapping = regexp.MustCompile(`^'([^']*)'$`)

// headers adds the headers that responseParameters set. Only literals are
// supported. Keys begin with prefix.
func (l *loader) headers(at pointer, parameters map[string]string, prefix string, into http.Header) {
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		name, ok := strings.CutPrefix(key, prefix)
		if !ok || !httpguts.ValidHeaderFieldName(name) {
			l.refuse(at.child(key), "only %sNAME is supported", prefix)
			continue
		}
		if isSetByGateway(name) {
			l.refuse(at.child(key), "the gateway sets this header itself")
			continue
		}
		value := literalMapping.FindStringSubmatch(parameters[key])
		if value == nil || !httpguts.ValidHeaderFieldValue(value[1]) {
			l.refuse(at.child(key), "only a literal in single quotes is supported, not %q", parameters[key])
			continue
		}
		into.Set(name, value[1])
	}
}
