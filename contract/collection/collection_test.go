package collection

import (
	"archive/zip"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const document = `{
  "openapi": "3.0.3", "info": {"title": "Sample", "version": "1"},
  "paths": {
    "/a/{id}": {
      "delete": {
        "operationId": "deleteA", "tags": ["A"], "summary": "Removes an a",
        "security": [{"x": []}], "x-scopes": ["a/write", "a/admin"],
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string", "example": "1 2"}}],
        "responses": {"204": {"description": "x"}}
      },
      "patch": {
        "operationId": "patchA", "tags": ["A"], "security": [{"x": []}], "x-scopes": ["a/admin"],
        "parameters": [
          {"name": "id", "in": "path", "required": true, "example": "` + ExampleSubject + `",
            "schema": {"type": "string"}},
          {"name": "If-Match", "in": "header", "example": "\"7\"", "schema": {"type": "string"}},
          {"name": "n", "in": "query", "required": true, "example": 5, "schema": {"type": "integer"}}
        ],
        "requestBody": {"content": {
          "application/json": {"schema": {"$ref": "#/components/schemas/P"}},
          "application/merge-patch+json": {"schema": {"$ref": "#/components/schemas/P"}}
        }},
        "responses": {"200": {"description": "x"}, "428": {"description": "x"}}
      }
    },
    "/b": {"get": {
      "operationId": "../b", "tags": ["B\nmeta {"], "summary": "x\n### y", "responses": {"200": {"description": "x"}}
    }}
  },
  "components": {"schemas": {"P": {"type": "object", "properties": {
    "name": {"type": "string", "example": "` + ExampleEmail + `"}, "zip": {"type": "string", "example": "9"}
  }}}}
}`

func requestsOf(t *testing.T) []Request {
	t.Helper()
	list, err := FromDocument([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestHTTP(t *testing.T) {
	const want = `
###
# @name patchA
PATCH {{baseUrl}}/a/{{subject}}?n=5
Authorization: Bearer {{adminToken}}
If-Match: *
Content-Type: application/json

{
  "name": "{{email}}"
}

### Removes an a
# @name deleteA
DELETE {{baseUrl}}/a/1%202
Authorization: Bearer {{token}}

### x ### y
# @name ../b
GET {{baseUrl}}/b
`
	_, got, _ := strings.Cut(string(HTTP(requestsOf(t))), "writes.\n")
	if diff := cmp.Diff(want, strings.ReplaceAll(got, "### \n", "###\n")); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

func TestBruno(t *testing.T) {
	files, err := Bruno("Sample", requestsOf(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"A/deleteA.bru", "A/folder.bru", "A/patchA.bru", "B-meta-/-b.bru", "B-meta-/folder.bru", "bruno.json"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(files))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for _, part := range []string{
		"url: {{baseUrl}}/a/:id?n=5\n", "params:path {\n  id: {{subject}}\n}", "If-Match: *\n",
		"body:json {\n  {\n    \"name\": \"{{email}}\"\n  }\n}",
		"assert {\n  res.status: in [200]\n}", "token: {{adminToken}}",
	} {
		if !strings.Contains(string(files["A/patchA.bru"]), part) {
			t.Errorf("the request lacks %q:\n%s", part, files["A/patchA.bru"])
		}
	}
	if got := string(files["B-meta-/folder.bru"]); strings.Count(got, "\n") != 4 {
		t.Errorf("a name of several lines results in\n%s", got)
	}
}

func TestWriteRemovesOldRequestsAndKeepsEnvironments(t *testing.T) {
	dir := t.TempDir()
	remove, err := WriteEnvironment(dir, Environment{BaseURL: "http://127.0.0.1:1", Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, BrunoFolder, "Old", "old.bru")
	if err := writeFile(old, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := Write(dir, "Sample", []byte(document)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the request of an operation that is gone is still there")
	}
	environment := filepath.Join(dir, BrunoFolder, "environments", "local.bru")
	if info, err := os.Stat(environment); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the environment is %v (error %v), want a file that only its owner can read", info, err)
	}
	remove()
	if _, err := os.Stat(environment); err == nil {
		t.Error("the environment is still there")
	}
}

func TestZipIsReproducible(t *testing.T) {
	var archives [2][]byte
	for i := range archives {
		var err error
		if archives[i], err = Zip("Sample", "https://api.example.com", requestsOf(t)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("two archives of a document differ")
	}
	r, err := zip.NewReader(bytes.NewReader(archives[0]), int64(len(archives[0])))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Open("bruno/environments/local.bru"); err != nil {
		t.Error(err)
	}
}
