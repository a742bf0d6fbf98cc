package lint

import (
	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// shape describes a kind of value in OpenAPI 3.0: its members, and the check that
// runs when they have been visited.
//
// OpenAPI publishes a JSON Schema with these facts. Validating with it (package
// santhosh-tekuri/jsonschema, measured with 1,000 operations in 1.4 MB) takes 4
// times as long as the complete lint, has no lines and columns, reports a
// misspelt keyword once for each level of nesting above it and a wrong
// additionalProperties five times, and misses duplicate members; the checks would
// need most of these tables anyway to know which object they are in.
type shape struct {
	name string
	kind tree.Kind
	// anything accepts every value without a look inside.
	anything bool
	// boolOr is the shape of values other than true and false, which are accepted.
	boolOr *shape
	// number accepts a number in place of a string when a document is imported.
	number bool
	// ref accepts a Reference Object that refers to a component of the section.
	ref bool
	// section is the member of components that contains such values.
	section string
	// members are the shapes of an object's members, by name. Other members have
	// the shape each.
	members  map[string]*shape
	each     *shape
	required []string
	// extensible objects may have members that begin with x-.
	extensible bool
	// items is the shape of an array's items.
	items *shape
	check func(*linter, *visit)
	// like is the shape of OpenAPI 3.0 to which a shape of 2.0 corresponds.
	like *shape
}

// kinship returns the shape of OpenAPI 3.0 that s is or to which it corresponds.
func (s *shape) kinship() *shape {
	if s.like != nil {
		return s.like
	}
	return s
}

// The plain values.
var (
	anyValue  = &shape{name: "a value", anything: true}
	textValue = &shape{name: "a string", kind: tree.String}
	// An import accepts the number 1: recorded in testdata/recorded/version-number.txtar.
	versionValue = &shape{name: "a string", kind: tree.String, number: true}
	// A model may have several types in a list, as JSON Schema draft 4 allows.
	typeValue  = &shape{name: "a type", kind: tree.String}
	boolValue  = &shape{name: "a flag", kind: tree.Bool}
	numValue   = &shape{name: "a number", kind: tree.Number}
	anyList    = listOf("a list", anyValue)
	textList   = listOf("a list of strings", textValue)
	textMap    = mapOf("a map of strings", textValue)
	docsObject = object("External Documentation Object", members{"description": textValue, "url": textValue}, "url")
)

type members = map[string]*shape

// object returns the shape of an extensible object of the specification.
func object(name string, m members, required ...string) *shape {
	return &shape{name: name, kind: tree.Object, members: m, required: required, extensible: true}
}

func listOf(name string, items *shape) *shape {
	return &shape{name: name, kind: tree.Array, items: items}
}

func mapOf(name string, each *shape) *shape {
	return &shape{name: name, kind: tree.Object, each: each}
}

// The objects of OpenAPI 3.0.3, section 4.7, with their names there. Objects that
// contain themselves get their members in init.
var (
	schemaShape         = &shape{name: "Schema Object", kind: tree.Object, ref: true, section: "schemas", extensible: true}
	parameterShape      = &shape{name: "Parameter Object", kind: tree.Object, ref: true, section: "parameters", extensible: true, required: []string{"name", "in"}}
	headerShape         = &shape{name: "Header Object", kind: tree.Object, ref: true, section: "headers", extensible: true}
	mediaTypeShape      = &shape{name: "Media Type Object", kind: tree.Object, extensible: true}
	requestBodyShape    = &shape{name: "Request Body Object", kind: tree.Object, ref: true, section: "requestBodies", extensible: true, required: []string{"content"}}
	responseShape       = &shape{name: "Response Object", kind: tree.Object, ref: true, section: "responses", extensible: true, required: []string{"description"}}
	responsesShape      = &shape{name: "Responses Object", kind: tree.Object, each: responseShape, extensible: true}
	linkShape           = &shape{name: "Link Object", kind: tree.Object, ref: true, section: "links", extensible: true}
	exampleShape        = &shape{name: "Example Object", kind: tree.Object, ref: true, section: "examples", extensible: true}
	callbackShape       = &shape{name: "Callback Object", kind: tree.Object, ref: true, section: "callbacks", extensible: true}
	securitySchemeShape = &shape{name: "Security Scheme Object", kind: tree.Object, ref: true, section: "securitySchemes", extensible: true, required: []string{"type"}}
	securityShape       = listOf("security", mapOf("Security Requirement Object", textList))
	serverShape         = object("Server Object", members{
		"url": textValue, "description": textValue, "variables": mapOf("variables", serverVariableShape)}, "url")
	serverVariableShape = object("Server Variable Object", members{"enum": textList, "default": textValue, "description": textValue}, "default")
	operationShape      = &shape{name: "Operation Object", kind: tree.Object, extensible: true, required: []string{"responses"}}
	pathItemShape       = &shape{name: "Path Item Object", kind: tree.Object, extensible: true}
	pathsShape          = &shape{name: "Paths Object", kind: tree.Object, each: pathItemShape, extensible: true}
	componentsShape     = &shape{name: "Components Object", kind: tree.Object, extensible: true}
	infoShape           = object("Info Object", members{
		"title": textValue, "description": textValue, "termsOfService": textValue, "version": versionValue,
		"contact": object("Contact Object", members{"name": textValue, "url": textValue, "email": textValue}),
		"license": object("License Object", members{"name": textValue, "url": textValue}, "name"),
	}, "title", "version")
	tagShape      = object("Tag Object", members{"name": textValue, "description": textValue, "externalDocs": docsObject}, "name")
	documentShape = object("OpenAPI Object", nil, "openapi", "info", "paths")
)

// methods are the members of a path that are operations.
var methods = append([]string{"trace"}, apigateway.Methods...)

func init() {
	content := mapOf("content", mediaTypeShape)
	examples := mapOf("examples", exampleShape)
	parameters := listOf("parameters", parameterShape)
	servers := listOf("servers", serverShape)
	schemas := mapOf("a map of schemas", schemaShape)

	schemaShape.members = members{
		"title": textValue, "multipleOf": numValue, "maximum": numValue, "exclusiveMaximum": boolValue,
		"minimum": numValue, "exclusiveMinimum": boolValue, "maxLength": numValue, "minLength": numValue,
		"pattern": textValue, "maxItems": numValue, "minItems": numValue, "uniqueItems": boolValue,
		"maxProperties": numValue, "minProperties": numValue, "required": textList, "enum": anyList,
		"type": typeValue, "allOf": listOf("allOf", schemaShape), "oneOf": listOf("oneOf", schemaShape),
		"anyOf": listOf("anyOf", schemaShape), "not": schemaShape, "items": schemaShape, "properties": schemas,
		"additionalProperties": {name: "additionalProperties", boolOr: schemaShape}, "description": textValue, "format": textValue, "default": anyValue,
		"nullable": boolValue, "discriminator": object("Discriminator Object", members{"propertyName": textValue, "mapping": textMap}, "propertyName"),
		"readOnly": boolValue, "writeOnly": boolValue, "xml": object("XML Object", members{
			"name": textValue, "namespace": textValue, "prefix": textValue, "attribute": boolValue, "wrapped": boolValue}),
		"externalDocs": docsObject, "example": anyValue, "deprecated": boolValue,
	}
	headerShape.members = members{
		"description": textValue, "required": boolValue, "deprecated": boolValue, "allowEmptyValue": boolValue,
		"style": textValue, "explode": boolValue, "allowReserved": boolValue, "schema": schemaShape,
		"example": anyValue, "examples": examples, "content": content,
	}
	parameterShape.members = members{"name": textValue, "in": textValue}
	for name, s := range headerShape.members {
		parameterShape.members[name] = s
	}
	mediaTypeShape.members = members{
		"schema": schemaShape, "example": anyValue, "examples": examples,
		"encoding": mapOf("encoding", object("Encoding Object", members{
			"contentType": textValue, "headers": mapOf("headers", headerShape), "style": textValue, "explode": boolValue, "allowReserved": boolValue})),
	}
	requestBodyShape.members = members{"description": textValue, "content": content, "required": boolValue}
	responseShape.members = members{
		"description": textValue, "headers": mapOf("headers", headerShape), "content": content, "links": mapOf("links", linkShape)}
	linkShape.members = members{
		"operationRef": textValue, "operationId": textValue, "parameters": mapOf("parameters", anyValue),
		"requestBody": anyValue, "description": textValue, "server": serverShape}
	exampleShape.members = members{"summary": textValue, "description": textValue, "value": anyValue, "externalValue": textValue}
	callbackShape.each = pathItemShape
	securitySchemeShape.members = members{
		"type": textValue, "description": textValue, "name": textValue, "in": textValue, "scheme": textValue,
		"bearerFormat": textValue, "flows": anyValue, "openIdConnectUrl": textValue}
	operationShape.members = members{
		"tags": textList, "summary": textValue, "description": textValue, "externalDocs": docsObject,
		"operationId": textValue, "parameters": parameters, "requestBody": requestBodyShape,
		"responses": responsesShape, "callbacks": mapOf("callbacks", callbackShape), "deprecated": boolValue,
		"security": securityShape, "servers": servers}
	pathItemShape.members = members{
		"$ref": textValue, "summary": textValue, "description": textValue, "servers": servers, "parameters": parameters}
	for _, method := range methods {
		pathItemShape.members[method] = operationShape
	}
	componentsShape.members = members{
		"schemas": schemas, "responses": mapOf("responses", responseShape), "parameters": mapOf("parameters", parameterShape),
		"examples": examples, "requestBodies": mapOf("requestBodies", requestBodyShape), "headers": mapOf("headers", headerShape),
		"securitySchemes": mapOf("securitySchemes", securitySchemeShape), "links": mapOf("links", linkShape),
		"callbacks": mapOf("callbacks", callbackShape)}
	documentShape.members = members{
		"openapi": textValue, "info": infoShape, "servers": servers, "paths": pathsShape, "components": componentsShape,
		"security": securityShape, "tags": listOf("tags", tagShape), "externalDocs": docsObject}

	schemaShape.check = (*linter).schema
	parameterShape.check = (*linter).parameter
	mediaTypeShape.check = (*linter).mediaType
	responsesShape.check = (*linter).responses
	responseShape.check = (*linter).response
	operationShape.check = (*linter).operation
	pathItemShape.check = (*linter).pathItem
	pathsShape.check = (*linter).paths
	securitySchemeShape.check = (*linter).securityScheme
	componentsShape.check = (*linter).components
	documentShape.check = (*linter).document
	initSwagger()
}
