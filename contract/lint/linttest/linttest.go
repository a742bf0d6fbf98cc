// Package linttest contains, for each rule of package lint, documents that break
// it and similar documents that do not. The tests of the lint run them, and so do
// the tests of other programs that must refuse what API Gateway refuses.
package linttest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/internal/specimen"
)

// Case is a document that breaks one rule and nothing else.
type Case struct {
	// Name is unique.
	Name string
	// Rule is the identifier of the rule.
	Rule string
	// Contract is set if the document is to be linted in that mode. Other
	// documents are to be imported.
	Contract bool
	// Bad is the document, in YAML.
	Bad string
	// Good is a similar document that breaks no rule.
	Good string
	// Pointer is where the finding is, as a JSON Pointer; empty if it does not matter.
	Pointer string
}

// Cases returns all cases.
func Cases() []Case {
	var cases []Case
	tables := [][]edit{documentEdits, pathEdits, operationEdits, parameterEdits, schemaEdits, securityEdits,
		extensionEdits, integrationEdits, gatewayResponseEdits, limitEdits()}
	for _, e := range slices.Concat(tables...) {
		cases = append(cases, Case{
			Name: e.name, Rule: e.rule, Contract: e.contract, Pointer: e.pointer,
			Bad: Document(e.contract, e.bad...), Good: Document(e.contract, e.good...),
		})
	}
	return cases
}

// Imports returns the documents that are to be imported and break a rule, in
// JSON and by name. Rules of which the lint only warns are among them.
func Imports() map[string][]byte {
	documents := map[string][]byte{"a document with everything": JSON(specimen.Everything)}
	for _, c := range Cases() {
		if !c.Contract {
			documents[c.Name] = JSON(c.Bad)
		}
	}
	return documents
}

// Document returns the base document with replacements, in pairs of old and new
// text. The base breaks no rule in either mode. As a contract it has no
// integrations, which only API Gateway's documents have.
func Document(contract bool, edits ...string) string {
	text := base
	if contract {
		text = withoutIntegrations(text)
	}
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(text, edits[i]) {
			panic(fmt.Sprintf("linttest: the base document has no %q", edits[i]))
		}
		text = strings.Replace(text, edits[i], edits[i+1], 1)
	}
	return text
}

// edit is a Case as replacements in the base document.
type edit struct {
	name, rule string
	contract   bool
	bad, good  []string
	pointer    string
}

// base is the document that cases edit: a comment in capitals marks where more
// can be put.
const base = `openapi: 3.0.3
info: {title: Things, version: "1"}
#ROOT
paths:
  #PATHS
  /things/{thingId}:
    #ITEM
    get:
      operationId: getThing
      security: []
      #OPERATION
      parameters:
      - {name: thingId, in: path, required: true, schema: {type: string}}
      #PARAMETER
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
          #RESPONSE
      ` + integration + `
components:
  #COMPONENTS
  schemas:
    #MODEL
    Thing:
      type: object
      #SCHEMA
      properties:
        #PROPERTY
        name: {type: string}
`

const (
	// functionURI addresses a function as integrations do.
	functionURI = `"arn:${AWS::Partition}:apigateway:eu-west-1:lambda:path/2015-03-31/functions/` +
		`arn:aws:lambda:eu-west-1:111122223333:function:f/invocations"`
	// functionARN is a function's own ARN, which is not a URI of integrations.
	functionARN = `"arn:aws:lambda:eu-west-1:111122223333:function:f"`

	integration = `x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: ` + functionURI +
		`, timeoutInMillis: 29000}`

	// PoolARN is the user pool that authorizers of the documents name.
	PoolARN = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a"

	pools = `providerARNs: ["` + PoolARN + `"]`
)

func withoutIntegrations(text string) string { return strings.ReplaceAll(text, integration, "") }

// get returns a path item with one operation, which has the members more.
func get(id, more string) string {
	return fmt.Sprintf(`{get: {operationId: %s, security: [], %s responses: {"200": {description: OK}}, %s}}`,
		id, more, integration)
}

// contractGet returns the path item of get for a contract.
func contractGet(id, more string) string { return withoutIntegrations(get(id, more)) }

// variable declares a path parameter, for get.
func variable(name string) string {
	return fmt.Sprintf(`parameters: [{name: %s, in: path, required: true, schema: {type: string}}],`, name)
}

// The following functions return the edits that put one thing where it belongs.

func atRoot(members string) []string { return []string{"#ROOT", members} }

func withProperty(schema string) []string { return []string{"#PROPERTY", "a: " + schema} }

func withModel(model string) []string { return []string{"#MODEL", model} }

func withPath(path, item string) []string { return []string{"#PATHS", path + ": " + item} }

func withParameter(parameter string) []string { return []string{"#PARAMETER", "- " + parameter} }

func withScheme(scheme string) []string {
	return []string{"#COMPONENTS", "securitySchemes: {s: " + scheme + "}"}
}

func withSecurity(requirements string) []string {
	return []string{"security: []", "security: " + requirements}
}

func withIntegration(members string) []string {
	return []string{integration, "x-amazon-apigateway-integration: {" + members + "}"}
}

func withRequestMapping(parameters string) []string {
	return withIntegration("type: mock, requestParameters: {" + parameters + "}")
}

func withResponseMapping(status, parameters string) []string {
	return withIntegration("type: mock, responses: {default: {statusCode: " + status +
		", responseParameters: {" + parameters + "}}}")
}

func withGatewayResponse(members string) []string {
	return atRoot("x-amazon-apigateway-gateway-responses: {THROTTLED: " + members + "}")
}

func both(edits ...[]string) []string { return slices.Concat(edits...) }

// cognito returns the security scheme of a Cognito authorizer with these members.
func cognito(members string) string {
	return fmt.Sprintf("{type: apiKey, in: header, name: Authorization, "+
		"x-amazon-apigateway-authtype: cognito_user_pools, "+
		"x-amazon-apigateway-authorizer: {type: cognito_user_pools, %s}}", members)
}

// authorizer returns the security scheme of an authorizer of another kind.
func authorizer(authtype, members string) string {
	if authtype != "" {
		authtype = "x-amazon-apigateway-authtype: " + authtype + ", "
	}
	return "{type: apiKey, in: header, name: A, " + authtype + "x-amazon-apigateway-authorizer: {" + members + "}}"
}
