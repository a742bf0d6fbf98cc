package merge

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/internal/specimen"
	"github.com/meridian-api/meridian/platform/system"
)

// load loads a document from YAML. It adds openapi, info and empty paths unless the
// text has them.
func load(t testing.TB, name, text string) Source {
	t.Helper()
	head := "openapi: 3.0.3\ninfo: {title: T, version: 0.1.0}\n"
	if strings.Contains(text, "openapi:") {
		head = ""
	}
	if !strings.Contains(text, "paths:") {
		head += "paths: {}\n"
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(head + text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return Source{Name: name + "/openapi.json", Doc: doc}
}

func marshal(t testing.TB, doc any) string {
	t.Helper()
	data, err := canonical.JSON(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// both names the sources of an error that concerns both.
const both = " in accounts/openapi.json and profiles/openapi.json: "

// sizesInJSON is the end of the description of every merged document.
const sizesInJSON = `\n\nThe headers of a request have at most 10,240 bytes, and the request with its body ` +
	`at most 6 MB. The response to a larger one is 431 or 413, which is not a problem document.`

const ok = `responses: {"200": {description: OK}}`

var about = About{System: system.Current(), Repository: "meridian-api/meridian", License: "Apache-2.0"}

func TestMerge(t *testing.T) {
	accounts := load(t, "accounts", `
paths:
  /accounts/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}, x-source-field: In.ID}
      - {name: q, in: query, schema: {type: string}}
    get:
      operationId: getAccount
      `+ok+`
      parameters: [{name: q, in: query, required: true, schema: {$ref: "#/components/schemas/Shared"}}]
security: [{cognito: []}]
tags: [{name: B, x-owner: b}]
components:
  schemas:
    Shared: {type: string, x-source-type: a.Shared}
    Account:
      type: object
      properties:
        next: {$ref: "#/components/schemas/Account"}
        name: {type: string, x-source-field: Account.Name, x-note: kept}
  securitySchemes: {cognito: {type: http, scheme: bearer}}
`)
	profiles := load(t, "profiles", `
paths:
  /accounts/{id}:
    put:
      operationId: putAccount
      `+ok+`
      security: []
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
tags: [{name: A}]
components:
  schemas: {Shared: {type: string, x-go-type: p.Shared}}
`)
	doc, err := Merge(about, []Source{profiles, accounts})
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Errorf("the merged document is not valid: %v", err)
	}
	want := `{
  "components": {
    "schemas": {
      "Account": {
        "type": "object",
        "properties": {
          "name": {"type": "string", "x-note": "kept"}, "next": {"$ref": "#/components/schemas/Account"}
        }
      },
      "Shared": {"type": "string"}
    },
    "securitySchemes": {"cognito": {"type": "http", "scheme": "bearer"}}
  },
  "info": {
    "title": "Meridian API", "version": "0.1.0+accounts.0.1.0.profiles.0.1.0",
    "description": "All operations of the bounded contexts accounts and profiles.` + sizesInJSON + `",
    "contact": {"name": "Meridian", "url": "https://github.com/meridian-api/meridian"},
    "license": {"name": "Apache-2.0", "url": "https://spdx.org/licenses/Apache-2.0.html"}
  },
  "openapi": "3.0.3",
  "paths": {
    "/accounts/{id}": {
      "get": {
        "operationId": "getAccount", "responses": {"200": {"description": "OK"}}, "security": [{"cognito": []}],
        "parameters": [
          {"name": "q", "in": "query", "required": true, "schema": {"$ref": "#/components/schemas/Shared"}},
          {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}
        ]
      },
      "put": {
        "operationId": "putAccount", "responses": {"200": {"description": "OK"}}, "security": [],
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]
      }
    }
  },
  "tags": [{"name": "A"}, {"name": "B", "x-owner": "b"}]
}`
	if diff := cmp.Diff(marshal(t, json.RawMessage(want)), marshal(t, doc)); diff != "" {
		t.Errorf("merged document (-want +got):\n%s", diff)
	}
}

func TestMergeReturnsAllErrors(t *testing.T) {
	get := func(id string) string { return "{get: {operationId: " + id + ", " + ok + "}}" }
	tests := map[string]struct {
		accounts, profiles string
		want               []string
	}{
		"an operation defined twice": {
			accounts: "paths: {/a: " + get("a") + "}", profiles: "paths: {/a: " + get("b") + "}",
			want: []string{
				"operation GET /a" + both + "defined twice: remove one of the definitions",
			},
		},
		"an operationId used twice": {
			accounts: "paths: {/a: " + get("x") + "}", profiles: "paths: {/b: " + get("x") + "}",
			want: []string{
				"operationId x" + both + "used by both GET /a and GET /b: rename one",
			},
		},
		"operationIds that differ only in case": {
			accounts: "paths: {/a: " + get("getThing") + "}", profiles: "paths: {/b: " + get("getthing") + "}",
			want: []string{
				"operationId getthing" + both + "the ID of GET /b differs only in case from getThing",
			},
		},
		"an operationId used twice in one source": {
			accounts: "paths: {/a: " + get("x") + ", /b: " + get("x") + "}",
			want:     []string{"operationId x in accounts/openapi.json: used by both GET /a and GET /b"},
		},
		"sibling variables": {
			accounts: "paths: {'/a/{x}': {}}", profiles: "paths: {'/a/{y}/b': {}}",
			want: []string{
				"path /a/{y}/b" + both + "beside /a/{x}, /a can have one variable child only, not both {x} and {y}",
			},
		},
		"sibling variables at the end": {
			accounts: "paths: {'/a/{x}': {}}", profiles: "paths: {'/a/{y}': {}}",
			want: []string{"path /a/{y}" + both},
		},
		"a path below a greedy variable": {
			accounts: "paths: {'/a/{p+}': {}}", profiles: "paths: {'/a/{p+}/b': {}}",
			want: []string{"nothing can be below a greedy parameter"},
		},
		"schema": {
			accounts: "components: {schemas: {A: {type: string}}}",
			profiles: "components: {schemas: {A: {type: integer}}}",
			want: []string{
				"schema A" + both + "the definitions differ at /type: make them equal or rename one",
			},
		},
		"schema with a nested difference": {
			accounts: "components: {schemas: {A: {properties: {a: {type: string}, b/c: {enum: [x]}}}}}",
			profiles: "components: {schemas: {A: {properties: {a: {type: string}, b/c: {enum: [x, y]}, d: {}}}}}",
			want:     []string{"the definitions differ at /properties/b~1c/enum: make"},
		},
		"parameter": {
			accounts: "components: {parameters: {A: {name: a, in: query, schema: {type: string}}}}",
			profiles: "components: {parameters: {A: {name: b, in: query, schema: {type: string}}}}",
			want:     []string{"parameter A in"},
		},
		"response": {
			accounts: "components: {responses: {A: {description: a}}}",
			profiles: "components: {responses: {A: {description: b}}}",
			want:     []string{"response A in"},
		},
		"header": {
			accounts: "components: {headers: {A: {description: a}}}",
			profiles: "components: {headers: {A: {description: b}}}",
			want:     []string{"header A in"},
		},
		"security scheme": {
			accounts: "components: {securitySchemes: {A: {type: http, scheme: bearer}}}",
			profiles: "components: {securitySchemes: {A: {type: http, scheme: basic}}}",
			want:     []string{"security scheme A in"},
		},
		"example": {
			accounts: "components: {examples: {A: {value: 1}}}",
			profiles: "components: {examples: {A: {value: 2}}}",
			want:     []string{"example A in"},
		},
		"request body": {
			accounts: "components: {requestBodies: {A: {content: {}}}}",
			profiles: "components: {requestBodies: {A: {content: {}, required: true}}}",
			want:     []string{"request body A in"},
		},
		"tag": {
			accounts: "tags: [{name: A, description: a}]", profiles: "tags: [{name: A}]",
			want: []string{"tag A in"},
		},
		"server": {
			accounts: "servers: [{url: a, description: a}]", profiles: "servers: [{url: a}]",
			want: []string{"server a in"},
		},
		"externalDocs": {
			accounts: "externalDocs: {url: 'https://a'}", profiles: "externalDocs: {url: 'https://b'}",
			want: []string{"externalDocs in"},
		},
		"link": {
			accounts: "components: {links: {A: {operationId: a}}}",
			profiles: "components: {links: {A: {operationId: b}}}",
			want:     []string{"link A in"},
		},
		"callback": {
			accounts: "components: {callbacks: {A: {'{$url}': {summary: a}}}}",
			profiles: "components: {callbacks: {A: {'{$url}': {summary: b}}}}",
			want:     []string{"callback A in"},
		},
		"extension": {accounts: "x-a: 1", profiles: "x-a: 2", want: []string{"extension x-a in"}},
		"description of a shared path": {
			accounts: "paths: {/a: {description: a}}", profiles: "paths: {/a: {description: b}}",
			want: []string{"the description of path /a in"},
		},
		"version of OpenAPI": {
			accounts: "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}",
			want: []string{
				`OpenAPI version in accounts/openapi.json: "3.1.0" is not supported: API Gateway imports only 3.0`,
			},
		},
		"reference outside the components": {
			accounts: "paths: {/a: {get: {parameters: [{name: a, in: query, schema: {type: string}}, " +
				"{name: b, in: query, schema: {$ref: '#/paths/~1a/get/parameters/0/schema'}}], " + ok + "}}}",
			want: []string{
				"reference #/paths/~1a/get/parameters/0/schema in accounts/openapi.json: " +
					"does not refer to a component of the same document",
			},
		},
		"example reference outside the components": {
			accounts: "paths: {/a: {get: {parameters: [{name: a, in: query, schema: {type: string}, " +
				"examples: {x: {$ref: '#/paths/~1a/get/parameters/1/examples/y'}}}, " +
				"{name: b, in: query, schema: {type: string}, examples: {y: {value: 1}}}], " + ok + "}}}",
			want: []string{"reference #/paths/~1a/get/parameters/1/examples/y in accounts/openapi.json: does not"},
		},
		"several errors, sorted": {
			accounts: "paths: {/b: " + get("x") + "}\ncomponents: {schemas: {A: {type: string}}}",
			profiles: "paths: {/b: " + get("y") + ", /c: " + get("x") + "}\ncomponents: {schemas: {A: {}}}",
			want:     []string{"operation GET /b in", "operationId x in", "schema A in"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Merge(about, []Source{load(t, "profiles", test.profiles), load(t, "accounts", test.accounts)})
			var errs Errors
			if !errors.As(err, &errs) {
				t.Fatalf("error %v, want Errors", err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(test.want) {
				t.Fatalf("%d errors, want %d:\n%v", len(lines), len(test.want), err)
			}
			for i, want := range test.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("error %d is %q, want it to contain %q", i, lines[i], want)
				}
			}
			var first *Error
			if !errors.As(err, &first) || first.Error() != lines[0] {
				t.Errorf("errors.As found %v, want the first error", first)
			}
		})
	}
}

func TestMergeRefusesInvalidSources(t *testing.T) {
	a := load(t, "a", "")
	for name, test := range map[string]struct {
		sources []Source
		want    string
	}{
		"two sources with one name": {sources: []Source{a, a}, want: "two sources have the name a/openapi.json"},
		"no document":               {sources: []Source{{Name: "x"}}, want: "x: the source has no document"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Merge(about, test.sources); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func sources(t testing.TB, contexts, operations int) []Source {
	t.Helper()
	var list []Source
	for _, c := range specimen.Contexts(contexts, operations) {
		doc, err := openapi3.NewLoader().LoadFromData(c.Spec)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, Source{Name: c.Name + "/openapi.json", Context: c.Name, Doc: doc})
	}
	return list
}

func TestMergeDoesNotDependOnTheOrder(t *testing.T) {
	list := sources(t, 7, 60)
	doc, err := Merge(about, list)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Errorf("the merged document is not valid: %v", err)
	}
	want := marshal(t, doc)
	if strings.Contains(want, "x-source-") || strings.Contains(want, "x-go-") {
		t.Error("the merged document contains hints on Go types")
	}
	for range 4 {
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		doc, err := Merge(about, list)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, marshal(t, doc)); diff != "" {
			t.Fatalf("document merged in another order (-want +got):\n%s", diff)
		}
	}
}

func TestMergeDoesNotModifyItsSources(t *testing.T) {
	list := sources(t, 2, 12)
	before := marshal(t, list[0].Doc)
	doc, err := Merge(about, list)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range doc.Components.Schemas {
		s.Value.Description = "changed"
	}
	for _, item := range doc.Paths.Map() {
		for _, o := range item.Operations() {
			o.Responses.Value("200").Value.Headers = nil
			o.Parameters[0].Value.Name = "changed"
		}
	}
	if diff := cmp.Diff(before, marshal(t, list[0].Doc)); diff != "" {
		t.Errorf("a change of the result changed the source (-before +after):\n%s", diff)
	}
}

// FuzzMerge merges any document that kin-openapi loads with a known one, in both
// orders, and compares the results.
func FuzzMerge(f *testing.F) {
	f.Add([]byte(`{"openapi":"3.0.3","info":{"title":"","version":""},` +
		`"paths":{"/a/{b}":{"get":{"responses":{"200":{"$ref":"#/components/responses/R"}}}}},` +
		`"components":{"responses":{"R":{"description":""}}}}`))
	f.Add(specimen.Contexts(1, 6)[0].Spec)
	f.Add([]byte(specimen.Everything))
	f.Add([]byte("openapi: 3.0.0\npaths: {/a: null}\n" +
		"components: {schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}]}}}\ntags: [null]\n"))
	known := sources(f, 1, 6)[0]
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := openapi3.NewLoader().LoadFromData(data)
		if err != nil {
			return
		}
		other := Source{Name: "other", Doc: doc}
		first, firstErr := Merge(about, []Source{known, other})
		second, secondErr := Merge(about, []Source{other, known})
		if firstErr != nil || secondErr != nil {
			if firstErr == nil || secondErr == nil || firstErr.Error() != secondErr.Error() {
				t.Errorf("the order changes the error:\n%v\n%v", firstErr, secondErr)
			}
			return
		}
		if diff := cmp.Diff(marshal(t, first), marshal(t, second)); diff != "" {
			t.Errorf("the order changes the document:\n%s", diff)
		}
	})
}
