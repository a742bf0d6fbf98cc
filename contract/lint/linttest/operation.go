package linttest

const validators = "x-amazon-apigateway-request-validators: " +
	"{all: {validateRequestBody: true, validateRequestParameters: true}}"

const jsonBody = "requestBody: {content: {application/json: {schema: {type: object}}}}"

var operationEdits = []edit{
	{
		name: "a contract without operationId", rule: "operation-id-missing", contract: true,
		bad: []string{"operationId: getThing", "#"},
	},
	{
		name: "an operationId twice", rule: "operation-id-duplicate",
		bad:  withPath("/a", get("getThing", "")),
		good: withPath("/a", get("a", "")),
	},
	{
		name: "a default response", rule: "status-key", pointer: "/paths/~1things~1{thingId}/get/responses/default",
		bad:  []string{"      responses:", "      responses:\n        default: {description: x}"},
		good: []string{`"200"`, `"201"`},
	},
	{
		name: "a response for several statuses", rule: "status-key",
		bad: []string{"      responses:", "      responses:\n        4XX: {description: x}"},
	},
	{
		name: "the status 600 in a contract", rule: "status-key", contract: true,
		bad: []string{"      responses:", "      responses:\n        600: {description: x}"},
		good: []string{"      responses:",
			"      responses:\n        4XX: {description: x}\n        default: {description: x}"},
	},
	{
		name: "only a default response in a contract", rule: "response-missing", contract: true,
		bad: []string{`"200"`, "default"},
	},
	{
		name: "a response by reference", rule: "response-ref",
		bad: []string{
			"      responses:", `      responses: {"404": {$ref: "#/components/responses/None"}}` + "\n      x-a:",
			"#COMPONENTS", "responses: {None: {description: x}}",
		},
		good: []string{"#COMPONENTS", "responses: {None: {description: x}}"},
	},
	{
		name: "any media type", rule: "media-range",
		pointer: "/paths/~1things~1{thingId}/get/responses/200/content/*~1*",
		bad:     []string{"application/json", `"*/*"`},
		good:    []string{"application/json", "application/xml"},
	},
	{
		name: "an array as response", rule: "response-schema",
		bad:  []string{`{$ref: "#/components/schemas/Thing"}`, "{type: array, items: {type: string}}"},
		good: []string{`{$ref: "#/components/schemas/Thing"}`, "{type: object}"},
	},
	{
		name: "a response header that API Gateway renames", rule: "response-header-remapped", contract: true,
		bad:  []string{"#RESPONSE", "headers: {date: {schema: {type: string}}}"},
		good: []string{"#RESPONSE", "headers: {ETag: {schema: {type: string}}}"},
	},
	{
		name: "a response header that API Gateway drops", rule: "response-header-remapped", contract: true,
		bad:  []string{"#RESPONSE", "headers: {via: {schema: {type: string}}}"},
		good: []string{"#RESPONSE", "headers: {content-length: {schema: {type: string}}}"},
	},
	{
		name: "a challenge with another status than 401", rule: "response-header-remapped", contract: true,
		bad:  []string{"#RESPONSE", "headers: {WWW-Authenticate: {schema: {type: string}}}"},
		good: []string{"#RESPONSE", "headers: {WWW-Authenticate: {schema: {type: string}}}", `"200"`, `"401"`},
	},
	{
		name: "a required parameter without validator", rule: "request-unchecked",
		bad:  withParameter("{name: a, in: query, required: true, schema: {type: string}}"),
		good: withParameter("{name: a, in: query, schema: {type: string}}"),
	},
	{
		name: "a body without validator", rule: "request-unchecked",
		bad: []string{"#OPERATION", jsonBody},
		good: both([]string{"#OPERATION", jsonBody},
			atRoot(validators+"\nx-amazon-apigateway-request-validator: all")),
	},
	{
		name: "a body without schema", rule: "request-unchecked",
		bad: both([]string{"#OPERATION",
			"requestBody: {content: {text/plain: {}}}\n      x-amazon-apigateway-request-validator: all"},
			atRoot(validators)),
	},
	{
		name: "a deprecated operation", rule: "keyword-dropped",
		bad:  []string{"#OPERATION", "deprecated: true"},
		good: []string{"#OPERATION", "summary: x"},
	},
	{name: "links", rule: "keyword-dropped", bad: []string{"#RESPONSE", "links: {}"}},
	{name: "servers of a path", rule: "keyword-dropped", bad: []string{"#ITEM", "servers: []"}},
	{name: "shared examples", rule: "keyword-dropped", bad: []string{"#COMPONENTS", "examples: {}"}},
	{
		name: "external documentation", rule: "keyword-dropped",
		bad:  atRoot("externalDocs: {url: x}"),
		good: atRoot("servers: [{url: x}]"),
	},
	{
		name: "an example of a body", rule: "keyword-dropped",
		bad: []string{"{application/json: {", "{application/json: {example: {}, "},
	},
}

var parameterEdits = []edit{
	{
		name: "a cookie", rule: "parameter-place", pointer: "/paths/~1things~1{thingId}/get/parameters/1/in",
		bad:  withParameter("{name: a, in: cookie, schema: {type: string}}"),
		good: withParameter("{name: a, in: query, schema: {type: string}}"),
	},
	{
		name: "a parameter in the body of a contract", rule: "parameter-place", contract: true,
		bad:  withParameter("{name: a, in: body, schema: {type: string}}"),
		good: withParameter("{name: a, in: header, schema: {type: string}}"),
	},
	{
		name: "a parameter with brackets", rule: "parameter-name",
		bad:  withParameter(`{name: "filter[a]", in: query, schema: {type: string}}`),
		good: withParameter("{name: filter.a, in: query, schema: {type: string}}"),
	},
	{
		name: "a parameter without name in a contract", rule: "parameter-name", contract: true,
		bad: withParameter(`{name: "", in: query, schema: {type: string}}`),
	},
	{
		name: "a name in path and query of a contract", rule: "parameter-name-repeated", contract: true,
		bad:  withParameter("{name: thingId, in: query, schema: {type: string}}"),
		good: withParameter("{name: thingID, in: query, schema: {type: string}}"),
	},
	{
		name: "a header in two cases", rule: "parameter-name-repeated",
		bad: withParameter("{name: X-A, in: header, schema: {type: string}}\n" +
			"      - {name: x-a, in: header, schema: {type: string}}"),
	},
	{
		// A parameter of the path may be replaced by the operation's.
		name: "a name of the path's parameter elsewhere in a contract", rule: "parameter-name-repeated", contract: true,
		bad:  []string{"#ITEM", "parameters: [{name: thingId, in: header, schema: {type: string}}]"},
		good: []string{"#ITEM", "parameters: [{name: thingId, in: path, required: true, schema: {type: string}}]"},
	},
	{
		name: "a header that API Gateway keeps from a contract's function", rule: "parameter-header-dropped", contract: true,
		bad:  withParameter("{name: content-md5, in: header, schema: {type: string}}"),
		good: withParameter("{name: If-Match, in: header, schema: {type: string}}"),
	},
	{
		name: "a header of the connection", rule: "parameter-header-dropped",
		bad: withParameter("{name: Transfer-Encoding, in: header, schema: {type: string}}"),
	},
	{
		name: "a parameter's style", rule: "parameter-keyword-dropped",
		bad:  withParameter("{name: a, in: query, style: form, schema: {type: string}}"),
		good: withParameter("{name: a, in: query, description: x, schema: {type: array, items: {type: string}}}"),
	},
	{
		name: "a parameter's length", rule: "parameter-keyword-dropped",
		bad: withParameter("{name: a, in: query, schema: {type: string, maxLength: 3}}"),
	},
	{
		name: "parameters of a path", rule: "parameter-inline",
		bad:  []string{"#ITEM", "parameters: [{name: a, in: query, schema: {type: string}}]"},
		good: []string{"#ITEM", "parameters: []"},
	},
	{
		name: "a parameter by reference", rule: "parameter-inline",
		bad: both(withParameter(`{$ref: "#/components/parameters/A"}`),
			[]string{"#COMPONENTS", "parameters: {A: {name: a, in: query, schema: {type: string}}}"}),
	},
}
