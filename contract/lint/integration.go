package lint

import (
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// payloadFormat is a member of integrations of HTTP APIs.
const payloadFormat = "payloadFormatVersion"

// isDefaultPayload reports whether a member names the only payload format of REST
// APIs. An import accepts it without a warning, as recorded in
// testdata/recorded/payload-format.txtar, and drops it.
func isDefaultPayload(m *tree.Member) bool {
	if m.Name != payloadFormat || m.Value.Kind != tree.String && m.Value.Kind != tree.Number {
		return false
	}
	return m.Value.Text == "1.0" || m.Value.Text == "1"
}

func (l *linter) integration(v *visit) {
	if v.node.Kind != tree.Object {
		checkKind(tree.Object)(l, v)
		return
	}
	for i := range v.node.Members {
		m := &v.node.Members[i]
		if slices.Contains(apigateway.IntegrationMembers, m.Name) || isDefaultPayload(m) {
			continue
		}
		r := integrationShape
		if m.Name != payloadFormat {
			r = r.andImported() // another payload format changes what the function receives
		}
		l.report(v.of(m), r, "the integration of a REST API has no member %s", m.Name)
	}
	uri := v.node.Get("uri").Str()
	kind := strings.ToLower(v.node.Get("type").Str())
	switch {
	case kind == "mock":
	case slices.Contains(apigateway.IntegrationTypes, kind):
		if at := v.member("uri"); at != nil && at.node.Kind != tree.String {
			l.report(at, integrationShape, "the uri is %s, not a string: an import does not resolve CloudFormation's functions",
				article(at.node.Kind))
		} else if uri == "" {
			l.report(v, integrationShape, "the integration has no uri")
		}
		if v.node.Get("httpMethod").Str() == "" {
			l.report(v, integrationShape, "the integration has no httpMethod")
		}
	default:
		l.report(v.at("type"), integrationShape, "an integration's type is %s", anyOf(apigateway.IntegrationTypes))
	}
	if m := v.node.Get("httpMethod").Str(); kind == "aws_proxy" && m != "" && m != "POST" {
		l.report(v.at("httpMethod"), integrationShape, "API Gateway calls a function by POST, whatever the method of the operation")
	}
	l.address(v, kind, uri)
	l.connection(v)
	l.mappings(v, kind)
	p := v.member("passthroughBehavior")
	if p != nil && !slices.Contains(apigateway.PassthroughBehaviors, strings.ToLower(p.node.Str())) {
		l.report(p, integrationShape, "passthroughBehavior is %s", anyOf(apigateway.PassthroughBehaviors))
	}
	l.contentHandling(v)
	l.between(v, "timeoutInMillis", apigateway.MinTimeoutMillis, apigateway.MaxTimeoutMillis, integrationTime)
}

// connection checks the network of an integration.
func (l *linter) connection(v *visit) {
	c := v.member("connectionType")
	switch {
	case c == nil:
	case !slices.Contains(apigateway.ConnectionTypes, c.node.Str()):
		l.report(c, integrationShape, "connectionType is %s", anyOf(apigateway.ConnectionTypes))
	case c.node.Text == apigateway.VPCLink && v.node.Get("connectionId").Str() == "":
		l.report(v, integrationShape, "the integration has no connectionId, which names its VPC link")
	}
}

// contentHandling checks the conversion between text and binary of an integration or
// of one of its responses.
func (l *linter) contentHandling(v *visit) {
	c := v.member("contentHandling")
	if c != nil && c.node.Kind != tree.Null && !slices.Contains(apigateway.ContentHandlings, c.node.Str()) {
		l.report(c, integrationShape, "contentHandling is %s", anyOf(apigateway.ContentHandlings))
	}
}

// address checks the uri of an integration of one type. Recorded:
// testdata/recorded/aws-no-arn.txtar and the files beside it.
func (l *linter) address(v *visit, kind, uri string) {
	if uri == "" {
		return
	}
	at := v.at("uri")
	if l.unresolved(at, integrationShape) {
		return
	}
	switch kind {
	case "aws_proxy", "aws":
		service, ok := apigateway.IntegrationService(uri)
		if !ok {
			l.report(at, integrationShape, "%q is not a uri for %s of the form %s", clip(uri), kind, apigateway.FunctionURIForm)
		} else if kind == "aws_proxy" && service != "lambda" {
			l.report(at, integrationShape, "aws_proxy calls Lambda functions only: for %s use the type aws", service)
		}
	case "http_proxy", "http":
		if !apigateway.IsHTTPURI(uri) {
			l.report(at, integrationShape, "%q is not a uri for %s: write http:// or https:// before any stage variable",
				clip(uri), kind)
		}
	}
}

// unresolved reports whether a uri contains a variable that nothing replaces. API
// Gateway refuses it, such as with "Invalid HTTP endpoint specified for URI".
func (l *linter) unresolved(uri *visit, r rule) bool {
	name := apigateway.UnresolvedVariable(uri.node.Str())
	if name != "" {
		l.report(uri, r, "neither an import nor a stage replaces %s in the uri", clip(name))
	}
	return name != ""
}

// anyOf returns a list of values for a message, such as "a, b or c".
func anyOf(values []string) string {
	last := len(values) - 1
	return strings.Join(values[:last], ", ") + " or " + values[last]
}
