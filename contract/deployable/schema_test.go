package deployable

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// body returns a document with these components and an operation with a body of
// the schema.
func body(schema, components string) string {
	schema = strings.Join(strings.Fields(schema), " ") // one line of YAML
	return head + `
paths:
  /a:
    post:
      operationId: postA
      security: []
      requestBody: {required: true, content: {application/json: {schema: ` + schema + `}}}
      responses: {"204": {description: x}}
components:
  schemas:
    Unused: {type: object}
` + components
}

func TestSchemas(t *testing.T) {
	const name = "    Name: {type: string, maxLength: 9}\n"
	tests := map[string]struct {
		schema, components, want string
		stripped                 []string
	}{
		"supported keywords": {
			schema: `{type: object, title: a, description: b, required: [z, a], minProperties: 1, maxProperties: 9,
				additionalProperties: false, properties: {
				a: {type: string, minLength: 1, maxLength: 2, pattern: "^[a-z]+$", enum: [x, y]},
				z: {type: number, minimum: 1, maximum: 2.5, multipleOf: 0.5},
				l: {type: array, items: {type: integer}, minItems: 1, maxItems: 2, uniqueItems: true},
				m: {type: object, additionalProperties: {type: boolean}}}}`,
			want: `{"type": "object", "title": "a", "description": "b", "required": ["a", "z"],
				"minProperties": 1, "maxProperties": 9, "additionalProperties": false, "properties": {
				"a": {"type": "string", "minLength": 1, "maxLength": 2, "pattern": "^[a-z]+$", "enum": ["x", "y"]},
				"z": {"type": "number", "minimum": 1, "maximum": 2.5, "multipleOf": 0.5},
				"l": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2, "uniqueItems": true},
				"m": {"type": "object", "additionalProperties": {"type": "boolean"}}}}`,
		},
		"unsupported keywords": {
			schema: `{type: object, deprecated: true, example: {}, externalDocs: {url: x}, xml: {name: a}, x-source-type: T,
				required: [r], discriminator: {propertyName: r}, additionalProperties: true, properties: {
				r: {type: string, readOnly: true, format: uuid}, w: {type: string, writeOnly: true, default: a},
				n: {type: integer, minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: true, format: int64}}}`,
			want: `{"type": "object", "properties": {"r": {"type": "string"}, "w": {"type": "string"},
				"n": {"type": "integer", "minimum": 1, "maximum": 2}}}`,
			stripped: []string{
				"deprecated", "example", "externalDocs", "xml", "discriminator", "readOnly", "required", "format", "writeOnly",
				"default", "exclusiveMinimum", "exclusiveMaximum",
			},
		},
		"null": {
			schema: `{type: object, properties: {a: {type: string, nullable: true, enum: [x, null], description: d},
				b: {nullable: true, type: object, allOf: [{$ref: "#/components/schemas/Name"}]}}}`,
			components: name,
			want:       `{"type": "object", "properties": {"a": {"description": "d"}, "b": {}}}`,
			stripped:   []string{"nullable"},
		},
		"a reference with a description": {
			schema:     `{type: object, properties: {a: {allOf: [{$ref: "#/components/schemas/Name"}], description: d}}}`,
			components: name,
			want:       `{"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Name"}}}`,
			stripped:   []string{"allOf"},
		},
		"allOf": {
			schema: `{description: d, allOf: [{$ref: "#/components/schemas/A"}, {$ref: "#/components/schemas/B"},
				{type: object, required: [c], properties: {c: {type: string}}}]}`,
			components: `    A:
      type: object
      required: [a]
      properties: {a: {type: string}, b: {type: string, maxLength: 3}}
      maxProperties: 5
    B:
      allOf:
      - {$ref: "#/components/schemas/A"}
      - {type: object, properties: {b: {type: string, enum: [x]}}, maxProperties: 7, description: B}
`,
			want: `{"type": "object", "description": "d", "required": ["a", "c"], "maxProperties": 5,
				"properties": {"a": {"type": "string"}, "c": {"type": "string"},
					"b": {"type": "string", "maxLength": 3, "enum": ["x"]}}}`,
			stripped: []string{"allOf", "maxProperties"},
		},
		"allOf with a reference and a limit for one property": {
			schema: `{allOf: [{type: object, properties: {a: {$ref: "#/components/schemas/Name"}}},
				{type: object, properties: {a: {maxLength: 3}}}]}`,
			components: name,
			want:       `{"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Name"}}}`,
			stripped:   []string{"allOf", "schema"},
		},
		"allOf of itself": {
			schema:     `{$ref: "#/components/schemas/A"}`,
			components: `    A: {type: object, allOf: [{$ref: "#/components/schemas/A"}]}` + "\n",
			want:       `{"type": "object"}`,
			stripped:   []string{"allOf"},
		},
		"a component that is a wrapper": {
			schema: `{type: object, allOf: [{$ref: "#/components/schemas/W"}, {type: object}]}`,
			components: name + `    W: {allOf: [{$ref: "#/components/schemas/O"}]}
    O: {type: object, maxProperties: 3}
`,
			want:     `{"type": "object", "maxProperties": 3}`,
			stripped: []string{"allOf"},
		},
		"choices": {
			schema:   `{oneOf: [{type: string}, {type: integer}], anyOf: [{type: string}], not: {type: boolean}}`,
			want:     `{}`,
			stripped: []string{"oneOf", "anyOf", "not"},
		},
		"a union": {
			schema: `{$ref: "#/components/schemas/U"}`,
			components: name + `    U:
      description: d
      discriminator: {propertyName: k}
      oneOf: [{$ref: "#/components/schemas/A"}, {$ref: "#/components/schemas/B"}]
    A: {type: object, required: [k], properties: {k: {type: string, enum: [a]}, n: {$ref: "#/components/schemas/Name"}}}
    B: {type: object, required: [k], properties: {k: {type: string, enum: [b]}, u: {$ref: "#/components/schemas/U"}}}
`,
			want:     `{"description": "d", "type": "object"}`, // the function names the wrong member
			stripped: []string{"discriminator", "oneOf"},
		},
		"a union without a discriminator": {
			schema: `{oneOf: [
				{type: object, required: [k], properties: {k: {type: string, enum: [a, b]}}},
				{type: object, properties: {k: {type: string, enum: [b]}}}]}`,
			want:     `{"type": "object"}`,
			stripped: []string{"oneOf"},
		},
		"a union that may be null": {
			schema:   `{discriminator: {propertyName: k}, oneOf: [{type: object}, {type: object, nullable: true}]}`,
			want:     `{}`,
			stripped: []string{"discriminator", "oneOf"},
		},
		"an enum of one value": {schema: `{enum: [a]}`, want: `{"enum": ["a"]}`},
		"a duplicate value":    {schema: `{enum: [a, b, a]}`, want: `{"enum": ["a", "b"]}`, stripped: []string{"enum"}},
		"a pattern that only Go has": {
			schema:   `{type: string, pattern: "(?i)^a$"}`,
			want:     `{"type": "string"}`,
			stripped: []string{"pattern"},
		},
		"a circle": {
			schema: `{$ref: "#/components/schemas/Tree"}`,
			components: `    Tree:
      type: object
      properties: {kids: {type: array, items: {$ref: "#/components/schemas/Tree"}}}
`,
			want: `{"type": "object", "properties":
				{"kids": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc, result := emit(t, parse(t, body(test.schema, test.components)))
			ref := at(t, doc, "paths", "/a", "post", "requestBody", "content", "application/json", "schema", "$ref").(string)
			checkJSON(t, at(t, doc, "components", "schemas", strings.TrimPrefix(ref, schemaPrefix)), test.want)
			var keywords []string
			for _, s := range result.Stripped {
				if s.Pointer != "" && s.Pointer != "/info" {
					keywords = append(keywords, s.Keyword)
				}
				if s.Why == "" {
					t.Errorf("no reason: %+v", s)
				}
			}
			slices.Sort(keywords)
			slices.Sort(test.stripped)
			if got := slices.Compact(keywords); !slices.Equal(got, test.stripped) {
				t.Errorf("stripped %v, want %v", got, test.stripped)
			}
			if at(t, doc, "components", "schemas").(object)["Unused"] != nil {
				t.Error("the document contains a model without references to it")
			}
		})
	}
}

func TestInlineBodyGetsAModel(t *testing.T) {
	doc, _ := emit(t, parse(t, body(`{type: object, properties: {a: {type: string}}}`, "")))
	checkJSON(t, at(t, doc, "paths", "/a", "post", "requestBody"), `{
		"required": true,
		"content": {"application/json": {"schema": {"$ref": "#/components/schemas/PostABody"}}}}`)
	checkJSON(t, at(t, doc, "components", "schemas", "PostABody"),
		`{"type": "object", "properties": {"a": {"type": "string"}}}`)
}

func TestInlineBodyOfSeveralMediaTypes(t *testing.T) {
	const one = `{type: object, properties: {a: {type: string}}}`
	text := body(one+"}, application/merge-patch+json: {schema: "+one, "")
	doc, _ := emit(t, parse(t, text))
	checkJSON(t, at(t, doc, "paths", "/a", "post", "requestBody", "content"), `{
		"application/json": {"schema": {"$ref": "#/components/schemas/PostABody"}},
		"application/merge-patch+json": {"schema": {"$ref": "#/components/schemas/PostABody"}}}`)
	other := parse(t, strings.Replace(text, "{a: {type: string}}", "{b: {type: string}}", 1))
	_, err := From(other, functions(other), Options{})
	if err == nil || !strings.Contains(err.Error(), "its model's name PostABody is taken: make the schema a component") {
		t.Errorf("error %v for two schemas with one name", err)
	}
}

func TestOptionalBodyIsNotValidated(t *testing.T) {
	text := strings.Replace(body(`{$ref: "#/components/schemas/Unused"}`, ""), "required: true, content", "content", 1)
	doc, result := emit(t, parse(t, text))
	if post := at(t, doc, "paths", "/a", "post").(object); post["requestBody"] != nil {
		t.Errorf("request body: %v", post["requestBody"])
	}
	listed := slices.ContainsFunc(result.Stripped, func(s Stripped) bool {
		return s.Pointer == "/paths/~1a/post/requestBody" && s.Keyword == "content"
	})
	if !listed {
		t.Error("the content of the body is not listed as stripped")
	}
}

func TestMediaTypesWithoutSchemaAreLeftOut(t *testing.T) {
	text := body(`{$ref: "#/components/schemas/Unused"}}, text/plain: {`, "")
	doc, _ := emit(t, parse(t, text))
	checkJSON(t, at(t, doc, "paths", "/a", "post", "requestBody", "content"),
		`{"application/json": {"schema": {"$ref": "#/components/schemas/Unused"}}}`)
}

func TestModelNames(t *testing.T) {
	doc, _ := emit(t, parse(t, body(`{$ref: "#/components/schemas/My_Thing.v2"}`, "    My_Thing.v2: {type: object}\n")))
	checkJSON(t, at(t, doc, "components", "schemas"), `{"MyThingv2": {"type": "object"}}`)
}

// API Gateway must accept what the contract accepts: every value that matches a
// schema must match its model. A validator of draft 4 checks that, and also that
// the models match the draft's own schema.
func TestModelsAcceptWhatTheContractAccepts(t *testing.T) {
	rich, services := fixture(t)
	result, err := From(rich, services, Options{})
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(result.Document))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	if err := compiler.AddResource("deployable.json", document); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	tried, accepted := 0, 0
	for name := range at(t, document, "components", "schemas").(object) {
		model, err := compiler.Compile("deployable.json#/components/schemas/" + name)
		if err != nil {
			t.Fatal(err)
		}
		contract := rich.Components.Schemas[name]
		if contract == nil {
			continue // a model of an inline schema
		}
		for range 300 {
			v := value(r, contract.Value, 0)
			tried++
			if contract.Value.VisitJSON(v) != nil {
				continue
			}
			accepted++
			if err := model.Validate(v); err != nil {
				t.Fatalf("%s: the contract accepts %v, the model does not: %v", name, v, err)
			}
		}
	}
	if accepted < tried/10 {
		t.Errorf("only %d of %d values match the contract: the test proves little", accepted, tried)
	}
}

// value returns a random value that mostly matches a schema.
func value(r *rand.Rand, s *openapi3.Schema, depth int) any {
	switch {
	case s.Nullable && r.IntN(3) == 0, depth > 4:
		return nil
	case len(s.Enum) > 0:
		return s.Enum[r.IntN(len(s.Enum))]
	case len(s.AllOf) > 0:
		return value(r, s.AllOf[0].Value, depth)
	case len(s.OneOf) > 0:
		return value(r, s.OneOf[r.IntN(len(s.OneOf))].Value, depth)
	case s.Type == nil:
		return []any{nil, "x", 1.0, object{}}[r.IntN(4)]
	}
	switch (*s.Type)[0] {
	case "object":
		out := object{}
		for name, p := range s.Properties {
			if slices.Contains(s.Required, name) || r.IntN(2) == 0 {
				out[name] = value(r, p.Value, depth+1)
			}
		}
		if more := s.AdditionalProperties.Schema; more != nil {
			out["more"] = value(r, more.Value, depth+1)
		}
		return out
	case "array":
		out := []any{}
		for range int(s.MinItems) + r.IntN(2) {
			out = append(out, value(r, s.Items.Value, depth+1))
		}
		return out
	case "integer", "number":
		low := 0.0
		if s.Min != nil {
			low = max(*s.Min, -1<<53) // below, float64 does not have every integer
		}
		return low + float64(r.IntN(3))
	case "boolean":
		return r.IntN(2) == 0
	}
	if s.Example != nil {
		return s.Example
	}
	return strings.Repeat("é", int(s.MinLength)+r.IntN(3))
}
