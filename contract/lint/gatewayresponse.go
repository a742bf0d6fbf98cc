package lint

import (
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

func (l *linter) gatewayResponses(v *visit) {
	if checkKind(tree.Object)(l, v); v.node.Kind != tree.Object {
		return
	}
	for i := range v.node.Members {
		m := v.of(&v.node.Members[i])
		known, ok := apigateway.GatewayResponses[m.token]
		switch {
		case !ok:
			l.report(m, gatewayResponse, "API Gateway has no gateway response %s", m.token)
		case known.Fixed:
			l.report(m, gatewayTooLarge, "the response cannot be customized")
		case m.node.Kind != tree.Object:
			l.report(m, gatewayResponse, "a gateway response is an object, not %s", article(m.node.Kind))
		default:
			l.gatewayResponse(m)
		}
	}
}

func (l *linter) gatewayResponse(v *visit) {
	for i := range v.node.Members {
		m := v.of(&v.node.Members[i])
		switch m.token {
		case "statusCode":
			if !apigateway.IsStatusCode(m.node.Text) {
				l.report(m, gatewayResponse, "statusCode is %q, not a status from 100 to 599", clip(m.node.Text))
			}
		case "responseParameters":
			l.gatewayParameters(m)
		case "responseTemplates":
			for j := range m.node.Members {
				l.template(m.of(&m.node.Members[j]))
			}
		default:
			l.report(m, gatewayResponse, "a gateway response has no member %s", m.token)
		}
	}
}

func (l *linter) template(v *visit) {
	switch {
	case v.node.Kind != tree.String:
		l.report(v, gatewayResponse, "a template is a string, not %s", article(v.node.Kind))
	case strings.Contains(v.node.Text, apigateway.QuotedMessage):
		l.report(v, gatewayResponse, "$context.error.messageString already has quotes: with two more the body is not JSON")
	}
}

// gatewayParameters checks the headers of a gateway response. Each is a fixed
// value in single quotes or a value of the request.
func (l *linter) gatewayParameters(v *visit) {
	for i := range v.node.Members {
		m := v.of(&v.node.Members[i])
		if name, ok := strings.CutPrefix(m.token, apigateway.ToGatewayHeader); !ok || name == "" {
			l.report(m, gatewayResponse, "%q is not %s with a name", m.token, apigateway.ToGatewayHeader)
		}
		if value := m.node.Str(); !apigateway.IsRequestMapping(value) {
			l.report(m, gatewayResponse, "%q is not a fixed value in single quotes, nor a value of the request", value)
		}
	}
}
