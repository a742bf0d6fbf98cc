package lint

import (
	"maps"
	"slices"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// The objects of OpenAPI 2.0 that differ from the objects of 3.0, for documents that are
// imported. Each has the checks of the shape that it is like.
//
// Package openapi2conv of kin-openapi would convert a document to 3.0 first. It is not
// used: it knows no lines, it fails on documents that API Gateway imports, and a
// finding would name members that the author did not write.
var (
	swaggerDocument  = &shape{name: "Swagger Object", kind: tree.Object, extensible: true, like: documentShape, required: []string{"info", "paths"}}
	swaggerPaths     = &shape{name: "Paths Object", kind: tree.Object, extensible: true, like: pathsShape}
	swaggerPathItem  = &shape{name: "Path Item Object", kind: tree.Object, extensible: true, like: pathItemShape}
	swaggerOperation = &shape{name: "Operation Object", kind: tree.Object, extensible: true, like: operationShape, required: []string{"responses"}}
	swaggerParameter = &shape{name: "Parameter Object", kind: tree.Object, extensible: true, like: parameterShape, ref: true, section: "parameters", required: []string{"name", "in"}}
	swaggerResponses = &shape{name: "Responses Object", kind: tree.Object, extensible: true, like: responsesShape}
	swaggerResponse  = &shape{name: "Response Object", kind: tree.Object, extensible: true, like: responseShape, ref: true, section: "responses", required: []string{"description"}}
	swaggerHeader    = &shape{name: "Header Object", kind: tree.Object, extensible: true, like: headerShape}
	swaggerSchema    = &shape{name: "Schema Object", kind: tree.Object, extensible: true, like: schemaShape, ref: true, section: "definitions"}
	swaggerScheme    = &shape{name: "Security Scheme Object", kind: tree.Object, extensible: true, like: securitySchemeShape, required: []string{"type"}}
)

// initSwagger completes the shapes of OpenAPI 2.0 from the shapes of 3.0.
func initSwagger() {
	parameters := listOf("parameters", swaggerParameter)
	definitions := mapOf("definitions", swaggerSchema)
	values := members{
		"type": textValue, "format": textValue, "collectionFormat": textValue, "default": anyValue, "enum": anyList,
		"pattern": textValue, "uniqueItems": boolValue, "exclusiveMaximum": boolValue, "exclusiveMinimum": boolValue,
		"items": object("Items Object", nil),
	}
	for _, name := range []string{"maximum", "minimum", "maxLength", "minLength", "maxItems", "minItems", "multipleOf"} {
		values[name] = numValue
	}
	values["items"].members = values

	swaggerSchema.members = members{
		"allOf": listOf("allOf", swaggerSchema), "not": swaggerSchema, "items": swaggerSchema,
		"properties": mapOf("a map of schemas", swaggerSchema), "discriminator": textValue,
		"additionalProperties": {name: "additionalProperties", boolOr: swaggerSchema},
		// OpenAPI 2.0 lacks these two, which models have: they are JSON Schema draft 4.
		"oneOf": listOf("oneOf", swaggerSchema), "anyOf": listOf("anyOf", swaggerSchema),
	}
	for name, s := range schemaShape.members {
		if _, differs := swaggerSchema.members[name]; !differs && name != "nullable" && name != "writeOnly" && name != "deprecated" {
			swaggerSchema.members[name] = s
		}
	}
	swaggerHeader.members = maps.Clone(values)
	swaggerHeader.members["description"] = textValue
	swaggerParameter.members = maps.Clone(swaggerHeader.members)
	maps.Copy(swaggerParameter.members, members{
		"name": textValue, "in": textValue, "required": boolValue, "allowEmptyValue": boolValue, "schema": swaggerSchema,
	})
	swaggerResponse.members = members{
		"description": textValue, "schema": swaggerSchema, "headers": mapOf("headers", swaggerHeader),
		"examples": mapOf("examples", anyValue),
	}
	swaggerResponses.each = swaggerResponse
	swaggerOperation.members = members{
		"tags": textList, "summary": textValue, "description": textValue, "externalDocs": docsObject,
		"operationId": textValue, "consumes": textList, "produces": textList, "parameters": parameters,
		"responses": swaggerResponses, "schemes": textList, "deprecated": boolValue, "security": securityShape,
	}
	swaggerPathItem.members = members{"$ref": textValue, "parameters": parameters}
	for _, method := range apigateway.Methods {
		swaggerPathItem.members[method] = swaggerOperation
	}
	swaggerPaths.each = swaggerPathItem
	swaggerScheme.members = members{
		"type": textValue, "description": textValue, "name": textValue, "in": textValue, "flow": textValue,
		"authorizationUrl": textValue, "tokenUrl": textValue, "scopes": textMap,
	}
	swaggerDocument.members = members{
		"swagger": anyValue, "info": infoShape, "host": textValue, "basePath": textValue, "schemes": textList,
		"consumes": textList, "produces": textList, "paths": swaggerPaths, "definitions": definitions,
		"parameters": mapOf("parameters", swaggerParameter), "responses": mapOf("responses", swaggerResponse),
		"securityDefinitions": mapOf("securityDefinitions", swaggerScheme), "security": securityShape,
		"tags": listOf("tags", tagShape), "externalDocs": docsObject,
	}
	for _, s := range []*shape{
		swaggerPaths, swaggerPathItem, swaggerOperation, swaggerParameter, swaggerResponses, swaggerSchema, swaggerScheme,
	} {
		s.check = s.like.check
	}
	swaggerResponse.check = (*linter).swaggerResponse
	swaggerDocument.check = (*linter).swaggerDocument
}

// swaggerVersion returns the shape of a document with the member swagger, or nil.
func (l *linter) swaggerVersion(v *visit) *shape {
	switch {
	case l.mode == Contract:
		l.report(v, wrongVersion, "the document is in OpenAPI 2.0, and contracts are in 3.0")
		return nil
	case v.node.Text != "2.0" || v.node.Kind != tree.String && v.node.Kind != tree.Number:
		l.report(v, wrongVersion, "the version of Swagger is %q, not \"2.0\"", clip(v.node.Text))
		return nil
	case l.subset != nil:
		l.report(v, unsupported, "OpenAPI 2.0 is not supported")
		return nil
	case v.node.Kind == tree.Number:
		l.report(v, wrongVersion.andImported(), "the version of Swagger is a number, not the string \"2.0\"")
	}
	l.swagger = true
	return swaggerDocument
}

// release returns the release of OpenAPI that the document is written in.
func (l *linter) release() string {
	if l.swagger {
		return "2.0"
	}
	return "3.0"
}

// swaggerDocument checks the root of a document in OpenAPI 2.0.
func (l *linter) swaggerDocument(v *visit) {
	if definitions := v.member("definitions"); definitions != nil && definitions.node.Kind == tree.Object {
		l.models(definitions)
	}
	if schemes := v.member("securityDefinitions"); schemes != nil {
		l.authorizers(schemes)
	}
	l.document(v)
}

// swaggerResponse checks a response, whose schema is a member of its own.
func (l *linter) swaggerResponse(v *visit) {
	l.response(v)
	l.responseSchema(v.member("schema"))
}

// isBody reports whether v, a Parameter Object, is the body of OpenAPI 2.0.
func (l *linter) isBody(v *visit) bool { return l.swagger && v.node.Get("in").Str() == "body" }

// isIgnored reports whether v belongs to the schema of a response that an import
// ignores, because it is a plain value.
func (v *visit) isIgnored() bool {
	for ; v.up != nil && v.up.shape != nil && v.up.shape.kinship() != responsesShape; v = v.up {
		if v.isBody() && v.within(responseShape) != nil {
			return !slices.Contains([]string{"", "object", "array"}, v.node.Get("type").Str())
		}
	}
	return false
}

// becomesModel reports whether a schema becomes a model, or a part of one.
func (l *linter) becomesModel(v *visit) bool {
	if v.within(headerShape) != nil || v.within(callbackShape) != nil {
		return false
	}
	if p := v.within(parameterShape); p != nil {
		return l.isBody(p)
	}
	return !v.isIgnored()
}
