package gateway_test

var schemaRefusals = map[string]refusal{
	"a foreign reference": {
		edit: in(append(model, "properties", "note"), "$ref", "#/paths/~1"),
		at:   modelAt + "/properties/note/$ref", rule: "ref-kind",
	},
	"beside a reference": {
		edit: in(append(model, "properties", "parent"), "description", "x"),
		at:   modelAt + "/properties/parent/description", rule: "ref-siblings",
	},
	"a keyword of others": {edit: in(model, "x-order", 1), at: modelAt + "/x-order", rule: "schema-keyword"},
	"two types":           {edit: in(model, "type", []any{"object", "null"}), at: modelAt + "/type", rule: "wrong-type"},
	"duplicate enum values": {
		edit: in(append(model, "properties", "plan"), "enum", []any{"a", "b", "a"}),
		at:   modelAt + "/properties/plan/enum/2", reason: "duplicate",
	},
	"a pattern Go has not": {
		edit: in(append(model, "properties", "name"), "pattern", "(?=a)"),
		at:   "/", reason: "regexp",
	},
	"below a combinator": {
		edit: in(model, "anyOf", []any{object{"nullable": true}}),
		at:   modelAt + "/anyOf/0/nullable", rule: "schema-keyword",
	},
	"below items": {
		edit: in(append(model, "properties", "tags", "items"), "default", "x"),
		at:   modelAt + "/properties/tags/items/default", rule: "schema-keyword",
	},
	"in a response": {
		edit: in([]string{"paths", "/accounts", "post", "responses", "201", "content", "application/json"},
			"schema", object{"example": 1}),
		at: "/paths/~1accounts/post/responses/201/content/application~1json/schema/example", rule: "schema-keyword",
	},
	"int64 on number": {
		edit: both(in(append(model, "properties", "note"), "type", "number"),
			in(append(model, "properties", "note"), "format", "int64")),
		at: modelAt + "/properties/note/format", rule: "schema-format-number",
	},
}
