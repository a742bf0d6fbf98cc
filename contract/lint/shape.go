package lint

import (
	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// shape is what OpenAPI 3.0 says of a kind of value: its members, and the
// rules that look at it once its members have been visited.
type shape struct {
	name string
	kind tree.Kind
	// anything lets every value pass, unvisited.
	anything bool
	// boolOr is the shape of what is neither true nor false.
	boolOr *shape
	// number lets a number stand for a text in what is imported: it is written out.
	number bool
	// ref lets a Reference Object stand in its place: to a component of this section.
	ref bool
	// section is the member of components that holds such values.
	section string
	// members are an object's, by name; each is for all other names.
	members  map[string]*shape
	each     *shape
	required []string
	// extensible objects may have members that begin with x-.
	extensible bool
	// items are an array's.
	items *shape
	check func(*linter, *visit)
}

// The plain values.
var (
	anyValue  = &shape{name: "a value", anything: true}
	textValue = &shape{name: "a text", kind: tree.String}
	// The version 1 is taken: recorded in testdata/recorded/version-number.txtar.
	versionValue = &shape{name: "a text", kind: tree.String, number: true}
	boolValue    = &shape{name: "a flag", kind: tree.Bool}
	numValue     = &shape{name: "a number", kind: tree.Number}
	anyList      = listOf("a list", anyValue)
	textList     = listOf("a list of texts", textValue)
	textMap      = mapOf("a map of texts", textValue)
	docsObject   = object("External Documentation Object", members{"description": textValue, "url": textValue}, "url")
)

type members = map[string]*shape

// object is an object of the specification, extensible.
func object(name string, m members, required ...string) *shape {
	return &shape{name: name, kind: tree.Object, members: m, required: required, extensible: true}
}

func listOf(name string, items *shape) *shape {
	return &shape{name: name, kind: tree.Array, items: items}
}

func mapOf(name string, each *shape) *shape {
	return &shape{name: name, kind: tree.Object, each: each}
}

// The objects of OpenAPI 3.0.3, section 4.7, by their names there. Those that
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
		"type": textValue, "allOf": listOf("allOf", schemaShape), "oneOf": listOf("oneOf", schemaShape),
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
}
