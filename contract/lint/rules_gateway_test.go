package lint

import (
	"fmt"
	"strings"

	"github.com/meridian-api/meridian/contract/deployable"
)

const pools = `providerARNs: ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a"]`

const apiKey = "{type: apiKey, in: header, name: x-api-key}"

// function is a function's own ARN, which is no address of an integration.
const function = `"arn:aws:lambda:eu-west-1:111122223333:function:f"`

const validators = "x-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: true}}"

// cognito is the security scheme of a Cognito authorizer with those members.
func cognito(members string) string {
	return fmt.Sprintf("{type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: cognito_user_pools, "+
		"x-amazon-apigateway-authorizer: {type: cognito_user_pools, %s}}", members)
}

// schemes and its like put one thing in its place in the base.
func schemes(scheme string) []string {
	return []string{"#COMPONENTS", "securitySchemes: {s: " + scheme + "}"}
}

func root(member string) []string { return []string{"#ROOT", member} }

func property(schema string) []string { return []string{"#PROPERTY", "a: " + schema} }

func integrated(with string) []string {
	return []string{integration, "x-amazon-apigateway-integration: " + with}
}

// mapped is an integration that maps the request, and answered one that maps
// the header of an answer.
func mapped(parameters string) []string {
	return integrated("{type: mock, requestParameters: {" + parameters + "}}")
}

func answered(status, headers string) []string {
	return integrated("{type: mock, responses: {default: {statusCode: " + status + ", responseParameters: {" + headers + "}}}}")
}

func answers(response string) []string {
	return root("x-amazon-apigateway-gateway-responses: {THROTTLED: " + response + "}")
}

func secured(security string, more ...string) []string {
	return append([]string{"security: []", "security: " + security}, more...)
}

var schemaTests = []ruleTest{
	{rule: "schema-type", bad: property("{type: file}"), good: property("{}")},
	{rule: "schema-type", mode: Contract, bad: property(`{type: "null"}`), good: property("{type: string, nullable: true}")},
	{rule: "enum-duplicate", bad: property("{enum: [a, b, a]}"), good: property(`{enum: [1, "1", true, "true"]}`), place: "/components/schemas/Thing/properties/a/enum/2"},
	{rule: "enum-duplicate", mode: Contract, bad: property("{enum: [{a: [1]}, {a: [1]}]}"), good: property("{enum: [{a: [1]}, {a: [2]}]}")},
	{rule: "schema-value", bad: property("{type: object, required: []}"), good: property("{type: object, required: [b]}"), place: "/components/schemas/Thing/properties/a/required"},
	{rule: "schema-value", mode: Contract, bad: property("{type: object, required: [b, c, b]}"), good: property("{type: string, minLength: 0}")},
	{rule: "schema-value", bad: property("{type: string, enum: []}")},
	{rule: "schema-value", bad: property("{anyOf: []}")},
	{rule: "schema-value", mode: Contract, bad: property("{type: string, minLength: -1}")},
	{rule: "schema-value", bad: property("{type: string, maxLength: 1.5}")},
	{rule: "schema-value", bad: property("{type: number, multipleOf: 0}"), good: property("{type: number, multipleOf: 0.01}")},
	{rule: "schema-pattern", mode: Contract, bad: property(`{type: string, pattern: "(?=a)"}`), good: property(`{type: string, pattern: "^a+$"}`)},
	{rule: "schema-keyword", bad: property("{type: string, nullable: true}"), good: property("{type: string, title: x}"), place: "/components/schemas/Thing/properties/a/nullable"},
	{rule: "schema-keyword", bad: property("{type: string, example: x}")},
	{rule: "schema-keyword", bad: property("{type: string, default: x}")},
	{rule: "schema-keyword", bad: property("{type: string, readOnly: true}")},
	{rule: "schema-keyword", bad: property("{type: string, deprecated: true}")},
	{rule: "schema-keyword", bad: property("{type: integer, minimum: 1, exclusiveMinimum: true}")},
	{rule: "schema-keyword", bad: []string{"#SCHEMA", "discriminator: {propertyName: name}"}},
	{rule: "schema-keyword", bad: property("{type: string, x-go-field: Thing.A}")},
	{rule: "schema-format-number", bad: property("{type: number, format: int64}"), good: property("{type: integer, format: int64}")},
	{rule: "schema-composition-ref", bad: append(property(`{allOf: [{$ref: "#/components/schemas/Name"}]}`), "#MODEL", nameModel), good: property("{anyOf: [{type: string}, {type: integer}]}")},
	{rule: "schema-composition-ref", bad: append(property(`{oneOf: [{type: string}, {$ref: "#/components/schemas/Name"}]}`), "#MODEL", nameModel)},
	{rule: "schema-inline-allof", bad: []string{`{$ref: "#/components/schemas/Thing"}`, "{type: object, allOf: [{type: object}]}"}, good: property("{allOf: [{type: object}]}")},
	{rule: "model-name", bad: []string{"#MODEL", "Thing_2: {type: object}"}, good: []string{"#MODEL", "Thing2: {type: object}"}},
	{rule: "model-name-collision", mode: Contract, bad: []string{"#MODEL", "Thi_ng: {type: object}"}, good: []string{"#MODEL", "Thing_2: {type: object}"}, place: "/components/schemas/Thing"},
	{rule: "model-name-collision", mode: Contract, bad: []string{"#MODEL", "__: {type: object}"}},
}

const bearer = "{type: http, scheme: bearer}"

var securityTests = []ruleTest{
	{rule: "security-missing", mode: Contract, bad: []string{"security: []", "#"}, good: append(root("security: [{s: []}]"), append(schemes(bearer), "security: []", "#")...)},
	{rule: "security-several", mode: Contract, bad: secured("[{s: []}, {}]", schemes(bearer)...), good: secured("[{s: []}]", schemes(bearer)...)},
	{rule: "security-several", bad: secured("[{s: [], t: []}]", "#COMPONENTS", "securitySchemes: {s: "+cognito(pools)+", t: "+cognito(pools)+"}")},
	{rule: "security-several", bad: secured("[{s: [], t: []}]", "#COMPONENTS", "securitySchemes: {s: "+apiKey+", t: "+apiKey+"}"),
		good: secured("[{s: [], t: []}]", "#COMPONENTS", "securitySchemes: {s: "+apiKey+", t: "+cognito(pools)+"}")},
	{rule: "security-several", mode: Contract, bad: append(root("security: [{s: []}, {}]"), schemes(bearer)...)},
	{rule: "security-undefined", bad: secured("[{s: []}]"), good: secured("[{s: [read]}]", schemes(cognito(pools))...)},
	{rule: "security-root", bad: append(root("security: [{s: []}]"), append(schemes(apiKey), "security: []", "#")...), good: append(root("security: [{s: [read]}]"), append(schemes(cognito(pools)), "security: []", "#")...)},
	{rule: "security-scheme-type", bad: schemes(bearer), good: schemes("{type: apiKey, in: header, name: x-api-key}")},
	{rule: "security-scheme-type", bad: schemes("{type: apiKey, in: query, name: key}")},
	{rule: "security-scheme-bearer", mode: Contract, bad: schemes("{type: apiKey, in: header, name: x-api-key}"), good: schemes("{type: http, scheme: Bearer}")},
	{rule: "authorizer", bad: schemes(cognito("providerARNs: []")), good: schemes(cognito("providerARNs: " + deployable.PoolARNsPlaceholder))},
	{rule: "authorizer", bad: schemes(cognito("providerARNs: [eu-west-1_a]"))},
	{rule: "authorizer", bad: schemes(cognito(`providerARNs: ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/a", "arn:aws-us-gov:cognito-idp:us-gov-west-1:111122223333:userpool/b"]`)),
		good: schemes(cognito(`providerARNs: ["arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/a"]`))},
	{rule: "authorizer", bad: schemes(cognito(`providerARNs: ["arn:aws:cognito-idp:${AWS::Home}:111122223333:userpool/a"]`))},
	{rule: "authorizer", bad: schemes("{type: apiKey, in: header, name: A, x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {type: token, authorizerUri: " + function + "}}")},
	{rule: "authorizer", bad: schemes(cognito("identitySource: x"))},
	{rule: "authorizer", bad: schemes(cognito("authorizerResultTtlInSeconds: 3601, " + pools)), good: schemes(cognito("authorizerResultTtlInSeconds: 300, " + pools))},
	{rule: "authorizer", bad: schemes("{type: apiKey, in: header, name: A, x-amazon-apigateway-authorizer: {type: cognito_user_pools, " + pools + "}}")},
	{rule: "authorizer", bad: schemes("{type: apiKey, in: header, name: A, x-amazon-apigateway-authtype: custom}"), good: schemes("{type: apiKey, in: header, name: A, x-amazon-apigateway-authtype: awsSigv4}")},
	{rule: "authorizer", bad: schemes("{type: apiKey, in: header, name: A, x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {type: token}}"),
		good: schemes(`{type: apiKey, in: header, name: A, x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {type: token, authorizerUri: ` + address + `}}`)},
	{rule: "authorizer", bad: schemes(`{type: apiKey, in: header, name: A, x-amazon-apigateway-authorizer: {type: request, authorizerUri: ` + address + `}}`)},
	{rule: "authorizer", bad: schemes("{type: apiKey, in: header, name: A, x-amazon-apigateway-authorizer: {type: jwt}}")},
	{rule: "authorizer", bad: schemes("{type: apiKey, in: header, name: A, x-amazon-apigateway-authorizer: {type: none}}")},
	{rule: "scopes", mode: Contract, bad: []string{"#OPERATION", "x-scopes: [a, a]"}, good: []string{"#OPERATION", "x-scopes: [a, b]"}},
	{rule: "scopes", mode: Contract, bad: []string{"#OPERATION", "x-scopes: a"}},
	{rule: "scopes", mode: Contract, bad: []string{"#OPERATION", "x-scopes: [1]"}},
}

var extensionTests = []ruleTest{
	{rule: "extension-http-api", bad: root("x-amazon-apigateway-cors: {}"), good: root("x-other: {}")},
	{rule: "extension-http-api", mode: Contract, bad: root("x-amazon-apigateway-importexport-version: '1.0'")},
	{rule: "extension-http-api", bad: []string{"#ROOT", "tags: [{name: x, x-amazon-apigateway-tag-value: y}]"}},
	{rule: "extension-unknown", bad: root("x-amazon-apigateway-policies: {}"), good: root("x-amazon-apigateway-policy: {}")},
	{rule: "extension-place", bad: []string{"#OPERATION", "x-amazon-apigateway-policy: {}"}},
	{rule: "extension-place", bad: root("x-amazon-apigateway-endpoint-configuration: {}"), good: root("servers: [{url: x, x-amazon-apigateway-endpoint-configuration: {}}]")},
	{rule: "extension-contract", mode: Contract, bad: root("x-amazon-apigateway-policy: {}")},
	{rule: "extension-value", bad: root("x-amazon-apigateway-minimum-compression-size: 10485761"), good: root("x-amazon-apigateway-minimum-compression-size: 10485760")},
	{rule: "extension-value", bad: root("x-amazon-apigateway-minimum-compression-size: -1")},
	{rule: "extension-value", bad: root("x-amazon-apigateway-binary-media-types: [png]"), good: root("x-amazon-apigateway-binary-media-types: [image/png]")},
	{rule: "extension-value", bad: root("x-amazon-apigateway-binary-media-types: image/png")},
	{rule: "extension-value", bad: root("x-amazon-apigateway-api-key-source: QUERY"), good: root("x-amazon-apigateway-api-key-source: HEADER")},
	{rule: "extension-value", bad: root("x-amazon-apigateway-request-validators: {all: {validateRequestBody: true}}"),
		good: root("x-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: false}}")},
	{rule: "extension-value", bad: root("x-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: true, validate: true}}")},
	{rule: "extension-value", bad: root("x-amazon-apigateway-request-validators: []")},
	{rule: "extension-value", bad: []string{"#OPERATION", "x-amazon-apigateway-auth: {type: custom}"}, good: []string{"#OPERATION", "x-amazon-apigateway-auth: {type: aws_iam}"},
		place: "/paths/~1things~1{thingId}/get/x-amazon-apigateway-auth/type"},
	{rule: "extension-value", bad: []string{"#OPERATION", "x-amazon-apigateway-auth: {}"}, good: []string{"#OPERATION", "x-amazon-apigateway-auth: {type: NONE}"}},
	{rule: "integration-missing", bad: []string{integration, "#"}},
	{rule: "integration-missing", bad: []string{"#ITEM", `x-amazon-apigateway-any-method: {` + variable("thingId") + ` responses: {"200": {description: OK}}}`},
		good: []string{"#ITEM", `x-amazon-apigateway-any-method: {` + variable("thingId") + ` responses: {"200": {description: OK}}, ` + integration + `}`}},
	{rule: "integration", bad: integrated("{type: lambda}"), good: integrated("{type: mock}")},
	{rule: "extension-value", bad: integrated("[]")},
	{rule: "integration", bad: integrated("{type: aws_proxy, httpMethod: POST}"), good: integrated("{type: AWS_PROXY, httpMethod: POST, uri: " + address + ", passthroughBehavior: never}")},
	{rule: "integration", bad: integrated("{type: aws_proxy, uri: " + address + "}")},
	{rule: "integration", bad: integrated("{type: aws_proxy, httpMethod: GET, uri: " + address + "}"), good: integrated("{type: http_proxy, httpMethod: GET, uri: 'https://example.org'}")},
	{rule: "integration", bad: integrated("{type: aws_proxy, httpMethod: POST, uri: 'https://example.org'}")},
	{rule: "integration", bad: integrated("{type: aws_proxy, httpMethod: POST, uri: " + function + "}"),
		good: integrated("{type: aws, httpMethod: POST, uri: 'arn:aws:apigateway:eu-west-1:sqs:path/111122223333/queue'}")},
	{rule: "integration", bad: integrated("{type: aws_proxy, httpMethod: POST, uri: 'arn:aws:apigateway:eu-west-1:sqs:path/111122223333/queue'}")},
	{rule: "integration", bad: integrated("{type: http, httpMethod: GET, uri: '${stageVariables.host}/a'}"), good: integrated("{type: http, httpMethod: GET, uri: 'https://${stageVariables.host}/a'}")},
	{rule: "integration", bad: integrated("{type: HTTP_PROXY, httpMethod: GET, uri: example.org}"), good: integrated("{type: HTTP_PROXY, httpMethod: GET, uri: 'http://example.org'}")},
	{rule: "integration", bad: integrated("{type: aws_proxy, httpMethod: POST, uri: {Fn::Sub: x}}"), place: "/paths/~1things~1{thingId}/get/x-amazon-apigateway-integration/uri"},
	{rule: "integration", bad: integrated("{type: mock, passthroughBehavior: always}")},
	{rule: "integration", bad: integrated("{type: mock, payloadFormatVersion: '2.0'}")},
	{rule: "integration-mapping", bad: mapped("integration.request.header.a: method.request.header.x-a"), good: mapped("integration.request.path.a: method.request.path.thingId")},
	{rule: "integration-mapping", bad: mapped("integration.request.header.a: method.request.multivaluequerystring.a"),
		good: append(mapped("integration.request.header.a: method.request.querystring.a, integration.request.header.b: method.request.header.x-b"),
			"#PARAMETER", "- {name: a, in: query, schema: {type: string}}\n      - {name: X-B, in: header, schema: {type: string}}")},
	{rule: "integration-mapping", bad: mapped("integration.request.header.a: b"), good: mapped(`integration.request.header.a: "'b'", integration.request.header.c: context.requestId, integration.request.header.d: method.request.body.e`)},
	{rule: "integration-mapping", bad: mapped("integration.request.header.a: true")},
	{rule: "integration-mapping", bad: integrated("{type: mock, cacheKeyParameters: [method.request.querystring.a]}"), good: integrated("{type: mock, cacheKeyParameters: [method.request.path.thingId]}"),
		place: "/paths/~1things~1{thingId}/get/x-amazon-apigateway-integration/cacheKeyParameters/0"},
	{rule: "integration-mapping", bad: []string{"#PATHS", "/a/{p+}: " + strings.Replace(get("a", ""), "timeoutInMillis: 29000", "requestParameters: {integration.request.path.p: method.request.path.p}", 1)},
		good: []string{"#PATHS", "/a/{p}: " + strings.Replace(get("a", ""), "timeoutInMillis: 29000", "requestParameters: {integration.request.path.p: method.request.path.p}", 1)}},
	{rule: "integration-mapping", bad: answered(`"200"`, `method.response.header.Location: "'/'"`),
		good: append(answered("200", `method.response.header.Location: "'/'", method.response.header.ETag: integration.response.header.ETag`), "#RESPONSE", "headers: {Location: {schema: {type: string}}, etag: {schema: {type: string}}}")},
	{rule: "integration-mapping", bad: answered(`"404"`, `method.response.header.Location: "'/'"`), good: []string{integration, "x-amazon-apigateway-integration: {type: mock, responses: {default: {statusCode: '200'}}}"},
		place: "/paths/~1things~1{thingId}/get/x-amazon-apigateway-integration/responses/default/statusCode"},
	{rule: "integration-mapping", bad: append(answered(`"200"`, "method.response.header.Location: '*'"), "#RESPONSE", "headers: {Location: {schema: {type: string}}}")},
	{rule: "integration-timeout", bad: integrated("{type: mock, timeoutInMillis: 29001}"), good: integrated("{type: mock, timeoutInMillis: 50}")},
	{rule: "integration-timeout", bad: integrated("{type: mock, timeoutInMillis: 49}")},
	{rule: "integration-timeout", bad: integrated("{type: mock, timeoutInMillis: 1.5}")},
	{rule: "validator-undefined", bad: root("x-amazon-apigateway-request-validator: all"),
		good: root("x-amazon-apigateway-request-validator: all\nx-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: true}}")},
	{rule: "validator-undefined", bad: []string{"#OPERATION", "x-amazon-apigateway-request-validator: all"}},
	{rule: "gateway-response", bad: root("x-amazon-apigateway-gateway-responses: {TOO_BUSY: {}}"), good: answers("{statusCode: '429'}")},
	{rule: "gateway-response", bad: answers("{statusCode: 4XX}"), good: answers("{statusCode: 429}")},
	{rule: "gateway-response", bad: answers("{statusCode: 600}")},
	{rule: "gateway-response", bad: answers("[]")},
	{rule: "gateway-response", bad: answers("{status: 429}")},
	{rule: "gateway-response", bad: answers("{responseParameters: {gatewayresponse.header.A: b}}"), good: answers(`{responseParameters: {gatewayresponse.header.A: "'b'"}}`)},
	{rule: "gateway-response", bad: answers(`{responseParameters: {header.A: "'b'"}}`), good: answers("{responseParameters: {gatewayresponse.header.A: method.request.header.B}}")},
	{rule: "gateway-response", bad: answers("{responseTemplates: {application/json: {}}}"), good: answers("{responseTemplates: {application/json: '{}'}}")},
	{rule: "gateway-response", bad: answers(`{responseTemplates: {application/json: '{"detail":"$context.error.messageString"}'}}`),
		good: answers(`{responseTemplates: {application/json: '{"detail":$context.error.messageString}'}}`)},
	{rule: "gateway-response-413", bad: root("x-amazon-apigateway-gateway-responses: {REQUEST_TOO_LARGE: {}}")},
}
