package linttest

import "strings"

const integrationPointer = "/paths/~1things~1{thingId}/get/x-amazon-apigateway-integration"

// mappingGet returns the edits for a path with the variable p, which its
// integration maps.
func mappingGet(path string) []string {
	const mapping = "requestParameters: {integration.request.path.p: method.request.path.p}"
	return withPath(path, strings.Replace(get("a", ""), "timeoutInMillis: 29000", mapping, 1))
}

var integrationEdits = []edit{
	{
		name: "an unknown type of integration", rule: "integration",
		bad:  withIntegration("type: lambda"),
		good: withIntegration("type: mock"),
	},
	{
		name: "an integration without uri", rule: "integration",
		bad: withIntegration("type: aws_proxy, httpMethod: POST"),
		good: withIntegration("type: AWS_PROXY, httpMethod: POST, uri: " + functionURI +
			", passthroughBehavior: never"),
	},
	{
		name: "an integration without httpMethod", rule: "integration",
		bad: withIntegration("type: aws_proxy, uri: " + functionURI),
	},
	{
		name: "GET to a function", rule: "integration",
		bad:  withIntegration("type: aws_proxy, httpMethod: GET, uri: " + functionURI),
		good: withIntegration("type: http_proxy, httpMethod: GET, uri: 'https://example.org'"),
	},
	{
		name: "a function at a URL", rule: "integration",
		bad: withIntegration("type: aws_proxy, httpMethod: POST, uri: 'https://example.org'"),
	},
	{
		name: "a function's own ARN", rule: "integration",
		bad: withIntegration("type: aws_proxy, httpMethod: POST, uri: " + functionARN),
		good: withIntegration("type: aws, httpMethod: POST, " +
			"uri: 'arn:aws:apigateway:eu-west-1:sqs:path/111122223333/queue'"),
	},
	{
		name: "a queue as function", rule: "integration",
		bad: withIntegration("type: aws_proxy, httpMethod: POST, " +
			"uri: 'arn:aws:apigateway:eu-west-1:sqs:path/111122223333/queue'"),
	},
	{
		name: "a stage variable before the scheme", rule: "integration",
		bad:  withIntegration("type: http, httpMethod: GET, uri: '${stageVariables.host}/a'"),
		good: withIntegration("type: http, httpMethod: GET, uri: 'https://${stageVariables.host}/a'"),
	},
	{
		name: "a URL without scheme", rule: "integration",
		bad:  withIntegration("type: HTTP_PROXY, httpMethod: GET, uri: example.org"),
		good: withIntegration("type: HTTP_PROXY, httpMethod: GET, uri: 'http://example.org'"),
	},
	{
		name: "a variable of CloudFormation in a uri", rule: "integration", pointer: integrationPointer + "/uri",
		bad: withIntegration("type: http, httpMethod: GET, uri: 'https://${Host}/a'"),
		good: withIntegration("type: aws, httpMethod: GET, " +
			"uri: 'arn:${AWS::Partition}:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/${stageVariables.queue}'"),
	},
	{
		name: "a function of CloudFormation as uri", rule: "integration", pointer: integrationPointer + "/uri",
		bad: withIntegration("type: aws_proxy, httpMethod: POST, uri: {Fn::Sub: x}"),
	},
	{
		name: "an unknown passthrough behavior", rule: "integration",
		bad: withIntegration("type: mock, passthroughBehavior: always"),
	},
	{
		name: "an unknown conversion of the content", rule: "integration", pointer: integrationPointer + "/contentHandling",
		bad:  withIntegration("type: mock, contentHandling: TO_BINARY"),
		good: withIntegration("type: mock, contentHandling: CONVERT_TO_BINARY"),
	},
	{
		name: "an unknown conversion of a response", rule: "integration",
		bad: withIntegration("type: mock, responses: {default: {statusCode: '200', contentHandling: CONVERT}}"),
		good: withIntegration("type: mock, contentHandling: null, " +
			"responses: {default: {statusCode: '200', contentHandling: CONVERT_TO_TEXT}}"),
	},
	{
		name: "a VPC link without its ID", rule: "integration", pointer: integrationPointer,
		bad: withIntegration("type: http, httpMethod: GET, uri: 'https://example.org', connectionType: VPC_LINK"),
		good: withIntegration("type: http, httpMethod: GET, uri: 'https://example.org', " +
			"connectionType: VPC_LINK, connectionId: a1b2c3"),
	},
	{
		name: "an unknown type of connection", rule: "integration",
		bad:  withIntegration("type: http, httpMethod: GET, uri: 'https://example.org', connectionType: VPC"),
		good: withIntegration("type: http, httpMethod: GET, uri: 'https://example.org', connectionType: INTERNET"),
	},
	{
		name: "the payload format of HTTP APIs", rule: "integration",
		bad: withIntegration("type: mock, payloadFormatVersion: '2.0'"),
	},
	{
		name: "a mapping of an undeclared header", rule: "integration-mapping",
		bad:  withRequestMapping("integration.request.header.a: method.request.header.x-a"),
		good: withRequestMapping("integration.request.path.a: method.request.path.thingId"),
	},
	{
		name: "a mapping of an undeclared query parameter", rule: "integration-mapping",
		bad: withRequestMapping("integration.request.header.a: method.request.multivaluequerystring.a"),
		good: both(
			withRequestMapping("integration.request.header.a: method.request.querystring.a, "+
				"integration.request.header.b: method.request.header.x-b"),
			withParameter("{name: a, in: query, schema: {type: string}}\n"+
				"      - {name: X-B, in: header, schema: {type: string}}")),
	},
	{
		name: "a fixed value without quotes", rule: "integration-mapping",
		bad: withRequestMapping("integration.request.header.a: b"),
		good: withRequestMapping(`integration.request.header.a: "'b'", ` +
			"integration.request.header.c: context.requestId, integration.request.header.d: method.request.body.e"),
	},
	{
		name: "a mapping that is not text", rule: "integration-mapping",
		bad: withRequestMapping("integration.request.header.a: true"),
	},
	{
		name: "an undeclared cache key", rule: "integration-mapping", pointer: integrationPointer + "/cacheKeyParameters/0",
		bad:  withIntegration("type: mock, cacheKeyParameters: [method.request.querystring.a]"),
		good: withIntegration("type: mock, cacheKeyParameters: [method.request.path.thingId]"),
	},
	{
		name: "a cache key in another notation", rule: "integration-mapping",
		pointer: integrationPointer + "/cacheKeyParameters/0",
		bad:     withIntegration("type: mock, cacheKeyParameters: [method.input.params.thingId]"),
		good: withIntegration("type: mock, cacheKeyParameters: [integration.request.header.a], " +
			"requestParameters: {integration.request.header.a: method.request.path.thingId}"),
	},
	{
		name: "a parameter of the integration in an unknown location", rule: "integration-mapping",
		bad: withRequestMapping("integration.request.headers.X: method.request.path.thingId"),
		good: withRequestMapping("integration.request.multivalueheader.X: method.request.path.thingId, " +
			"integration.request.querystring.x: method.request.path.thingId"),
	},
	{
		name: "a response parameter that is not a header", rule: "integration-mapping",
		bad: withResponseMapping("200", `method.response.body.a: "'b'"`),
	},
	{
		name: "a mapping of an undeclared greedy parameter", rule: "integration-mapping",
		bad:  mappingGet("/a/{p+}"),
		good: mappingGet("/a/{p}"),
	},
	{
		name: "an undeclared response header", rule: "integration-mapping",
		bad: withResponseMapping(`"200"`, `method.response.header.Location: "'/'"`),
		good: both(
			withResponseMapping("200", `method.response.header.Location: "'/'", `+
				"method.response.header.ETag: integration.response.header.ETag"),
			[]string{"#RESPONSE", "headers: {Location: {schema: {type: string}}, etag: {schema: {type: string}}}"}),
	},
	{
		name: "an undeclared status", rule: "integration-mapping",
		pointer: integrationPointer + "/responses/default/statusCode",
		bad:     withResponseMapping(`"404"`, `method.response.header.Location: "'/'"`),
		good:    withIntegration("type: mock, responses: {default: {statusCode: '200'}}"),
	},
	{
		name: "an undeclared status without mappings", rule: "integration-mapping",
		bad:  withIntegration("type: mock, responses: {default: {statusCode: '200'}, '4\\d\\d': {statusCode: '404'}}"),
		good: []string{"timeoutInMillis: 29000", "responses: {default: {statusCode: '404'}}"}, // of a proxy
	},
	{
		name: "a fixed response header without quotes", rule: "integration-mapping",
		bad: both(withResponseMapping(`"200"`, "method.response.header.Location: '*'"),
			[]string{"#RESPONSE", "headers: {Location: {schema: {type: string}}}"}),
	},
	{
		name: "a timeout above the quota", rule: "integration-timeout",
		bad:  withIntegration("type: mock, timeoutInMillis: 29001"),
		good: withIntegration("type: mock, timeoutInMillis: 50"),
	},
	{
		name: "a timeout that is too short", rule: "integration-timeout",
		bad:  withIntegration("type: mock, timeoutInMillis: 49"),
		good: withIntegration("type: mock, timeoutInMillis: 29000"),
	},
	{
		name: "a fraction as timeout", rule: "integration-timeout",
		bad: withIntegration("type: mock, timeoutInMillis: 1.5"),
	},
}
