package lint

import (
	"regexp"
	"strings"

	"github.com/meridian-api/meridian/contract/internal/tree"
)

// integrationMembers are those of REST APIs; integrationSubtype and the like,
// for HTTP APIs, are not among them.
var integrationMembers = map[string]bool{
	"cacheKeyParameters": true, "cacheNamespace": true, "connectionId": true, "connectionType": true,
	"contentHandling": true, "credentials": true, "httpMethod": true, "integrationTarget": true,
	"passthroughBehavior": true, "requestParameters": true, "requestTemplates": true, "responses": true,
	"responseTransferMode": true, "timeoutInMillis": true, "tlsConfig": true, "type": true, "uri": true,
}

// integrationURI is API Gateway's address of what it calls: another than the
// function's own ARN, which stands within it.
var integrationURI = regexp.MustCompile(`^arn:` + partition + `:apigateway:` + region + `:([^:/]+):(path|action)/.`)

// serviceGroup is the service in a match of integrationURI.
const serviceGroup = 3

var httpURI = regexp.MustCompile(`(?i)^https?://.`)

// functionURI is such an address for people.
const functionURI = "arn:PARTITION:apigateway:REGION:lambda:path/2015-03-31/functions/ARN_OF_THE_FUNCTION/invocations"

// Limits of an integration's timeout in milliseconds: API Gateway's least, and
// its quota by default.
const (
	minTimeout = 50
	maxTimeout = 29_000
)

// isOnlyPayload reports whether a member names the payload format that REST
// APIs have anyway: recorded on AWS to be taken without a warning, and dropped.
func isOnlyPayload(m *tree.Member) bool {
	if m.Name != "payloadFormatVersion" || m.Value.Kind != tree.String && m.Value.Kind != tree.Number {
		return false
	}
	return m.Value.Text == "1.0" || m.Value.Text == "1"
}

func (l *linter) integration(v *visit) {
	if v.node.Kind != tree.Object {
		wants(tree.Object)(l, v)
		return
	}
	for i := range v.node.Members {
		if m := &v.node.Members[i]; !integrationMembers[m.Name] && !isOnlyPayload(m) {
			l.report(v.of(m), integrationShape, "the integration of a REST API has no %s", m.Name)
		}
	}
	uri := v.node.Get("uri").Str()
	kind := strings.ToLower(v.node.Get("type").Str())
	switch kind {
	case "mock":
	case "aws_proxy", "aws", "http", "http_proxy":
		if at := v.member("uri"); at != nil && at.node.Kind != tree.String {
			l.report(at, integrationShape, "the uri is %s, not a text: an import resolves no function of CloudFormation's", article(at.node.Kind))
		} else if uri == "" {
			l.report(v, integrationShape, "the integration has no uri")
		}
		if v.node.Get("httpMethod").Str() == "" {
			l.report(v, integrationShape, "the integration has no httpMethod")
		}
	default:
		l.report(v.at("type"), integrationShape, "an integration's type is aws_proxy, aws, http_proxy, http or mock")
	}
	if m := v.node.Get("httpMethod").Str(); kind == "aws_proxy" && m != "" && m != "POST" {
		l.report(v.at("httpMethod"), integrationShape, "a function is called by POST, whatever the route's method")
	}
	l.address(v, kind, uri)
	l.mappings(v)
	if p := v.member("passthroughBehavior"); p != nil {
		switch strings.ToLower(p.node.Str()) {
		case "when_no_match", "when_no_templates", "never":
		default:
			l.report(p, integrationShape, "passthroughBehavior is when_no_match, when_no_templates or never")
		}
	}
	l.between(v, "timeoutInMillis", minTimeout, maxTimeout, integrationTime)
}

// address holds the uri to what API Gateway was recorded on AWS to take for the
// integration's type.
func (l *linter) address(v *visit, kind, uri string) {
	if uri == "" {
		return
	}
	at := v.at("uri")
	switch kind {
	case "aws_proxy", "aws":
		service := integrationURI.FindStringSubmatch(uri)
		if service == nil {
			l.report(at, integrationShape, "%q is no uri of %s: it is %s", clip(uri), kind, functionURI)
		} else if kind == "aws_proxy" && service[serviceGroup] != "lambda" {
			l.report(at, integrationShape, "aws_proxy calls functions only: for %s the type is aws", service[serviceGroup])
		}
	case "http_proxy", "http":
		if !httpURI.MatchString(uri) {
			l.report(at, integrationShape, "%q is no uri of %s: it begins with http:// or https://, before any stage variable", clip(uri), kind)
		}
	}
}
