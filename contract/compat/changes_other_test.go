package compat

// otherEdits change problems, scopes, security and documentation.
var otherEdits = []edit{
	{
		name: "a problem type changed",
		edit: func(spec object) {
			at(problems(spec), "not-found", "value")["type"] = "urn:example:problem:missing"
		},
		level: Breaking, bump: Major, rule: problemChanged,
		text: "GET /orders: status 404: the problem type changed from " +
			"`urn:example:problem:not-found` to `urn:example:problem:missing`",
	},
	{
		name: "a problem renamed",
		edit: func(spec object) {
			delete(problems(spec), "gone")
			problems(spec)["left"] = object{"value": object{"type": "urn:example:problem:left"}}
		},
		level: Breaking, bump: Major, rule: problemChanged,
		text: "from `urn:example:problem:gone` to `urn:example:problem:left`",
	},
	{
		name: "a problem type added",
		edit: func(spec object) {
			problems(spec)["missing"] = object{"value": object{"type": "urn:example:problem:missing"}}
		},
		level: Compatible, bump: Minor, rule: problemAdded,
		text: "also has the problem type `urn:example:problem:missing`",
	},
	{
		name: "a problem type removed",
		edit: func(spec object) {
			delete(problems(spec), "gone")
		},
		level: Compatible, bump: Minor, rule: problemRemoved,
		text: "no longer has the problem type `urn:example:problem:gone`",
	},
	{
		name: "the problem types named by the schema too",
		edit: func(spec object) {
			nameTypes(spec, "NotFoundProblem", "urn:example:problem:not-found", "urn:example:problem:gone")
		},
		level: None, bump: Patch, rule: rewritten, text: "means the same",
	},
	{
		name: "a problem type changed in the schema",
		edit: func(spec object) {
			nameTypes(spec, "NotFoundProblem", "urn:example:problem:missing", "urn:example:problem:gone")
		},
		level: Breaking, bump: Major, rule: problemChanged,
		text: "from `urn:example:problem:not-found` to `urn:example:problem:missing`",
	},
	{
		name: "a problem type added to the schema",
		edit: func(spec object) {
			nameTypes(spec, "NotFoundProblem", "urn:example:problem:not-found", "urn:example:problem:gone",
				"urn:example:problem:missing")
		},
		level: Compatible, bump: Minor, rule: problemAdded,
		text: "also has the problem type `urn:example:problem:missing`",
	},
	{
		name: "the detail of a problem changed",
		edit: func(spec object) {
			at(problems(spec), "not-found", "value")["detail"] = "There is no such state."
		},
		level: None, bump: Patch, rule: documentation, text: "GET /orders: `value` changed",
	},
	{
		name: "a problem moved to the components",
		edit: func(spec object) {
			responses := at(operationOf(spec, "/orders", "get"), "responses")
			at(spec, "components")["responses"] = object{"NotFound": responses["404"]}
			responses["404"] = object{"$ref": "#/components/responses/NotFound"}
		},
		level: None, bump: Patch, rule: documentation, text: "GET /orders: `description` removed",
	},

	{
		name: "a scope added",
		edit: func(spec object) {
			operationOf(spec, "/orders", "post")["x-scopes"] = []any{"orders/write", "orders/admin"}
		},
		level: Compatible, bump: Minor, rule: scopeAdded, text: "`orders/admin`",
	},
	{
		name: "a scope removed",
		edit: func(spec object) {
			operationOf(spec, "/orders", "get")["x-scopes"] = []any{"orders/read"}
		},
		level: Breaking, bump: Major, rule: scopeRemoved, text: "`orders/admin`",
	},
	{
		name: "a first scope added",
		edit: func(spec object) {
			operationOf(spec, "/orders/old", "get")["x-scopes"] = []any{"orders/read"}
		},
		level: Breaking, bump: Major, rule: tokenKindsChanged, text: "access token",
	},
	{
		name: "all scopes removed",
		edit: func(spec object) {
			delete(operationOf(spec, "/orders", "post"), "x-scopes")
		},
		level: Breaking, bump: Major, rule: tokenKindsChanged, text: "ID token",
	},
	{
		name: "the order of scopes",
		edit: func(spec object) {
			operationOf(spec, "/orders", "get")["x-scopes"] = []any{"orders/admin", "orders/read"}
		},
		level: None, bump: Patch, rule: rewritten,
	},
	{
		name: "a token required",
		edit: func(spec object) {
			operationOf(spec, "/orders/health", "get")["security"] = []any{object{"cognito": []any{}}}
			operationOf(spec, "/orders/health", "get")["x-scopes"] = []any{"orders/read"}
		},
		level: Breaking, bump: Major, rule: "api-security-anonymous-access-removed", text: "GET /orders/health",
	},
	{
		name: "a token no longer required",
		edit: func(spec object) {
			operationOf(spec, "/orders", "post")["security"] = []any{}
			delete(operationOf(spec, "/orders", "post"), "x-scopes")
		},
		level: Compatible, bump: Minor, rule: "api-security-anonymous-access-added", text: "POST /orders",
	},

	{
		name: "a summary changed",
		edit: func(spec object) {
			operationOf(spec, "/orders", "get")["summary"] = "All orders"
		},
		level: None, bump: Patch, rule: documentation, text: "GET /orders: `summary` changed",
	},
	{
		name: "a parameter's description removed",
		edit: func(spec object) {
			delete(parameter(spec, 0), "description")
		},
		level: None, bump: Patch, rule: documentation, text: "GET /orders: `description` removed",
	},
	{
		name: "a schema's example changed",
		edit: func(spec object) {
			property(spec, "Order", "id")["example"] = "b1d6f2de-52a4-4a8f-8f4e-6a0f1f7c0b02"
		},
		level: None, bump: Patch, rule: documentation, text: "`example` changed",
	},
	{
		name: "the title of a property called title below one called properties",
		edit: func(spec object) {
			property(spec, "Order", "properties")["properties"].(object)["title"].(object)["title"] = "Another"
		},
		level: None, bump: Patch, rule: documentation, text: "`title` changed",
	},
	{
		name: "the description of a property called properties",
		edit: func(spec object) {
			property(spec, "Order", "properties")["description"] = "More."
		},
		level: None, bump: Patch, rule: documentation, text: "`description` added",
	},
	{
		name: "an owner changed",
		edit: func(spec object) {
			spec["tags"].([]any)[0].(object)["x-owner"] = "team-b"
		},
		level: None, bump: Patch, rule: documentation, text: "`x-owner` changed",
	},
	{
		name: "a scope's description changed",
		edit: func(spec object) {
			spec["tags"].([]any)[0].(object)["x-scopes"] = object{"orders/read": "Read all."}
		},
		level: None, bump: Patch, rule: documentation, text: "`x-scopes` changed",
	},
	{
		name: "a schema renamed",
		edit: func(spec object) {
			schemas := at(spec, "components", "schemas")
			schemas["OrderContent"] = schemas["NewOrder"]
			delete(schemas, "NewOrder")
			content := at(operationOf(spec, "/orders", "post"), "requestBody", "content", "application/json")
			content["schema"] = object{"$ref": "#/components/schemas/OrderContent"}
		},
		level: Breaking, bump: Major, rule: schemaRenamed, text: "the schema `NewOrder` is called `OrderContent` now",
	},
	{
		name: "another schema that is new, beside the old one",
		edit: func(spec object) {
			schemas := at(spec, "components", "schemas")
			schemas["OrderContent"] = schemas["NewOrder"]
			content := at(operationOf(spec, "/orders", "post"), "requestBody", "content", "application/json")
			content["schema"] = object{"$ref": "#/components/schemas/OrderContent"}
		},
		level: None, bump: Patch, rule: rewritten,
	},
	{
		name: "a schema moved into the operation",
		edit: func(spec object) {
			content := at(operationOf(spec, "/orders", "post"), "requestBody", "content", "application/json")
			content["schema"] = at(spec, "components", "schemas", "NewOrder")
		},
		level: None, bump: Patch, rule: rewritten,
	},
	{
		name: "several changes: the breaking one first",
		edit: func(spec object) {
			operationOf(spec, "/orders", "get")["summary"] = "All orders"
			addParameter(spec, optionalParameter("q"))
			delete(at(spec, "paths", "/orders"), "post")
		},
		level: Breaking, bump: Major, rule: "api-removed-without-deprecation", text: "POST /orders",
	},
}
