package linttest

var schemaEdits = []edit{
	{name: "an unknown type", rule: "schema-type", bad: withProperty("{type: file}"), good: withProperty("{}")},
	{
		name: "the type null in a contract", rule: "schema-type", contract: true,
		bad:  withProperty(`{type: "null"}`),
		good: withProperty("{type: string, nullable: true}"),
	},
	{
		name: "an enum with a text twice", rule: "enum-duplicate",
		pointer: "/components/schemas/Thing/properties/a/enum/2",
		bad:     withProperty("{enum: [a, b, a]}"),
		good:    withProperty(`{enum: [1, "1", true, "true"]}`),
	},
	{
		name: "an enum with an object twice in a contract", rule: "enum-duplicate", contract: true,
		bad:  withProperty("{enum: [{a: [1]}, {a: [1]}]}"),
		good: withProperty("{enum: [{a: [1]}, {a: [2]}]}"),
	},
	{
		name: "an empty list of required properties", rule: "schema-value",
		pointer: "/components/schemas/Thing/properties/a/required",
		bad:     withProperty("{type: object, required: []}"),
		good:    withProperty("{type: object, required: [b]}"),
	},
	{
		name: "a property required twice in a contract", rule: "schema-value", contract: true,
		bad:  withProperty("{type: object, required: [b, c, b]}"),
		good: withProperty("{type: string, minLength: 0}"),
	},
	{name: "an empty enum", rule: "schema-value", bad: withProperty("{type: string, enum: []}")},
	{name: "an empty anyOf", rule: "schema-value", bad: withProperty("{anyOf: []}")},
	{
		name: "a negative length in a contract", rule: "schema-value", contract: true,
		bad: withProperty("{type: string, minLength: -1}"),
	},
	{name: "a fraction as length", rule: "schema-value", bad: withProperty("{type: string, maxLength: 1.5}")},
	{
		name: "a multiple of zero", rule: "schema-value",
		bad:  withProperty("{type: number, multipleOf: 0}"),
		good: withProperty("{type: number, multipleOf: 0.01}"),
	},
	{
		name: "a pattern with a lookahead in a contract", rule: "schema-pattern", contract: true,
		bad:  withProperty(`{type: string, pattern: "(?=a)"}`),
		good: withProperty(`{type: string, pattern: "^a+$"}`),
	},
	{
		name: "a format of another vendor", rule: "schema-format", pointer: "/components/schemas/Thing/properties/a/format",
		bad:  withProperty("{type: string, format: decimal}"),
		good: withProperty("{type: string, format: date-time}"),
	},
	{
		name: "nullable", rule: "schema-keyword", pointer: "/components/schemas/Thing/properties/a/nullable",
		bad:  withProperty("{type: string, nullable: true}"),
		good: withProperty("{type: string, title: x}"),
	},
	{name: "an example of a property", rule: "schema-keyword", bad: withProperty("{type: string, example: x}")},
	{name: "a default", rule: "schema-keyword", bad: withProperty("{type: string, default: x}")},
	{name: "readOnly", rule: "schema-keyword", bad: withProperty("{type: string, readOnly: true}")},
	{name: "a deprecated property", rule: "schema-keyword", bad: withProperty("{type: string, deprecated: true}")},
	{
		name: "exclusiveMinimum", rule: "schema-keyword",
		bad: withProperty("{type: integer, minimum: 1, exclusiveMinimum: true}"),
	},
	{
		name: "a discriminator", rule: "schema-keyword",
		bad: []string{"#SCHEMA", "discriminator: {propertyName: name}"},
	},
	{name: "a vendor's keyword", rule: "schema-keyword", bad: withProperty("{type: string, x-source-field: Thing.A}")},
	{
		name: "int64 on a number", rule: "schema-format-number",
		bad:  withProperty("{type: number, format: int64}"),
		good: withProperty("{type: integer, format: int64}"),
	},
	{
		name: "allOf with a reference", rule: "schema-composition-ref",
		bad:  both(withProperty(`{allOf: [{$ref: "#/components/schemas/Name"}]}`), withModel(nameModel)),
		good: withProperty("{anyOf: [{type: string}, {type: integer}]}"),
	},
	{
		name: "oneOf with a reference", rule: "schema-composition-ref",
		bad: both(withProperty(`{oneOf: [{type: string}, {$ref: "#/components/schemas/Name"}]}`), withModel(nameModel)),
	},
	{
		name: "allOf in an operation", rule: "schema-inline-allof",
		bad:  []string{`{$ref: "#/components/schemas/Thing"}`, "{type: object, allOf: [{type: object}]}"},
		good: withProperty("{allOf: [{type: object}]}"),
	},
	{
		name: "an underscore in a model's name", rule: "model-name",
		bad:  withModel("Thing_2: {type: object}"),
		good: withModel("Thing2: {type: object}"),
	},
	{
		name: "two models with one name in a contract", rule: "model-name-collision", contract: true,
		pointer: "/components/schemas/Thing",
		bad:     withModel("Thi_ng: {type: object}"),
		good:    withModel("Thing_2: {type: object}"),
	},
	{
		name: "a model without letters in a contract", rule: "model-name-collision", contract: true,
		bad: withModel("__: {type: object}"),
	},
}
