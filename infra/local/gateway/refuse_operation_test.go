package gateway_test

import (
	"fmt"
)

var operationRefusals = map[string]refusal{
	"callbacks": {edit: in(get, "callbacks", object{}), at: getAt + "/callbacks", rule: "unsupported"},
	"servers":   {edit: in(get, "servers", []any{}), at: getAt + "/servers", rule: "unsupported"},
	"unknown in operation": {
		edit: in(get, "x-amazon-apigateway-auth", object{}),
		at:   getAt + "/x-amazon-apigateway-auth", rule: "unsupported",
	},
	"a default response": {
		edit: in(append(get, "responses"), "default", object{"description": "x"}),
		at:   getAt + "/responses/default", reason: "three digits",
	},
	"a range of responses": {
		edit: in(append(get, "responses"), "4XX", object{"description": "x"}),
		at:   getAt + "/responses/4XX", reason: "three digits",
	},
	"a shared response": {
		edit: in(append(get, "responses"), "200", object{"$ref": "#/paths/~1/get/responses/200"}),
		at:   getAt + "/responses/200/$ref", rule: "ref-kind",
	},
	"a cookie": {
		edit: in(get, "parameters", []any{object{"name": "c", "in": "cookie", "schema": object{"type": "string"}}}),
		at:   getAt + "/parameters/0/in", rule: "parameter-place",
	},
	"a shared parameter": {
		edit: in(get, "parameters", []any{object{"$ref": "#/paths/~1accounts~1%7BaccountId%7D/get/parameters/0"}}),
		at:   getAt + "/parameters/0/$ref", rule: "ref-kind",
	},
	"parameter content": {
		edit: in(get, "parameters", []any{
			object{"name": "c", "in": "query", "content": object{"application/json": object{}}},
		}),
		at: getAt + "/parameters/0/content", reason: "no parameters with content",
	},
	"a name in two places": {
		edit: in(get, "parameters", []any{
			object{"name": "c", "in": "query", "schema": object{}}, object{"name": "c", "in": "header", "schema": object{}},
		}),
		at: getAt + "/parameters/1", rule: "parameter-name-repeated",
	},
	"an undeclared segment": {
		edit: in([]string{"paths", "/accounts/{accountId}", "get"}, "parameters", []any{}),
		at:   "/paths/~1accounts~1{accountId}/get/parameters", reason: "{accountId} of the path is not declared",
	},
	"a foreign segment": {
		edit: in(get, "parameters", []any{object{"name": "x", "in": "path", "required": true, "schema": object{}}}),
		at:   getAt + "/parameters/0", rule: "path-parameter-unknown",
	},
	"a shared body": {
		edit: in(put, "requestBody", object{"$ref": "#/paths/~1accounts/post/requestBody"}),
		at:   "/paths/~1files~1index/put/requestBody/$ref", rule: "ref-kind",
	},
	"a model of XML": {
		edit: func(doc object) {
			content := at(doc, "paths", "/accounts", "post", "requestBody", "content")
			content["application/xml"] = content["application/json"]
		},
		at: "/paths/~1accounts/post/requestBody/content/application~1xml", reason: "not JSON",
	},
	"inline allOf": {
		edit: in(append(put, "requestBody", "content", "application/json"), "schema", object{"allOf": []any{object{}}}),
		at:   "/paths/~1files~1index/put/requestBody/content/application~1json/schema/allOf", rule: "schema-inline-allof",
	},
	"encoding": {
		edit: in(append(put, "requestBody", "content", "application/json"), "encoding", object{}),
		at:   "/paths/~1files~1index/put/requestBody/content/application~1json/encoding", rule: "unsupported",
	},
}

var validatorRefusals = map[string]refusal{
	"unknown validator": {
		edit: in(get, "x-amazon-apigateway-request-validator", "some"),
		at:   getAt + "/x-amazon-apigateway-request-validator", rule: "validator-undefined",
	},
	"unknown validator of the API": {
		edit: in(root, "x-amazon-apigateway-request-validator", "some"),
		at:   "/x-amazon-apigateway-request-validator", rule: "validator-undefined",
	},
	"unknown field of a validator": {
		edit: in([]string{"x-amazon-apigateway-request-validators", "all"}, "validateHeaders", true),
		at:   "/x-amazon-apigateway-request-validators/all/validateHeaders", rule: "extension-value",
	},
	"a validator that is no boolean": {
		edit: in([]string{"x-amazon-apigateway-request-validators", "all"}, "validateRequestBody", "yes"),
		at:   "/x-amazon-apigateway-request-validators/all", rule: "extension-value",
	},
}

var securityRefusals = map[string]refusal{
	"two authorizers": {
		edit: in(get, "security", []any{object{"cognito": []any{}}, object{"cognito": []any{}}}),
		at:   getAt + "/security", reason: "one authorizer",
	},
	"optional authorization": {
		edit: in(get, "security", []any{object{}}),
		at:   getAt + "/security", reason: "one authorizer",
	},
	"unknown scheme": {
		edit: in(get, "security", []any{object{"other": []any{}}}),
		at:   getAt + "/security/0/other", rule: "security-undefined",
	},
	"OAuth scheme":            {edit: in(scheme, "type", "http"), at: schemeAt + "/type", rule: "security-scheme-type"},
	"an API key in the query": {edit: in(scheme, "in", "query"), at: schemeAt + "/in", rule: "security-scheme-type"},
	"another kind of authorizer": {
		edit: both(in(scheme, "x-amazon-apigateway-authtype", "custom"), in(authorizer, "type", "request"),
			in(authorizer, "authorizerUri", uriOfMe)),
		at: schemeAt + "/x-amazon-apigateway-authtype", reason: "custom is not supported",
	},
	"a Lambda authorizer": {
		edit: both(in(authorizer, "type", "token"), in(authorizer, "authorizerUri", uriOfMe)),
		at:   schemeAt + "/x-amazon-apigateway-authorizer/type", reason: `"token" is not supported`,
	},
	"API keys": {
		edit: func(doc object) {
			delete(at(doc, scheme...), "x-amazon-apigateway-authorizer")
			delete(at(doc, scheme...), "x-amazon-apigateway-authtype")
		},
		at: schemeAt + "/x-amazon-apigateway-authorizer", reason: "API keys and IAM are not supported",
	},
	"custom authorizer": {
		edit: in(scheme, "x-amazon-apigateway-authtype", "custom"),
		at:   schemeAt + "/x-amazon-apigateway-authtype", rule: "authorizer",
	},
	"plain API key": {
		edit: func(doc object) { delete(at(doc, scheme...), "x-amazon-apigateway-authorizer") },
		at:   schemeAt + "/x-amazon-apigateway-authtype", rule: "authorizer",
	},
	"token authorizer": {
		edit: in(authorizer, "type", "token"),
		at:   schemeAt + "/x-amazon-apigateway-authorizer", rule: "authorizer",
	},
	"authorizer cache": {
		edit: in(authorizer, "authorizerResultTtlInSeconds", 0),
		at:   schemeAt + "/x-amazon-apigateway-authorizer/authorizerResultTtlInSeconds", reason: "is not supported",
	},
	"no pool": {
		edit: in(authorizer, "providerARNs", []any{}),
		at:   schemeAt + "/x-amazon-apigateway-authorizer/providerARNs", rule: "authorizer",
	},
	"unknown pool": {
		edit: in(authorizer, "providerARNs", []any{"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Other"}),
		at:   schemeAt + "/x-amazon-apigateway-authorizer/providerARNs/0", reason: "knows no user pool",
	},
	"pool of another partition": {
		edit: in(authorizer, "providerARNs", []any{"arn:aws-cn:cognito-idp:cn-north-1:123456789012:userpool/cn-north-1_X"}),
		at:   schemeAt + "/x-amazon-apigateway-authorizer/providerARNs/0", reason: "knows no user pool",
	},
	"too many authorizers": {
		edit: func(doc object) {
			for i := range 10 {
				at(doc, "components", "securitySchemes")[fmt.Sprint("s", i)] = at(doc, scheme...)
			}
		},
		at: "/components/securitySchemes", rule: "limit-authorizers",
	},
}
