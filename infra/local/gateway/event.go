package gateway

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// event returns the function's input for a request that passed all checks. It is the
// input of a Lambda proxy integration, payload 1.0. Empty maps and absent bodies are null. Source:
// "Input format of a Lambda function for proxy integration",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
// and the events recorded in testdata/recorded/event.
//
// encoding/json takes a tenth of the gateway's time for a request, and needs maps of what
// is a list here.
func (x *exchange) event() []byte {
	w := make(jsonWriter, 0, 4096+len(x.body)*5/4)
	w.open('{')
	w.text("resource", x.operation.Path)
	w.text("path", x.path)
	w.text("httpMethod", x.r.Method)
	headers := x.eventHeaders()
	w.object("headers", len(headers), func() {
		for _, h := range headers {
			w.text(h.name, h.values[len(h.values)-1])
		}
	})
	w.object("multiValueHeaders", len(headers), func() {
		for _, h := range headers {
			w.list(h.name, h.values)
		}
	})
	w.object("queryStringParameters", len(x.query.last), func() { w.texts(x.query.last) })
	w.object("multiValueQueryStringParameters", len(x.query.all), func() {
		for _, name := range slices.Sorted(maps.Keys(x.query.all)) {
			w.list(name, x.query.all[name])
		}
	})
	w.object("pathParameters", len(x.parameters), func() { w.texts(x.parameters) })
	w.object("stageVariables", len(x.g.variables), func() { w.texts(x.g.variables) })
	w.key("requestContext")
	x.requestContext(&w)
	encoded := false
	if len(x.body) == 0 {
		w.null("body")
	} else if encoded = x.g.binary.Match(document.MediaType(x.r.Header.Get("Content-Type"))); encoded {
		w.text("body", base64.StdEncoding.EncodeToString(x.body))
	} else {
		w.text("body", string(x.body))
	}
	w.boolean("isBase64Encoded", encoded)
	w.close('}')
	return w
}

func (x *exchange) requestContext(w *jsonWriter) {
	prefix, _, _ := strings.Cut(x.g.domain, ".")
	w.open('{')
	w.text("resourceId", x.operation.resourceID)
	if x.claims != nil {
		w.key("authorizer")
		w.open('{')
		w.key("claims")
		w.open('{')
		w.texts(x.claims)
		w.close('}')
		w.close('}')
	}
	w.text("resourcePath", x.operation.Path)
	if x.operation.ID != "" {
		w.text("operationName", x.operation.ID)
	}
	w.text("httpMethod", x.r.Method)
	w.text("extendedRequestId", x.extendedID)
	w.text("requestTime", x.received.Format(requestTime))
	w.text("path", x.url)
	w.text("accountId", x.g.account)
	w.text("protocol", protocol(x.r))
	w.text("stage", x.g.stage)
	w.text("domainPrefix", prefix)
	w.integer("requestTimeEpoch", x.received.UnixMilli())
	w.text("requestId", x.requestID)
	w.key("identity")
	x.identity(w)
	w.text("domainName", x.g.domain)
	w.text("deploymentId", x.g.deploymentID)
	w.text("apiId", x.g.apiID)
	w.close('}')
}

// identityMembers are the members of an event's identity. Only the client's address and
// agent are not null: the others are for IAM authorization and API keys.
var identityMembers = []string{
	"cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "sourceIp", "principalOrgId", "accessKey",
	"cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "userAgent", "user",
}

func (x *exchange) identity(w *jsonWriter) {
	w.open('{')
	for _, name := range identityMembers {
		agent := x.r.UserAgent()
		switch {
		case name == "sourceIp":
			w.text(name, x.sourceIP)
		case name == "userAgent" && agent != "":
			w.text(name, agent)
		default:
			w.null(name)
		}
	}
	w.close('}')
}

// protocol returns what API Gateway reports as the protocol: HTTP/1.1 for HTTP/2, too, as
// seen in a capture.
func protocol(r *http.Request) string {
	if r.ProtoMajor == 2 {
		return "HTTP/1.1"
	}
	return r.Proto
}
