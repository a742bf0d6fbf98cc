package compat

func operationOf(spec object, path, method string) object { return at(spec, "paths", path, method) }

func parameter(spec object, i int) object {
	return operationOf(spec, "/orders", "get")["parameters"].([]any)[i].(object)
}

func addParameter(spec, p object) {
	get := operationOf(spec, "/orders", "get")
	get["parameters"] = append(get["parameters"].([]any), p)
}

func optionalParameter(name string) object {
	return object{"name": name, "in": "query", "schema": object{"type": "string"}}
}

func requiredParameter(name string) object {
	return object{"name": name, "in": "query", "required": true, "schema": object{"type": "string"}}
}

func property(spec object, schema, name string) object {
	return at(spec, "components", "schemas", schema, "properties", name)
}

// problems returns the examples of the problems of GET /orders.
func problems(spec object) object {
	notFound := at(operationOf(spec, "/orders", "get"), "responses", "404")
	return at(notFound, "content", "application/problem+json", "examples")
}

// nameTypes limits the type of the problems of GET /orders in their schema, as package
// generate does.
func nameTypes(spec object, component string, types ...any) {
	media := at(operationOf(spec, "/orders", "get"), "responses", "404", "content", "application/problem+json")
	base := media["schema"]
	at(spec, "components", "schemas")[component] = object{"allOf": []any{base, object{
		"type": "object", "required": []any{"type"},
		"properties": object{"type": object{"type": "string", "enum": types}},
	}}}
	media["schema"] = object{"$ref": "#/components/schemas/" + component}
}

var okResponse = object{"200": object{"description": "OK"}}

// edit is a change of the released specification (version 1.2.3) and its effect.
type edit struct {
	name  string
	edit  func(spec object)
	level Level
	bump  Bump
	rule  string // of the first change, empty if there is no change
	text  string // contained in the first change
}

// contractEdits change operations, parameters, bodies and responses.
var contractEdits = []edit{
	{
		name:  "nothing",
		edit:  func(object) {},
		level: None, bump: NoBump,
	},
	{
		name: "only the version",
		edit: func(spec object) {
			at(spec, "info")["version"] = "9.9.9"
			spec["tags"].([]any)[0].(object)["x-version"] = "9.9.9"
		},
		level: None, bump: NoBump,
	},
	{
		name: "a generator hint changed",
		edit: func(spec object) {
			at(spec, "components", "schemas", "Order")["x-source-type"] = "api.Other"
		},
		level: None, bump: NoBump,
	},

	{
		name: "an operation removed",
		edit: func(spec object) {
			delete(at(spec, "paths", "/orders"), "post")
		},
		level: Breaking, bump: Major, rule: "api-removed-without-deprecation", text: "POST /orders",
	},
	{
		name: "a path removed",
		edit: func(spec object) {
			delete(at(spec, "paths"), "/orders/health")
		},
		level: Breaking, bump: Major, rule: "api-path-removed-without-deprecation", text: "GET /orders/health",
	},
	{
		name: "a deprecated operation removed",
		edit: func(spec object) {
			delete(at(spec, "paths"), "/orders/old")
		},
		level: Breaking, bump: Major, rule: "api-path-removed-with-deprecation", text: "GET /orders/old",
	},
	{
		name: "an operation added",
		edit: func(spec object) {
			at(spec, "paths")["/orders/new"] = object{"get": object{"operationId": "new", "responses": okResponse}}
		},
		level: Compatible, bump: Minor, rule: "endpoint-added", text: "GET /orders/new",
	},
	{
		name: "an operation deprecated",
		edit: func(spec object) {
			operationOf(spec, "/orders", "get")["deprecated"] = true
		},
		level: Compatible, bump: Minor, rule: "endpoint-deprecated", text: "GET /orders",
	},
	{
		name: "an operationId changed",
		edit: func(spec object) {
			operationOf(spec, "/orders", "get")["operationId"] = "getOrders"
		},
		level: Breaking, bump: Major, rule: "api-operation-id-removed", text: "`getOrders`",
	},

	{
		name: "a required parameter added",
		edit: func(spec object) {
			addParameter(spec, requiredParameter("q"))
		},
		level: Breaking, bump: Major, rule: "new-required-request-parameter", text: "`q`",
	},
	{
		name: "an optional parameter added",
		edit: func(spec object) {
			addParameter(spec, optionalParameter("q"))
		},
		level: Compatible, bump: Minor, rule: "new-optional-request-parameter", text: "`q`",
	},
	{
		name: "an optional parameter removed",
		edit: func(spec object) {
			get := operationOf(spec, "/orders", "get")
			get["parameters"] = get["parameters"].([]any)[:1]
		},
		level: Breaking, bump: Major, rule: "request-parameter-removed", text: "`limit`",
	},
	{
		name: "a parameter's maximum lowered",
		edit: func(spec object) {
			at(parameter(spec, 1), "schema")["maximum"] = 50
		},
		level: Breaking, bump: Major, rule: "request-parameter-max-decreased", text: "`limit`",
	},
	{
		name: "a parameter's maximum raised",
		edit: func(spec object) {
			at(parameter(spec, 1), "schema")["maximum"] = 500
		},
		level: Compatible, bump: Minor, rule: "request-parameter-max-increased", text: "`limit`",
	},
	{
		name: "a parameter's serialization changed",
		edit: func(spec object) {
			parameter(spec, 0)["style"] = "pipeDelimited"
		},
		level: Breaking, bump: Major, rule: unjudged, text: "GET /orders",
	},

	{
		name: "a parameter's serialization changed and an optional parameter added",
		edit: func(spec object) {
			parameter(spec, 0)["style"] = "pipeDelimited"
			addParameter(spec, optionalParameter("q"))
		},
		level: Breaking, bump: Major, rule: unjudged, text: "GET /orders",
	},
	{
		name: "a request closed to other properties and an optional property added",
		edit: func(spec object) {
			schema := at(spec, "components", "schemas", "NewOrder")
			schema["additionalProperties"] = false
			at(schema, "properties")["note"] = object{"type": "string"}
		},
		level: Breaking, bump: Major, rule: unjudged, text: "POST /orders",
	},
	{
		name: "a request closed, an optional property added and an enum reordered",
		edit: func(spec object) {
			schema := at(spec, "components", "schemas", "NewOrder")
			schema["additionalProperties"] = false
			at(schema, "properties")["note"] = object{"type": "string"}
			property(spec, "NewOrder", "speed")["enum"] = []any{"fast", "slow"}
		},
		level: Breaking, bump: Major, rule: unjudged, text: "POST /orders",
	},
	{
		name: "a required response property added with a problem and a new schema",
		edit: func(spec object) {
			schema := at(spec, "components", "schemas", "Order")
			schema["required"] = append(schema["required"].([]any), "gift")
			at(schema, "properties")["gift"] = object{"$ref": "#/components/schemas/Gift"}
			at(spec, "components", "schemas")["Gift"] = object{
				"type": "object", "properties": object{"note": object{"type": "string"}},
			}
			at(operationOf(spec, "/orders", "post"), "responses")["409"] = object{"description": "Conflict"}
		},
		level: Compatible, bump: Minor, rule: "response-required-property-added", text: "items/gift`",
	},

	{
		name: "an enum value removed from the request",
		edit: func(spec object) {
			property(spec, "NewOrder", "speed")["enum"] = []any{"fast"}
		},
		level: Breaking, bump: Major, rule: "request-property-enum-value-removed", text: "`slow`",
	},
	{
		name: "an enum value added to the request",
		edit: func(spec object) {
			property(spec, "NewOrder", "speed")["enum"] = []any{"slow", "fast", "now"}
		},
		level: Compatible, bump: Minor, rule: "request-property-enum-value-added", text: "`now`",
	},
	{
		name: "an enum value removed from the response",
		edit: func(spec object) {
			property(spec, "Order", "state")["enum"] = []any{"open"}
		},
		level: Compatible, bump: Minor, rule: "response-property-enum-value-removed", text: "`shipped`",
	},
	{
		name: "an enum value added to the response",
		edit: func(spec object) {
			property(spec, "Order", "state")["enum"] = []any{"open", "shipped", "lost"}
		},
		level: Breaking, bump: Major, rule: "response-property-enum-value-added", text: "`lost`",
	},
	{
		name: "the order of an enum",
		edit: func(spec object) {
			property(spec, "Order", "state")["enum"] = []any{"shipped", "open"}
		},
		level: None, bump: Patch, rule: rewritten,
	},

	{
		name: "a type changed in the request",
		edit: func(spec object) {
			property(spec, "NewOrder", "sku")["type"] = "integer"
		},
		level: Breaking, bump: Major, rule: "request-property-type-changed", text: "`sku`",
	},
	{
		name: "a type changed in the response",
		edit: func(spec object) {
			property(spec, "Order", "id")["type"] = "integer"
		},
		level: Breaking, bump: Major, rule: "response-property-type-changed", text: "id`",
	},
	{
		name: "a required property added to the request",
		edit: func(spec object) {
			at(spec, "components", "schemas", "NewOrder")["required"] = []any{"sku", "gift"}
		},
		level: Breaking, bump: Major, rule: "request-property-became-required", text: "`gift`",
	},
	{
		name: "an optional property added to the response",
		edit: func(spec object) {
			at(spec, "components", "schemas", "Order", "properties")["weight"] = object{"type": "integer"}
		},
		level: Compatible, bump: Minor, rule: "response-optional-property-added", text: "weight`",
	},
	{
		name: "an optional property removed from the response",
		edit: func(spec object) {
			delete(at(spec, "components", "schemas", "Order", "properties"), "description")
		},
		level: Breaking, bump: Major, rule: "response-optional-property-removed", text: "description`",
	},
	{
		name: "a required property removed from the response",
		edit: func(spec object) {
			delete(at(spec, "components", "schemas", "Order", "properties"), "state")
		},
		level: Breaking, bump: Major, rule: "response-required-property-removed", text: "state`",
	},
	{
		name: "a property called description changed",
		edit: func(spec object) {
			property(spec, "Order", "description")["maxLength"] = 90
		},
		level: Breaking, bump: Major, rule: "response-property-max-length-increased", text: "description`",
	},
	{
		name: "a response header removed",
		edit: func(spec object) {
			delete(at(operationOf(spec, "/orders", "get"), "responses", "200", "headers"), "ETag")
		},
		level: Breaking, bump: Major, rule: "optional-response-header-removed", text: "`ETag`",
	},
}
