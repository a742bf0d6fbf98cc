package gateway_test

import (
	"strings"
)

var integrationRefusals = map[string]refusal{
	"no integration": {
		edit: func(doc object) { delete(at(doc, get...), integrationKey) },
		at:   getAt, rule: "integration-missing",
	},
	"a function by http_proxy": {edit: in(proxy, "type", "http_proxy"), at: proxyAt + "/uri", rule: "integration"},
	"http_proxy": {
		edit: both(in(proxy, "type", "http_proxy"), in(proxy, "uri", "https://example.com")),
		at:   proxyAt + "/type", reason: `"http_proxy" is not supported`,
	},
	"aws":                     {edit: in(proxy, "type", "aws"), at: proxyAt + "/type", reason: `"aws" is not supported`},
	"a mock that is not CORS": {edit: in(proxy, "type", "mock"), at: proxyAt + "/type", reason: "OPTIONS only"},
	"GET to Lambda":           {edit: in(proxy, "httpMethod", "GET"), at: proxyAt + "/httpMethod", reason: "by POST"},
	"a type of no text":       {edit: in(proxy, "type", 1), at: proxyAt + "/type", rule: "integration"},
	"templates for a proxy": {
		edit: in(proxy, "requestTemplates", object{}),
		at:   proxyAt + "/requestTemplates", reason: "no templates",
	},
	"responses for a proxy": {
		edit: in(proxy, "responses", object{}),
		at:   proxyAt + "/responses", reason: "no integration responses",
	},
	"request parameters": {
		edit: in(proxy, "requestParameters", object{}),
		at:   proxyAt + "/requestParameters", reason: "is not supported",
	},
	"credentials": {edit: in(proxy, "credentials", "arn"), at: proxyAt + "/credentials", reason: "is not supported"},
	"content handling": {
		edit: in(proxy, "contentHandling", "CONVERT_TO_TEXT"),
		at:   proxyAt + "/contentHandling", reason: "is not supported",
	},
	"streaming": {
		edit: in(proxy, "responseTransferMode", "STREAM"),
		at:   proxyAt + "/responseTransferMode", reason: "is not supported",
	},
	"passthrough by templates": {
		edit: in(proxy, "passthroughBehavior", "when_no_templates"),
		at:   proxyAt + "/passthroughBehavior", reason: "is not supported",
	},
	"too short a timeout": {
		edit: in(proxy, "timeoutInMillis", 49),
		at:   proxyAt + "/timeoutInMillis", reason: "50 to 29000",
	},
	"too long a timeout": {
		edit: in(proxy, "timeoutInMillis", 29001),
		at:   proxyAt + "/timeoutInMillis", reason: "50 to 29000",
	},
	"a variable the stage lacks": {
		edit: func(doc object) {
			at(doc, proxy...)["uri"] = strings.Replace(at(doc, proxy...)["uri"].(string), "environment", "env", 1)
		},
		at: proxyAt + "/uri", reason: "no such variable",
	},
	"no function": {edit: in(proxy, "uri", "https://example.com"), at: proxyAt + "/uri", rule: "integration"},
	"a function elsewhere": {
		edit: replaced(proxy, "lambda:${AWS::Region}:", "lambda:us-east-1:"),
		at:   proxyAt + "/uri", reason: "only the Region's own",
	},
	"a function of others": {
		edit: replaced(proxy, "${AWS::AccountId}", "210987654321"),
		at:   proxyAt + "/uri", reason: "only the Region's own",
	},
	"an unknown pseudo": {
		edit: replaced(proxy, "${AWS::AccountId}", "${AWS::StackName}"),
		at:   proxyAt + "/uri", reason: "neither an import nor a stage replaces ${AWS::StackName}",
	},
	"a mock with a template": {
		edit: in(preflight, "requestTemplates", object{"application/json": `{"statusCode":$input}`}),
		at:   mockAt + "/requestTemplates/application~1json", reason: "is supported",
	},
	"a mock's status as text": {
		edit: in(preflight, "requestTemplates", object{"application/json": `{"statusCode":"204"}`}),
		at:   mockAt + "/requestTemplates/application~1json", reason: "is supported",
	},
	"a mock that fails": {
		edit: in(preflight, "requestTemplates", object{"application/json": `{"statusCode":500}`}),
		at:   mockAt + "/requestTemplates/application~1json", reason: "is supported",
	},
	"a mock for XML": {
		edit: in(preflight, "requestTemplates", object{"application/xml": `{"statusCode":204}`}),
		at:   mockAt + "/requestTemplates/application~1xml", reason: "is supported",
	},
	"a mock without templates": {
		edit: func(doc object) { delete(at(doc, preflight...), "requestTemplates") },
		at:   mockAt, reason: "no status",
	},
	"a mock with a URI": {edit: in(preflight, "uri", "x"), at: mockAt, reason: "no meaning"},
	"a mock without response": {
		edit: in(preflight, "responses", object{}),
		at:   mockAt + "/responses", reason: `"default"`,
	},
	"a mock with patterns": {
		edit: in(append(preflight, "responses"), "2\\d\\d", object{"statusCode": "204"}),
		at:   mockAt + "/responses", reason: `"default"`,
	},
	"a mock with a body": {
		edit: in(append(preflight, "responses", "default"), "responseTemplates", object{"application/json": "{}"}),
		at:   mockAt + "/responses/default/responseTemplates/application~1json", reason: "body is not supported",
	},
	"a mapped header": {
		edit:   mapped("X-New", "integration.response.header.X"),
		at:     mockAt + "/responses/default/responseParameters/method.response.header.X-New",
		reason: "literal in single quotes",
	},
	"a remapped header": {
		edit: mapped("server", "'x'"),
		at:   "/paths/~1accounts/options/responses/204/headers/server", rule: "response-header-remapped",
	},
	"one remapped here only": {
		edit: mapped("Upgrade", "'x'"),
		at:   "/paths/~1accounts/options/responses/204/headers/Upgrade", rule: "response-header-remapped",
	},
	"a header that the gateway sets": {
		edit:   mapped("X-Amzn-RequestId", "'x'"),
		at:     mockAt + "/responses/default/responseParameters/method.response.header.X-Amzn-RequestId",
		reason: "sets this header itself",
	},
	"an undeclared header": {
		edit: in(append(preflight, "responses", "default", "responseParameters"), "method.response.header.X-New", "'x'"),
		at:   mockAt + "/responses/default/responseParameters/method.response.header.X-New", rule: "integration-mapping",
	},
	"an undeclared status": {
		edit: in(append(preflight, "responses", "default"), "statusCode", "200"),
		at:   mockAt + "/responses/default/statusCode", rule: "integration-mapping",
	},
	"a status of no number": {
		edit: in(append(preflight, "responses", "default"), "statusCode", "ok"),
		at:   mockAt + "/responses/default/statusCode", rule: "integration-mapping",
	},
}

var gatewayResponseRefusals = map[string]refusal{
	"unknown response type": {
		edit: response("TEAPOT", object{}),
		at:   responsesAt + "/TEAPOT", rule: "gateway-response",
	},
	"REQUEST_TOO_LARGE": {
		edit: response("REQUEST_TOO_LARGE", object{}),
		at:   responsesAt + "/REQUEST_TOO_LARGE", rule: "gateway-response-413",
	},
	"unknown field of it": {
		edit: response("DEFAULT_4XX", object{"default": true}),
		at:   responsesAt + "/DEFAULT_4XX/default", rule: "gateway-response",
	},
	"a status below 200": {
		edit: response("DEFAULT_4XX", object{"statusCode": 199}),
		at:   responsesAt, reason: "199 is not from 200 to 599",
	},
	"status out of range": {
		edit: response("DEFAULT_4XX", object{"statusCode": 99}),
		at:   responsesAt + "/DEFAULT_4XX/statusCode", rule: "gateway-response",
	},
	"two templates": {
		edit: response("DEFAULT_4XX", object{"responseTemplates": object{"a/b": "", "c/d": ""}}),
		at:   responsesAt + "/DEFAULT_4XX/responseTemplates", reason: "write one",
	},
	"a query parameter": {
		edit: header("gatewayresponse.querystring.x", "'x'"),
		at:   responsesAt + "/DEFAULT_4XX/responseParameters/gatewayresponse.querystring.x", rule: "gateway-response",
	},
	"a header's mapping": {
		edit: header("gatewayresponse.header.X", "method.request.header.Y"),
		at:   responsesAt + "/DEFAULT_4XX/responseParameters/gatewayresponse.header.X", reason: "literal in single quotes",
	},
	"the gateway's own header": {
		edit: header("gatewayresponse.header.Content-Length", "'1'"),
		at:   responsesAt + "/DEFAULT_4XX/responseParameters/gatewayresponse.header.Content-Length", reason: "itself",
	},
	"a header with a newline": {
		edit: header("gatewayresponse.header.X", "'a\nb'"),
		at:   responsesAt + "/DEFAULT_4XX/responseParameters/gatewayresponse.header.X", reason: "literal",
	},
	"a template's directive": {
		edit: responseTemplate(`#if($x)a#end`),
		at:   responsesAt + "/DEFAULT_4XX/responseTemplates/application~1json", reason: "directives",
	},
	"a template's comment": {
		edit: responseTemplate(`{} ## x`),
		at:   responsesAt + "/DEFAULT_4XX/responseTemplates/application~1json", reason: "directives",
	},
	"a template's input": {
		edit: responseTemplate(`$input.body`),
		at:   responsesAt + "/DEFAULT_4XX/responseTemplates/application~1json", reason: "plain $context",
	},
	"a template's braces": {
		edit: responseTemplate(`${context.requestId}`),
		at:   responsesAt + "/DEFAULT_4XX/responseTemplates/application~1json", reason: "plain $context",
	},
	"a template's quiet one": {
		edit: responseTemplate(`$!context.requestId`),
		at:   responsesAt + "/DEFAULT_4XX/responseTemplates/application~1json", reason: "plain $context",
	},
	"a template's method": {
		edit: responseTemplate(`$context.error.message.length()`),
		at:   responsesAt + "/DEFAULT_4XX/responseTemplates/application~1json", reason: "error.message.length",
	},
	"a template's authorizer": {
		edit: responseTemplate(`$context.authorizer.claims.sub`),
		at:   responsesAt + "/DEFAULT_4XX/responseTemplates/application~1json", reason: "authorizer.claims.sub",
	},
}
