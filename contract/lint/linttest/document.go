package linttest

// nameModel is a second model, for references.
const nameModel = "Name: {type: string}"

var documentEdits = []edit{
	{
		name: "OpenAPI 3.1", rule: "openapi-version", pointer: "/openapi",
		bad:  []string{"openapi: 3.0.3", "openapi: 3.1.0"},
		good: []string{"openapi: 3.0.3", "openapi: 3.0.1"},
	},
	{
		name: "Swagger 1.2", rule: "openapi-version", pointer: "/swagger",
		bad: []string{"openapi: 3.0.3", `swagger: "1.2"`},
	},
	{
		name: "a contract in OpenAPI 2.0", rule: "openapi-version", pointer: "/swagger", contract: true,
		bad: []string{"openapi: 3.0.3", `swagger: "2.0"`},
	},
	{
		name: "no version of OpenAPI", rule: "openapi-version",
		bad: []string{"openapi: 3.0.3", "#"},
	},
	{
		name: "a number as version of OpenAPI", rule: "openapi-version",
		bad: []string{"openapi: 3.0.3", "openapi: 3.0"},
	},
	{
		name: "a pattern as version of OpenAPI", rule: "openapi-version",
		bad: []string{"openapi: 3.0.3", "openapi: 3.0.x"},
	},
	{
		name: "tags that are not a list", rule: "wrong-type", pointer: "/paths/~1things~1{thingId}/get/tags",
		bad:  []string{"#OPERATION", "tags: x"},
		good: []string{"#OPERATION", "tags: [x]"},
	},
	{
		name: "null for an operation", rule: "wrong-type",
		bad: []string{"#ITEM", "post: null"},
	},
	{
		name: "a number as reference", rule: "wrong-type",
		bad: withProperty("{$ref: 1}"),
	},
	{
		name: "text as additionalProperties", rule: "wrong-type",
		bad:  withProperty("{type: object, additionalProperties: no}"),
		good: withProperty("{type: object, additionalProperties: {type: string}}"),
	},
	{
		name: "a number as version of a contract", rule: "wrong-type", contract: true, pointer: "/info/version",
		bad: []string{`version: "1"`, "version: 1"},
	},
	{
		name: "no title", rule: "missing-member", pointer: "/info",
		bad: []string{"title: Things, ", ""},
	},
	{
		name: "an array without items", rule: "missing-member",
		bad:  withProperty("{type: array}"),
		good: withProperty("{type: array, items: {type: string}}"),
	},
	{
		name: "a misspelt keyword", rule: "unknown-keyword", pointer: "/components/schemas/Thing/properties/a/maxlength",
		bad:  withProperty("{type: string, maxlength: 1}"),
		good: withProperty("{type: string, maxLength: 1}"),
	},
	{
		name: "a member of OpenAPI 3.1 in a contract", rule: "unknown-keyword", contract: true,
		bad:  atRoot("webhooks: {}"),
		good: atRoot("x-webhooks: {}"),
	},
	{
		name: "a keyword that OpenAPI lacks", rule: "unknown-keyword",
		bad:  withProperty("{type: object, patternProperties: {}}"),
		good: []string{"#PROPERTY", "x-a: {type: object, additionalProperties: false}"},
	},
	{
		name: "a property twice", rule: "duplicate-key", pointer: "/components/schemas/Thing/properties/name",
		bad: []string{"#PROPERTY", "name: {type: string}"},
	},
	{
		name: "a reference to another file", rule: "external-ref",
		pointer: "/components/schemas/Thing/properties/a/$ref",
		bad:     withProperty(`{$ref: "other.yaml#/A"}`),
	},
	{
		name: "a reference to a file of the system", rule: "external-ref",
		bad: withProperty(`{$ref: "file:///etc/passwd"}`),
	},
	{
		name: "a reference to nothing", rule: "unresolved-ref",
		bad: withProperty(`{$ref: "#/components/schemas/None"}`),
	},
	{
		name: "a response that refers to nothing", rule: "unresolved-ref",
		bad: []string{`{$ref: "#/components/schemas/Thing"}`, `{$ref: "#/components/schemas/None"}`},
	},
	{
		name: "two servers", rule: "servers-several", pointer: "/servers/1",
		bad:  atRoot("servers: [{url: /a}, {url: /b}]"),
		good: atRoot("servers: [{url: /a}]"),
	},
	{
		name: "a schema that refers to a response", rule: "ref-kind",
		bad:  withProperty(`{$ref: "#/components/responses/Thing"}`),
		good: both(withProperty(`{$ref: "#/components/schemas/Name"}`), withModel(nameModel)),
	},
	{
		name: "a reference into a component", rule: "ref-kind",
		bad: withProperty(`{$ref: "#/components/schemas/Thing/properties/name"}`),
	},
	{
		name: "components that refer to each other only", rule: "ref-cycle", contract: true,
		bad: withModel(`A: {$ref: "#/components/schemas/B"}
    B: {$ref: "#/components/schemas/A"}`),
		good: withModel(`A: {$ref: "#/components/schemas/B"}
    B: {$ref: "#/components/schemas/Thing"}`),
	},
	{
		name: "a description beside a reference", rule: "ref-siblings",
		bad:  both(withProperty(`{$ref: "#/components/schemas/Name", description: x}`), withModel(nameModel)),
		good: both(withProperty(`{$ref: "#/components/schemas/Name", x-a: b}`), withModel(nameModel)),
	},
}

var pathEdits = []edit{
	{
		name: "a path without a slash", rule: "path-start",
		bad:  []string{"#PATHS", "things: {}"},
		good: []string{"#PATHS", "x-things: {}"},
	},
	{
		name: "a space in a path", rule: "path-segment",
		bad:  withPath("/a b", get("a", "")),
		good: withPath("/a-b_c.d,e:f", get("a", "")),
	},
	{
		name: "a parameter in a part of a segment", rule: "path-segment",
		bad: withPath("/a{x}", get("a", "")),
	},
	{
		name: "an empty segment", rule: "path-segment",
		bad: withPath("/a//b", get("a", "")),
	},
	{
		name: "a star in a path", rule: "path-segment",
		bad: withPath("/a*", get("a", "")),
	},
	{
		name: "a path parameter with a comma", rule: "path-segment",
		bad: withPath("/a/{x,y}", get("a", "")),
	},
	{
		name: "a slash at the end", rule: "path-trailing-slash",
		bad:  withPath("/a/", get("a", "")),
		good: withPath("/", get("a", "")),
	},
	{
		name: "two variables in one position", rule: "path-sibling-variables", pointer: "/paths/~1things~1{thingId}",
		bad:  withPath("/things/{id}/parts", get("a", variable("id"))),
		good: withPath("/things/{thingId}/parts", get("a", variable("thingId"))),
	},
	{
		name: "two variables in one position of a contract", rule: "path-sibling-variables", contract: true,
		bad: withPath("/things/{id}", contractGet("a", variable("id"))),
	},
	{
		name: "a path below a greedy one", rule: "path-below-greedy",
		bad:  withPath("/a/{p+}", get("a", variable("p"))+"\n  /a/{p+}/b: "+get("b", variable("p"))),
		good: withPath("/a/{p+}", get("a", variable("p"))+"\n  /a/b/c: "+get("b", "")),
	},
	{
		name: "the path /ping", rule: "path-reserved",
		bad:  withPath("/ping", get("a", "")),
		good: withPath("/things/ping", get("a", "")),
	},
	{
		name: "the path /sping", rule: "path-reserved",
		bad: withPath("/sping", get("a", "")),
	},
	{
		name: "a path parameter twice", rule: "path-parameter-repeated",
		bad: withPath("/a/{x}/{x}", get("a", variable("x"))),
	},
	{
		name: "a path parameter twice in a contract", rule: "path-parameter-repeated", contract: true,
		bad: withPath("/a/{x}/b/{x+}", contractGet("a", variable("x"))),
	},
	{
		name: "a path parameter that a contract does not declare", rule: "path-parameter-undeclared", contract: true,
		pointer: "/paths/~1a~1{x}/get",
		bad:     withPath("/a/{x}", contractGet("a", "")),
		good:    withPath("/a/{x}", contractGet("a", variable("x"))),
	},
	{
		name: "a parameter that the path lacks", rule: "path-parameter-unknown",
		bad:  withPath("/a", get("a", variable("x"))),
		good: withPath("/a/{x}", get("a", variable("x"))),
	},
	{
		name: "a path parameter without required", rule: "path-parameter-optional",
		pointer: "/paths/~1things~1{thingId}/get/parameters/0",
		bad:     []string{"required: true, schema", "schema"},
	},
	{
		name: "a path parameter that is not required", rule: "path-parameter-optional",
		bad: []string{"required: true, schema", "required: false, schema"},
	},
	{
		name: "a path by reference", rule: "path-item-ref", contract: true,
		bad: []string{"#ITEM", `$ref: "#/paths/~1a"`},
	},
	{
		name: "TRACE", rule: "method-unsupported", contract: true,
		bad:  withPath("/a", `{trace: {operationId: a, security: [], responses: {"200": {description: OK}}}}`),
		good: withPath("/a", `{head: {operationId: a, security: [], responses: {"200": {description: OK}}}}`),
	},
	{
		// What the server of a callback accepts does not concern API Gateway.
		name: "a callback", rule: "keyword-dropped",
		bad: []string{"#OPERATION",
			`callbacks: {called: {"{$request.query.url}": {trace: {responses: {default: {description: x}}}}}}`},
	},
}
