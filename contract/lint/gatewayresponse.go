package lint

import (
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

func (l *linter) gatewayResponses(v *visit) {
	if wants(tree.Object)(l, v); v.node.Kind != tree.Object {
		return
	}
	for i := range v.node.Members {
		m := v.of(&v.node.Members[i])
		known, ok := apigateway.GatewayResponses[m.token]
		switch {
		case !ok:
			l.report(m, gatewayResponse, "API Gateway has no gateway response %s", m.token)
		case known.Fixed:
			l.report(m, gatewayTooLarge, "the answer is AWS's own")
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
				l.report(m, gatewayResponse, "statusCode is a status from 100 to 599")
			}
		case "responseParameters":
			l.gatewayParameters(m)
		case "responseTemplates":
			for j := range m.node.Members {
				l.template(m.of(&m.node.Members[j]))
			}
		default:
			l.report(m, gatewayResponse, "a gateway response has no %s", m.token)
		}
	}
}

func (l *linter) template(v *visit) {
	switch {
	case v.node.Kind != tree.String:
		l.report(v, gatewayResponse, "a template is a text, not %s", article(v.node.Kind))
	case strings.Contains(v.node.Text, apigateway.QuotedMessage):
		l.report(v, gatewayResponse, "$context.error.messageString has its quotes already: with two more the answer is no JSON")
	}
}

// gatewayParameters checks the headers of a gateway response: each is a fixed
// value in single quotes, or a value of the request.
func (l *linter) gatewayParameters(v *visit) {
	for i := range v.node.Members {
		m := v.of(&v.node.Members[i])
		if name, ok := strings.CutPrefix(m.token, apigateway.ToGatewayHeader); !ok || name == "" {
			l.report(m, gatewayResponse, "%q is not gatewayresponse.header. and a name", m.token)
		}
		if value := m.node.Str(); !apigateway.IsRequestMapping(value) {
			l.report(m, gatewayResponse, "%q is neither a fixed value in single quotes nor one of the request", value)
		}
	}
}
