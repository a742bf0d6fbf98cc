package gateway

// The document that the emulator understands, as shapes. What is absent here is
// refused.

// plain is informative text: anything but an extension of API Gateway, which
// would have an effect.
var plain = func() *shape {
	s := &shape{}
	s.each, s.items = s, s
	return s
}()

var integrationShape = &shape{
	fields: known("type", "httpMethod", "uri", "passthroughBehavior", "timeoutInMillis", "requestTemplates", "responses"),
}

var mediaTypeShape = &shape{
	fields: map[string]*shape{"schema": schemaShape, "example": nil, "examples": nil},
	vendor: true,
	check:  refuseInlineAllOf,
}

var parameterShape = &shape{
	// API Gateway keeps name, in, required and the type of a parameter. The rest
	// is dropped on import, so it is not looked at.
	fields: known("name", "in", "required", "description", "schema", "deprecated", "style", "explode",
		"allowReserved", "allowEmptyValue", "example", "examples"),
	refused: map[string]string{
		"$ref":    "write the parameter in the operation: references to parameters are unverified",
		"content": "API Gateway has no parameters with content",
	},
	vendor: true,
}

var operationShape = &shape{
	fields: map[string]*shape{
		"tags": nil, "summary": nil, "description": nil, "externalDocs": plain, "operationId": nil, "deprecated": nil,
		"security":   nil,
		"parameters": {items: parameterShape},
		"requestBody": {
			fields:  map[string]*shape{"description": nil, "required": nil, "content": {each: mediaTypeShape}},
			refused: map[string]string{"$ref": "write the body in the operation: references to bodies are unverified"},
			vendor:  true,
		},
		"responses": {each: &shape{
			fields: map[string]*shape{
				"description": nil,
				"headers":     {each: &shape{fields: known("description", "required", "schema", "example", "examples")}},
				"content":     {each: mediaTypeShape},
			},
			refused: map[string]string{"$ref": "API Gateway does not support shared responses"},
			vendor:  true,
		}},
		extension + "integration":       integrationShape,
		extension + "request-validator": nil,
	},
	vendor: true,
}

var pathItemShape = &shape{
	fields: map[string]*shape{
		"summary": nil, "description": nil,
		"get": operationShape, "put": operationShape, "post": operationShape, "delete": operationShape,
		"options": operationShape, "head": operationShape, "patch": operationShape,
	},
	refused: map[string]string{
		"parameters": "write parameters in each operation: those of a path are unverified",
		"servers":    "API Gateway has no servers of a path",
		"trace":      "API Gateway has no TRACE method",
		"$ref":       "API Gateway imports one file",
	},
	vendor: true,
}

var documentShape = &shape{
	fields: map[string]*shape{
		"openapi": nil, "info": plain, "servers": plain, "tags": plain, "externalDocs": plain,
		"paths": {each: pathItemShape, vendor: true},
		"components": {
			fields: map[string]*shape{
				"schemas": {each: schemaShape},
				"securitySchemes": {each: &shape{
					fields: map[string]*shape{
						"type": nil, "name": nil, "in": nil, "description": nil,
						extension + "authtype":   nil,
						extension + "authorizer": {fields: known("type", "providerARNs")},
					},
					vendor: true,
				}},
			},
			vendor: true,
		},
		extension + "request-validators": {each: &shape{fields: known("validateRequestBody", "validateRequestParameters")}},
		extension + "request-validator":  nil,
		extension + "gateway-responses": {each: &shape{
			fields: known("statusCode", "responseParameters", "responseTemplates"),
		}},
		extension + "binary-media-types": nil,
		// Documentation parts are for the console only.
		extension + "documentation": nil,
	},
	refused: map[string]string{
		"security":                             "write security in each operation: whether API Gateway applies that of the document is unverified",
		extension + "minimum-compression-size": "compression is not emulated",
		extension + "policy":                   "resource policies are not emulated",
		extension + "api-key-source":           "API keys are not emulated",
	},
	vendor: true,
}
