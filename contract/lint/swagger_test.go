package lint

import (
	"strings"
	"testing"
)

// swaggerText is a document in OpenAPI 2.0 without findings.
const swaggerText = `swagger: "2.0"
info: {title: Things, version: "1"}
host: example.org
basePath: /v1
schemes: [https]
x-amazon-apigateway-endpoint-configuration: {vpcEndpointIds: [vpce-1]}
x-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: true}}
x-amazon-apigateway-request-validator: all
paths:
  /things/{thingId}:
    put:
      consumes: [application/json]
      produces: [application/json]
      security: [{pool: []}]
      parameters:
      - {name: thingId, in: path, required: true, type: string}
      - {name: limit, in: query, type: integer}
      - {name: thing, in: body, required: true, schema: {$ref: "#/definitions/Thing"}}
      responses:
        "200":
          description: OK
          headers: {ETag: {type: string}}
          schema: {$ref: "#/definitions/Thing"}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: PUT
        uri: https://example.org/{thingId}
        requestParameters: {integration.request.path.thingId: method.request.path.thingId}
        responses: {default: {statusCode: "200", responseParameters: {method.response.header.ETag: "'1'"}}}
    x-amazon-apigateway-any-method: {responses: {}, x-amazon-apigateway-integration: {type: mock}}
securityDefinitions:
  pool:
    type: apiKey
    in: header
    name: Authorization
    x-amazon-apigateway-authtype: cognito_user_pools
    x-amazon-apigateway-authorizer:
      type: cognito_user_pools
      providerARNs: ["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a"]
definitions:
  Thing:
    type: object
    properties:
      name: {type: string}
      parts: {type: array, items: {$ref: "#/definitions/Thing"}}
      kind: {oneOf: [{type: string}, {type: integer}]}
`

func TestSwagger(t *testing.T) {
	checkClean(t, swaggerText, Import)
	tests := map[string]struct {
		old, text string
		want      string // severity, pointer and rule of the only finding; PUT is the operation's pointer
	}{
		"an unquoted version": {
			`"2.0"`, `2.0`,
			"warning /swagger openapi-version",
		},
		"a member of 3.0": {
			"host: example.org", "servers: []",
			"warning /servers unknown-keyword",
		},
		"a form": {
			"in: query", "in: formData",
			"error PUT/parameters/1/in parameter-place",
		},
		"a limit": {
			"type: integer}", "type: integer, maximum: 9}",
			"warning PUT/parameters/1/maximum parameter-keyword-dropped",
		},
		"an example in a model": {
			"name: {type: string}", "name: {type: string, example: a}",
			"error /definitions/Thing/properties/name/example schema-keyword",
		},
		"a body's own model": {
			`schema: {$ref: "#/definitions/Thing"}}`, "schema: {type: object, readOnly: true}}",
			"error PUT/parameters/2/schema/readOnly schema-keyword",
		},
		"nullable": {
			"name: {type: string}", "name: {type: string, nullable: true}",
			"error /definitions/Thing/properties/name/nullable schema-keyword",
		},
		"a reference to 3.0": {
			`schema: {$ref: "#/definitions/Thing"}}`, `schema: {$ref: "#/components/schemas/Thing"}}`,
			"error PUT/parameters/2/schema/$ref ref-kind",
		},
		"an unknown definition": {
			`schema: {$ref: "#/definitions/Thing"}}`, `schema: {$ref: "#/definitions/Other"}}`,
			"warning PUT/parameters/2/schema/$ref unresolved-ref",
		},
		"a list as response": {
			`          schema: {$ref: "#/definitions/Thing"}`, "          schema: {type: array, items: {type: string}}",
			"warning PUT/responses/200/schema response-schema",
		},
		"a text with an example as response": {
			`          schema: {$ref: "#/definitions/Thing"}`, "          schema: {type: string, example: a}",
			"warning PUT/responses/200/schema response-schema",
		},
		"an unknown definition in a model": {
			`items: {$ref: "#/definitions/Thing"}`, `items: {$ref: "#/definitions/Other"}`,
			"error /definitions/Thing/properties/parts/items/$ref unresolved-ref",
		},
		"an authorizer and a key": {
			"security: [{pool: []}]\n      parameters", "security: [{pool: []}, {key: []}]\n      parameters",
			"warning PUT/security/1/key security-undefined",
		},
		"a model's name": {
			"definitions:\n", "definitions:\n  A_b: {type: object}\n",
			"error /definitions/A_b model-name",
		},
		"an unknown scheme": {
			"{pool: []}", "{other: []}",
			"warning PUT/security/0/other security-undefined",
		},
		"no validator": {
			"x-amazon-apigateway-request-validator: all", "",
			"warning PUT/parameters/2 request-unchecked",
		},
		"an undeclared header": {
			"headers: {ETag: {type: string}}", "",
			"error PUT/x-amazon-apigateway-integration/responses/default/responseParameters/" +
				"method.response.header.ETag integration-mapping",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(swaggerText, test.old) {
				t.Fatalf("the document has no %q", test.old)
			}
			checkFindings(t, strings.Replace(swaggerText, test.old, test.text, 1), Options{Mode: Import}, test.want)
		})
	}
	checkFindings(t, swaggerText, Options{Mode: Import, Subset: &Subset{}}, "error /swagger unsupported")
}

// checkFindings compares severity, pointer and rule of all findings, one in a line.
func checkFindings(t *testing.T, text string, opts Options, want string) {
	t.Helper()
	doc, err := Read("d.yaml", []byte(text), opts)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range Run(doc, opts) {
		got = append(got, string(f.Severity)+" "+f.Pointer+" "+f.Rule)
	}
	want = strings.ReplaceAll(want, "PUT/", "/paths/~1things~1{thingId}/put/")
	if all := strings.Join(got, "\n"); all != want {
		t.Errorf("got:\n%s\nwant:\n%s", all, want)
	}
}
