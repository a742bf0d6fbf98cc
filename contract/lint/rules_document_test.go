package lint

import (
	"fmt"
	"strings"
)

// name is a second model, for references.
const nameModel = "Name: {type: string}"

var openapiTests = []ruleTest{
	{rule: "openapi-version", bad: []string{"openapi: 3.0.3", "openapi: 3.1.0"}, good: []string{"openapi: 3.0.3", "openapi: 3.0.1"}, place: "/openapi"},
	{rule: "openapi-version", bad: []string{"openapi: 3.0.3", `swagger: "2.0"`}, place: "/swagger"},
	{rule: "openapi-version", bad: []string{"openapi: 3.0.3", "#"}},
	{rule: "openapi-version", bad: []string{"openapi: 3.0.3", "openapi: 3.0"}},
	{rule: "openapi-version", bad: []string{"openapi: 3.0.3", "openapi: 3.0.x"}},
	{rule: "wrong-type", bad: []string{"#OPERATION", "tags: x"}, good: []string{"#OPERATION", "tags: [x]"}, place: "/paths/~1things~1{thingId}/get/tags"},
	{rule: "wrong-type", bad: []string{"#ITEM", "post: null"}},
	{rule: "wrong-type", bad: []string{"#PROPERTY", "a: {$ref: 1}"}},
	{rule: "wrong-type", bad: []string{"#PROPERTY", "a: {type: object, additionalProperties: no}"}, good: []string{"#PROPERTY", "a: {type: object, additionalProperties: {type: string}}"}},
	{rule: "wrong-type", mode: Contract, bad: []string{`version: "1"`, "version: 1"}, place: "/info/version"},
	{rule: "missing-member", bad: []string{"title: Things, ", ""}, place: "/info"},
	{rule: "missing-member", bad: []string{"#PROPERTY", "a: {type: array}"}, good: []string{"#PROPERTY", "a: {type: array, items: {type: string}}"}},
	{rule: "unknown-keyword", bad: []string{"#PROPERTY", "a: {type: string, maxlength: 1}"}, good: []string{"#PROPERTY", "a: {type: string, maxLength: 1}"},
		place: "/components/schemas/Thing/properties/a/maxlength"},
	{rule: "unknown-keyword", mode: Contract, bad: []string{"#ROOT", "webhooks: {}"}, good: []string{"#ROOT", "x-webhooks: {}"}},
	{rule: "unknown-keyword", bad: []string{"#PROPERTY", "a: {type: object, patternProperties: {}}"}, good: []string{"#PROPERTY", "x-a: {type: object, additionalProperties: false}"}},
	{rule: "duplicate-key", bad: []string{"#PROPERTY", "name: {type: string}"}, place: "/components/schemas/Thing/properties/name"},
	{rule: "external-ref", bad: []string{"#PROPERTY", `a: {$ref: "other.yaml#/A"}`}, place: "/components/schemas/Thing/properties/a/$ref"},
	{rule: "external-ref", bad: []string{"#PROPERTY", `a: {$ref: "file:///etc/passwd"}`}},
	{rule: "unresolved-ref", bad: []string{"#PROPERTY", `a: {$ref: "#/components/schemas/None"}`}},
	{rule: "ref-kind", bad: []string{"#PROPERTY", `a: {$ref: "#/components/responses/Thing"}`}, good: []string{"#PROPERTY", `a: {$ref: "#/components/schemas/Name"}`, "#MODEL", nameModel}},
	{rule: "ref-kind", bad: []string{"#PROPERTY", `a: {$ref: "#/components/schemas/Thing/properties/name"}`}},
	{rule: "ref-cycle", mode: Contract, bad: []string{"#MODEL", `A: {$ref: "#/components/schemas/B"}
    B: {$ref: "#/components/schemas/A"}`}, good: []string{"#MODEL", `A: {$ref: "#/components/schemas/B"}
    B: {$ref: "#/components/schemas/Thing"}`}},
	{rule: "ref-siblings", bad: []string{"#PROPERTY", `a: {$ref: "#/components/schemas/Name", description: x}`, "#MODEL", nameModel},
		good: []string{"#PROPERTY", `a: {$ref: "#/components/schemas/Name", x-a: b}`, "#MODEL", nameModel}},
}

var pathTests = []ruleTest{
	{rule: "path-start", bad: []string{"#PATHS", "things: {}"}, good: []string{"#PATHS", "x-things: {}"}},
	{rule: "path-segment", bad: []string{"#PATHS", "/a b: " + get("a", "")}, good: []string{"#PATHS", "/a-b_c.d,e:f: " + get("a", "")}},
	{rule: "path-segment", bad: []string{"#PATHS", "/a{x}: " + get("a", "")}},
	{rule: "path-segment", bad: []string{"#PATHS", "/a//b: " + get("a", "")}},
	{rule: "path-segment", bad: []string{"#PATHS", "/a*: " + get("a", "")}},
	{rule: "path-trailing-slash", bad: []string{"#PATHS", "/a/: " + get("a", "")}, good: []string{"#PATHS", "/: " + get("a", "")}},
	{rule: "path-sibling-variables", bad: []string{"#PATHS", "/things/{id}/parts: " + get("a", variable("id"))},
		good: []string{"#PATHS", "/things/{thingId}/parts: " + get("a", variable("thingId"))}, place: "/paths/~1things~1{thingId}"},
	{rule: "path-sibling-variables", mode: Contract, bad: []string{"#PATHS", "/things/{id}: " + bare(get("a", variable("id")))}},
	{rule: "path-below-greedy", bad: []string{"#PATHS", "/a/{p+}: " + get("a", variable("p")) + "\n  /a/{p+}/b: " + get("b", variable("p"))},
		good: []string{"#PATHS", "/a/{p+}: " + get("a", variable("p")) + "\n  /a/b/c: " + get("b", "")}},
	{rule: "path-reserved", bad: []string{"#PATHS", "/ping: " + get("a", "")}, good: []string{"#PATHS", "/things/ping: " + get("a", "")}},
	{rule: "path-reserved", bad: []string{"#PATHS", "/sping: " + get("a", "")}},
	{rule: "path-parameter-repeated", bad: []string{"#PATHS", "/a/{x}/{x}: " + get("a", variable("x"))}},
	{rule: "path-parameter-repeated", mode: Contract, bad: []string{"#PATHS", "/a/{x}/b/{x+}: " + bare(get("a", variable("x")))}},
	{rule: "path-parameter-undeclared", mode: Contract, bad: []string{"#PATHS", "/a/{x}: " + bare(get("a", ""))}, good: []string{"#PATHS", "/a/{x}: " + bare(get("a", variable("x")))}, place: "/paths/~1a~1{x}/get"},
	{rule: "path-parameter-unknown", bad: []string{"#PATHS", "/a: " + get("a", variable("x"))}, good: []string{"#PATHS", "/a/{x}: " + get("a", variable("x"))}},
	{rule: "path-parameter-optional", bad: []string{"required: true, schema", "schema"}, place: "/paths/~1things~1{thingId}/get/parameters/0"},
	{rule: "path-parameter-optional", bad: []string{"required: true, schema", "required: false, schema"}},
	{rule: "path-item-ref", mode: Contract, bad: []string{"#ITEM", `$ref: "#/paths/~1a"`}},
	{rule: "method-unsupported", mode: Contract, bad: []string{"#PATHS", "/a: {trace" + strings.TrimPrefix(bare(get("a", "")), "{get")},
		good: []string{"#PATHS", "/a: {head" + strings.TrimPrefix(bare(get("a", "")), "{get")}},
	// What a callback's server does is no business of API Gateway's.
	{rule: "keyword-dropped", bad: []string{"#OPERATION", `callbacks: {called: {"{$request.query.url}": {trace: {responses: {default: {description: x}}}}}}`}},
}

var operationTests = []ruleTest{
	{rule: "operation-id-missing", mode: Contract, bad: []string{"operationId: getThing", "#"}},
	{rule: "operation-id-duplicate", bad: []string{"#PATHS", "/a: " + get("getThing", "")}, good: []string{"#PATHS", "/a: " + get("a", "")}},
	{rule: "status-key", bad: []string{"      responses:", "      responses:\n        default: {description: x}"}, good: []string{`"200"`, `"201"`}, place: "/paths/~1things~1{thingId}/get/responses/default"},
	{rule: "status-key", bad: []string{"      responses:", "      responses:\n        4XX: {description: x}"}},
	{rule: "status-key", mode: Contract, bad: []string{"      responses:", "      responses:\n        600: {description: x}"},
		good: []string{"      responses:", "      responses:\n        4XX: {description: x}\n        default: {description: x}"}},
	{rule: "response-missing", mode: Contract, bad: []string{`"200"`, "default"}},
	{rule: "response-ref", bad: []string{"      responses:", `      responses: {"404": {$ref: "#/components/responses/None"}}` + "\n      x-a:", "#COMPONENTS", "responses: {None: {description: x}}"},
		good: []string{"#COMPONENTS", "responses: {None: {description: x}}"}},
	{rule: "response-schema", bad: []string{`{$ref: "#/components/schemas/Thing"}`, "{type: array, items: {type: string}}"}, good: []string{`{$ref: "#/components/schemas/Thing"}`, "{type: object}"}},
	{rule: "response-header-remapped", mode: Contract, bad: []string{"#RESPONSE", "headers: {date: {schema: {type: string}}}"}, good: []string{"#RESPONSE", "headers: {ETag: {schema: {type: string}}}"}},
	{rule: "response-header-remapped", mode: Contract, bad: []string{"#RESPONSE", "headers: {WWW-Authenticate: {schema: {type: string}}}"},
		good: []string{"#RESPONSE", "headers: {WWW-Authenticate: {schema: {type: string}}}", `"200"`, `"401"`}},
	{rule: "request-unchecked", bad: []string{"#PARAMETER", "- {name: a, in: query, required: true, schema: {type: string}}"}, good: []string{"#PARAMETER", "- {name: a, in: query, schema: {type: string}}"}},
	{rule: "request-unchecked", bad: []string{"#OPERATION", "requestBody: {content: {application/json: {schema: {type: object}}}}"},
		good: []string{"#OPERATION", "requestBody: {content: {application/json: {schema: {type: object}}}}", "#ROOT", validators + "\nx-amazon-apigateway-request-validator: all"}},
	{rule: "request-unchecked", bad: []string{"#OPERATION", "requestBody: {content: {text/plain: {}}}\n      x-amazon-apigateway-request-validator: all", "#ROOT", validators}},
	{rule: "keyword-dropped", bad: []string{"#OPERATION", "deprecated: true"}, good: []string{"#OPERATION", "summary: x"}},
	{rule: "keyword-dropped", bad: []string{"#RESPONSE", "links: {}"}},
	{rule: "keyword-dropped", bad: []string{"#ITEM", "servers: []"}},
	{rule: "keyword-dropped", bad: []string{"#COMPONENTS", "examples: {}"}},
	{rule: "keyword-dropped", bad: []string{"#ROOT", "externalDocs: {url: x}"}, good: []string{"#ROOT", "servers: [{url: x}]"}},
	{rule: "keyword-dropped", bad: []string{"{application/json: {", "{application/json: {example: {}, "}},
}

var parameterTests = []ruleTest{
	{rule: "parameter-place", bad: []string{"#PARAMETER", "- {name: a, in: cookie, schema: {type: string}}"}, good: []string{"#PARAMETER", "- {name: a, in: query, schema: {type: string}}"},
		place: "/paths/~1things~1{thingId}/get/parameters/1/in"},
	{rule: "parameter-place", mode: Contract, bad: []string{"#PARAMETER", "- {name: a, in: body, schema: {type: string}}"}, good: []string{"#PARAMETER", "- {name: a, in: header, schema: {type: string}}"}},
	{rule: "parameter-name", bad: []string{"#PARAMETER", `- {name: "filter[a]", in: query, schema: {type: string}}`}, good: []string{"#PARAMETER", "- {name: filter.a, in: query, schema: {type: string}}"}},
	{rule: "parameter-name", mode: Contract, bad: []string{"#PARAMETER", `- {name: "", in: query, schema: {type: string}}`}},
	{rule: "parameter-name-repeated", mode: Contract, bad: []string{"#PARAMETER", "- {name: thingId, in: query, schema: {type: string}}"}, good: []string{"#PARAMETER", "- {name: thingID, in: query, schema: {type: string}}"}},
	{rule: "parameter-name-repeated", bad: []string{"#PARAMETER", "- {name: X-A, in: header, schema: {type: string}}\n      - {name: x-a, in: header, schema: {type: string}}"}},
	{rule: "parameter-header-dropped", mode: Contract, bad: []string{"#PARAMETER", "- {name: content-md5, in: header, schema: {type: string}}"}, good: []string{"#PARAMETER", "- {name: If-Match, in: header, schema: {type: string}}"}},
	{rule: "parameter-keyword-dropped", bad: []string{"#PARAMETER", "- {name: a, in: query, style: form, schema: {type: string}}"}, good: []string{"#PARAMETER", "- {name: a, in: query, description: x, schema: {type: array, items: {type: string}}}"}},
	{rule: "parameter-keyword-dropped", bad: []string{"#PARAMETER", "- {name: a, in: query, schema: {type: string, maxLength: 3}}"}},
	{rule: "parameter-inline", bad: []string{"#ITEM", "parameters: [{name: a, in: query, schema: {type: string}}]"}, good: []string{"#ITEM", "parameters: []"}},
	{rule: "parameter-inline", bad: []string{"#PARAMETER", `- {$ref: "#/components/parameters/A"}`, "#COMPONENTS", "parameters: {A: {name: a, in: query, schema: {type: string}}}"}},
	// A parameter of the path may be replaced by the operation's.
	{rule: "parameter-name-repeated", mode: Contract, bad: []string{"#ITEM", "parameters: [{name: thingId, in: header, schema: {type: string}}]"},
		good: []string{"#ITEM", "parameters: [{name: thingId, in: path, required: true, schema: {type: string}}]"}},
}

func limitTests() []ruleTest {
	var paths, schemes, models strings.Builder
	for i := range 300 {
		fmt.Fprintf(&paths, "  /p%d: %s\n", i, get(fmt.Sprint("p", i), ""))
	}
	for i := range 11 {
		fmt.Fprintf(&schemes, "s%d: %s, ", i, cognito(pools))
	}
	for i := range 500 {
		fmt.Fprintf(&models, "    M%d: {type: object, description: %s}\n", i, strings.Repeat("x", 800))
	}
	few := models.String()[:strings.Index(models.String(), "M400")-4]
	return []ruleTest{
		{rule: "limit-resources", bad: []string{"  #PATHS\n", paths.String()}, place: "/paths"},
		{rule: "limit-resources", mode: Contract, bad: []string{"  #PATHS\n", bare(paths.String())}},
		{rule: "limit-authorizers", bad: []string{"#COMPONENTS", "securitySchemes: {" + schemes.String() + "}"}},
		{rule: "limit-models", bad: []string{"    #MODEL\n", models.String()}, good: []string{"    #MODEL\n", few}, place: "/components/schemas"},
	}
}
