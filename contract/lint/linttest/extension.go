package linttest

const anyMethod = `x-amazon-apigateway-any-method: {parameters: [{name: thingId, in: path, required: true, ` +
	`schema: {type: string}}], responses: {"200": {description: OK}}`

var extensionEdits = []edit{
	{
		name: "an HTTP API's CORS", rule: "extension-http-api",
		bad:  atRoot("x-amazon-apigateway-cors: {}"),
		good: atRoot("x-other: {}"),
	},
	{
		name: "an HTTP API's version in a contract", rule: "extension-http-api", contract: true,
		bad: atRoot("x-amazon-apigateway-importexport-version: '1.0'"),
	},
	{
		name: "an HTTP API's tag", rule: "extension-http-api",
		bad: atRoot("tags: [{name: x, x-amazon-apigateway-tag-value: y}]"),
	},
	{
		name: "an unknown extension", rule: "extension-unknown",
		bad:  atRoot("x-amazon-apigateway-policies: {}"),
		good: atRoot("x-amazon-apigateway-policy: {}"),
	},
	{
		name: "a policy of an operation", rule: "extension-place",
		bad: []string{"#OPERATION", "x-amazon-apigateway-policy: {}"},
	},
	{
		name: "an endpoint configuration at the root", rule: "extension-place",
		bad:  atRoot("x-amazon-apigateway-endpoint-configuration: {}"),
		good: atRoot("servers: [{url: x, x-amazon-apigateway-endpoint-configuration: {}}]"),
	},
	{
		name: "a policy in a contract", rule: "extension-contract", contract: true,
		bad: atRoot("x-amazon-apigateway-policy: {}"),
	},
	{
		name: "compression from more than 10 MB", rule: "extension-value",
		bad:  atRoot("x-amazon-apigateway-minimum-compression-size: 10485761"),
		good: atRoot("x-amazon-apigateway-minimum-compression-size: 10485760"),
	},
	{
		name: "compression from less than 0 bytes", rule: "extension-value",
		bad:  atRoot("x-amazon-apigateway-minimum-compression-size: -1"),
		good: atRoot("x-amazon-apigateway-minimum-compression-size: 0"),
	},
	{
		name: "a binary type without a slash", rule: "extension-value",
		bad:  atRoot("x-amazon-apigateway-binary-media-types: [png]"),
		good: atRoot("x-amazon-apigateway-binary-media-types: [image/png]"),
	},
	{
		name: "binary types that are not a list", rule: "extension-value",
		bad: atRoot("x-amazon-apigateway-binary-media-types: image/png"),
	},
	{
		name: "an API key from the query", rule: "extension-value",
		bad:  atRoot("x-amazon-apigateway-api-key-source: QUERY"),
		good: atRoot("x-amazon-apigateway-api-key-source: HEADER"),
	},
	{
		name: "a validator with one flag", rule: "extension-value",
		bad: atRoot("x-amazon-apigateway-request-validators: {all: {validateRequestBody: true}}"),
		good: atRoot("x-amazon-apigateway-request-validators: " +
			"{all: {validateRequestBody: true, validateRequestParameters: false}}"),
	},
	{
		name: "a validator with another flag", rule: "extension-value",
		bad: atRoot("x-amazon-apigateway-request-validators: " +
			"{all: {validateRequestBody: true, validateRequestParameters: true, validate: true}}"),
	},
	{
		name: "a list of validators", rule: "extension-value",
		bad: atRoot("x-amazon-apigateway-request-validators: []"),
	},
	{
		name: "an undefined validator of the API", rule: "validator-undefined",
		bad:  atRoot("x-amazon-apigateway-request-validator: all"),
		good: atRoot("x-amazon-apigateway-request-validator: all\n" + validators),
	},
	{
		name: "an undefined validator of an operation", rule: "validator-undefined",
		bad: []string{"#OPERATION", "x-amazon-apigateway-request-validator: all"},
	},
	{
		name: "an unknown type of authorization", rule: "extension-value",
		pointer: "/paths/~1things~1{thingId}/get/x-amazon-apigateway-auth/type",
		bad:     []string{"#OPERATION", "x-amazon-apigateway-auth: {type: custom}"},
		good:    []string{"#OPERATION", "x-amazon-apigateway-auth: {type: aws_iam}"},
	},
	{
		name: "no type of authorization", rule: "extension-value",
		bad:  []string{"#OPERATION", "x-amazon-apigateway-auth: {}"},
		good: []string{"#OPERATION", "x-amazon-apigateway-auth: {type: NONE}"},
	},
	{name: "no integration", rule: "integration-missing", bad: []string{integration, "#"}},
	{
		name: "any method without integration", rule: "integration-missing",
		bad:  []string{"#ITEM", anyMethod + "}"},
		good: []string{"#ITEM", anyMethod + ", " + integration + "}"},
	},
	{name: "a list as integration", rule: "extension-value", bad: []string{
		integration, "x-amazon-apigateway-integration: []"}},
}

var gatewayResponseEdits = []edit{
	{
		name: "an unknown gateway response", rule: "gateway-response",
		bad:  atRoot("x-amazon-apigateway-gateway-responses: {TOO_BUSY: {}}"),
		good: withGatewayResponse("{statusCode: '429'}"),
	},
	{
		name: "several statuses of a gateway response", rule: "gateway-response",
		bad:  withGatewayResponse("{statusCode: 4XX}"),
		good: withGatewayResponse("{statusCode: 429}"),
	},
	{
		name: "the status 600 of a gateway response", rule: "gateway-response",
		bad: withGatewayResponse("{statusCode: 600}"),
	},
	{name: "a list as gateway response", rule: "gateway-response", bad: withGatewayResponse("[]")},
	{
		name: "an unknown member of a gateway response", rule: "gateway-response",
		bad: withGatewayResponse("{status: 429}"),
	},
	{
		name: "a gateway response header without quotes", rule: "gateway-response",
		bad:  withGatewayResponse("{responseParameters: {gatewayresponse.header.A: b}}"),
		good: withGatewayResponse(`{responseParameters: {gatewayresponse.header.A: "'b'"}}`),
	},
	{
		name: "a gateway response header without prefix", rule: "gateway-response",
		bad:  withGatewayResponse(`{responseParameters: {header.A: "'b'"}}`),
		good: withGatewayResponse("{responseParameters: {gatewayresponse.header.A: method.request.header.B}}"),
	},
	{
		name: "an object as template", rule: "gateway-response",
		bad:  withGatewayResponse("{responseTemplates: {application/json: {}}}"),
		good: withGatewayResponse("{responseTemplates: {application/json: '{}'}}"),
	},
	{
		name: "quotes around a quoted message", rule: "gateway-response",
		bad: withGatewayResponse(
			`{responseTemplates: {application/json: '{"detail":"$context.error.messageString"}'}}`),
		good: withGatewayResponse(
			`{responseTemplates: {application/json: '{"detail":$context.error.messageString}'}}`),
	},
	{
		name: "a response to requests that are too large", rule: "gateway-response-413",
		bad: atRoot("x-amazon-apigateway-gateway-responses: {REQUEST_TOO_LARGE: {}}"),
	},
}
