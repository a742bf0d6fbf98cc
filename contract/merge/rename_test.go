package merge_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/platform/system"
)

var about = merge.About{System: system.Current()}

// generation returns the specification of a context that a version of this module has
// generated, in which the description of the shared problem is text.
func generation(t *testing.T, context, text string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(strings.NewReplacer("CONTEXT", context, "TEXT", text).Replace(`{
		"openapi": "3.0.3", "info": {"title": "CONTEXT", "version": "1.0.0"},
		"paths": {"/CONTEXT": {"get": {"operationId": "get-CONTEXT", "security": [{"cognito": []}], "responses": {
			"200": {"description": "OK", "headers": {"X-Region": {"$ref": "#/components/headers/X-Region"}}},
			"404": {"$ref": "#/components/responses/NotFound"}}}}},
		"components": {
			"headers": {"X-Region": {"description": "The Region.", "schema": {"type": "string"}}},
			"securitySchemes": {"cognito": {"type": "http", "scheme": "bearer", "description": "TEXT"}},
			"responses": {"NotFound": {"description": "Not found.", "content": {"application/problem+json": {
				"schema": {"$ref": "#/components/schemas/Problem"}}}}},
			"schemas": {"Problem": {"type": "object", "description": "TEXT"}}}}`)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestReleasedSourcesAreMergedAcrossVersions(t *testing.T) {
	accounts := merge.Source{Name: "accounts/openapi.json", Context: "accounts", Released: true,
		Doc: generation(t, "accounts", "old")}
	profiles := merge.Source{Name: "profiles/openapi.json", Context: "profiles", Doc: generation(t, "profiles", "new")}
	doc, err := merge.Merge(about, []merge.Source{accounts, profiles})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{
		"schemas": keys(doc.Components.Schemas), "responses": keys(doc.Components.Responses),
		"headers": keys(doc.Components.Headers), "security schemes": keys(doc.Components.SecuritySchemes),
	}
	want := map[string][]string{
		"schemas": {"AccountsProblem", "Problem"}, "responses": {"AccountsNotFound", "NotFound"},
		"headers": {"X-Region"}, "security schemes": {"cognito"},
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	for context, text := range map[string]string{"accounts": "old", "profiles": "new"} {
		response := doc.Paths.Value("/" + context).Get.Responses.Value("404").Value
		if got := response.Content["application/problem+json"].Schema.Value.Description; got != text {
			t.Errorf("the problem of %s is described as %q, want %q", context, got, text)
		}
	}
	if got := doc.Components.SecuritySchemes["cognito"].Value.Description; got != "new" {
		t.Errorf("the security scheme is described as %q, want that of the source that is not released", got)
	}
	profiles.Released = true
	if both, err := merge.Merge(about, []merge.Source{profiles,
		accounts}); err != nil || both.Components.Schemas["ProfilesProblem"] == nil {
		t.Errorf("two releases: %v, want the schema ProfilesProblem beside Problem", err)
	}
}

func TestReleasedSourcesWithoutDifferencesKeepTheirNames(t *testing.T) {
	sources := func(released bool) []merge.Source {
		return []merge.Source{
			{Name: "accounts/openapi.json", Context: "accounts", Released: released, Doc: generation(t, "accounts", "same")},
			{Name: "profiles/openapi.json", Context: "profiles", Released: released, Doc: generation(t, "profiles", "same")},
		}
	}
	var texts []string
	for _, released := range []bool{false, true} {
		doc, err := merge.Merge(about, sources(released))
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(data))
	}
	if diff := cmp.Diff(texts[0], texts[1]); diff != "" {
		t.Errorf("merged (-working tree +released):\n%s", diff)
	}
}

func TestReleasedSourcesDoNotHideErrors(t *testing.T) {
	clash := generation(t, "accounts", "old")
	clash.Components.SecuritySchemes["cognito"].Value.Scheme = "basic"
	_, err := merge.Merge(about, []merge.Source{
		{Name: "accounts/openapi.json", Context: "accounts", Released: true, Doc: clash},
		{Name: "profiles/openapi.json", Context: "profiles", Doc: generation(t, "profiles", "new")},
	})
	if err == nil || !strings.HasPrefix(err.Error(),
		"security scheme cognito in accounts/openapi.json and profiles/openapi.json: ") {
		t.Errorf("error %v, want one about the security scheme", err)
	}
}

// TestMappingsFollowRenamedComponents merges two versions of a union and of its variant.
func TestMappingsFollowRenamedComponents(t *testing.T) {
	union := func(context, text string) *openapi3.T {
		doc := generation(t, context, text)
		variant := openapi3.NewObjectSchema()
		variant.Description = text
		ref := "#/components/schemas/Card"
		doc.Components.Schemas["Card"] = variant.NewRef()
		doc.Components.Schemas["Payment"] = openapi3.NewSchemaRef("", &openapi3.Schema{
			OneOf: openapi3.SchemaRefs{openapi3.NewSchemaRef(ref, variant)},
			Discriminator: &openapi3.Discriminator{
				PropertyName: "kind", Mapping: map[string]openapi3.MappingRef{"card": {Ref: ref}, "other": {Ref: "Card"}},
			},
		})
		return doc
	}
	doc, err := merge.Merge(about, []merge.Source{
		{Name: "accounts/openapi.json", Context: "accounts", Released: true, Doc: union("accounts", "old")},
		{Name: "profiles/openapi.json", Context: "profiles", Doc: union("profiles", "new")},
	})
	if err != nil {
		t.Fatal(err)
	}
	renamed := doc.Components.Schemas["AccountsPayment"]
	if renamed == nil {
		t.Fatalf("the schemas are %v, want AccountsPayment among them", keys(doc.Components.Schemas))
	}
	mapping := renamed.Value.Discriminator.Mapping
	got := []string{renamed.Value.OneOf[0].Ref, mapping["card"].Ref, mapping["other"].Ref}
	want := []string{"#/components/schemas/AccountsCard", "#/components/schemas/AccountsCard", "AccountsCard"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
}

func keys[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
