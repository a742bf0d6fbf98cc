package lint

import (
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// isOnlyPayload reports whether a member names the payload format that REST
// APIs have anyway: it is taken without a warning, as recorded in
// testdata/recorded/payload-format.txtar, and dropped.
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
		if m := &v.node.Members[i]; !slices.Contains(apigateway.IntegrationMembers, m.Name) && !isOnlyPayload(m) {
			l.report(v.of(m), integrationShape, "the integration of a REST API has no %s", m.Name)
		}
	}
	uri := v.node.Get("uri").Str()
	kind := strings.ToLower(v.node.Get("type").Str())
	switch {
	case kind == "mock":
	case slices.Contains(apigateway.IntegrationTypes, kind):
		if at := v.member("uri"); at != nil && at.node.Kind != tree.String {
			l.report(at, integrationShape, "the uri is %s, not a text: an import resolves no function of CloudFormation's", article(at.node.Kind))
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
		l.report(v.at("httpMethod"), integrationShape, "a function is called by POST, whatever the route's method")
	}
	l.address(v, kind, uri)
	l.mappings(v)
	p := v.member("passthroughBehavior")
	if p != nil && !slices.Contains(apigateway.PassthroughBehaviors, strings.ToLower(p.node.Str())) {
		l.report(p, integrationShape, "passthroughBehavior is %s", anyOf(apigateway.PassthroughBehaviors))
	}
	l.between(v, "timeoutInMillis", apigateway.MinTimeoutMillis, apigateway.MaxTimeoutMillis, integrationTime)
}

// address compares the uri with what API Gateway takes for the integration's
// type. Recorded: testdata/recorded/aws-no-arn.txtar and its neighbours.
func (l *linter) address(v *visit, kind, uri string) {
	if uri == "" {
		return
	}
	at := v.at("uri")
	switch kind {
	case "aws_proxy", "aws":
		service, ok := apigateway.IntegrationService(uri)
		if !ok {
			l.report(at, integrationShape, "%q is no uri of %s: it is %s", clip(uri), kind, apigateway.FunctionURIForm)
		} else if kind == "aws_proxy" && service != "lambda" {
			l.report(at, integrationShape, "aws_proxy calls functions only: for %s the type is aws", service)
		}
	case "http_proxy", "http":
		if !apigateway.IsHTTPURI(uri) {
			l.report(at, integrationShape, "%q is no uri of %s: it begins with http:// or https://, before any stage variable", clip(uri), kind)
		}
	}
}

// anyOf lists values for a message: "a, b or c".
func anyOf(values []string) string {
	last := len(values) - 1
	return strings.Join(values[:last], ", ") + " or " + values[last]
}
