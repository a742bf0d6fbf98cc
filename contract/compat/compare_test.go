package compat

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRunClassifiesChanges checks the level, the version and the first change
// that follow from each edit.
func TestRunClassifiesChanges(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	nextVersion := map[Bump]string{NoBump: "1.2.3", Patch: "1.2.4", Minor: "1.3.0", Major: "2.0.0"}
	for _, test := range slices.Concat(contractEdits, otherEdits) {
		t.Run(test.name, func(t *testing.T) {
			repo := repo.with(t)
			repo.spec("orders", test.edit)
			got := repo.report("", "orders")
			want := Report{
				Context: "orders", Base: "orders/v1.2.3", Level: test.level, Changes: got.Changes,
				Current: "1.2.3", Bump: test.bump, Next: nextVersion[test.bump],
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			if test.rule == "" {
				if len(got.Changes) > 0 {
					t.Errorf("changes %+v, want no changes", got.Changes)
				}
				return
			}
			if len(got.Changes) == 0 {
				t.Fatalf("no changes, want %s", test.rule)
			}
			if first := got.Changes[0]; first.ID != test.rule || !strings.Contains(first.String(), test.text) {
				t.Errorf("first change %+v, want %s with %s", first, test.rule, test.text)
			}
			checkChanges(t, got.Changes)
		})
	}
}

// checkChanges checks the properties that every list of changes has.
func checkChanges(t *testing.T, changes []Change) {
	t.Helper()
	if !strings.Contains(changes[0].Location, "orders/openapi.json") {
		t.Errorf("location %q, want one in the specification", changes[0].Location)
	}
	if !slices.IsSortedFunc(changes, func(a, b Change) int { return b.Level.rank() - a.Level.rank() }) {
		t.Errorf("changes not sorted by descending level: %+v", changes)
	}
	for _, c := range changes {
		if strings.Contains(c.ID, "version") {
			t.Errorf("change %+v is about a version, which only Gate checks", c)
		}
	}
}

func TestChangesHaveLocations(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	repo.spec("orders", func(spec object) {
		delete(at(spec, "paths"), "/orders/health")
		operationOf(spec, "/orders", "get")["summary"] = "All"
		addParameter(spec, requiredParameter("q"))
	})
	locations := map[string]string{}
	for _, c := range repo.report("", "orders").Changes {
		locations[c.ID] = c.Location
	}
	for rule, want := range map[string]string{ // a prefix: a line number follows a colon
		"api-path-removed-without-deprecation": "orders/v1.2.3:orders/openapi.json:",
		"new-required-request-parameter":       "orders/openapi.json:",
		documentation:                          "orders/openapi.json#/paths/~1orders/get/summary",
	} {
		t.Run(rule, func(t *testing.T) {
			if got := locations[rule]; !strings.HasPrefix(got, want) || strings.HasSuffix(got, ":") {
				t.Errorf("location %q, want %s", got, want)
			}
		})
	}
}

// TestRunFindsUncoveredChangesAmongOthers changes many paths and operations in a way
// that is not judged by operation or has a rule. The order in which the comparison
// visits them is random.
func TestRunFindsUncoveredChangesAmongOthers(t *testing.T) {
	repo := newMonorepo(t)
	edit := func(server, style string, deprecated bool) func(object) {
		return func(spec object) {
			for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
				at(spec, "paths")["/orders/"+name] = object{
					"servers": []any{object{"url": server}}, "get": object{"responses": okResponse},
				}
			}
			many := object{}
			for _, method := range []string{"put", "post", "patch", "delete", "head", "options"} {
				many[method] = object{"responses": okResponse, "deprecated": deprecated}
			}
			list := optionalParameter("q")
			list["style"], list["schema"] = style, object{"type": "array", "items": object{}}
			many["get"] = object{"responses": okResponse, "parameters": []any{list}}
			at(spec, "paths")["/orders/many"] = many
		}
	}
	repo.spec("orders", edit("https://a.example.com", "form", false))
	repo.commit("orders/v1.2.3")
	repo.spec("orders", edit("https://b.example.com", "pipeDelimited", true))
	changes := repo.report("", "orders").Changes
	if len(changes) == 0 || changes[0].ID != unjudged || changes[0].Operation != "GET /orders/many" {
		t.Errorf("changes %+v, want %s of GET /orders/many first", changes, unjudged)
	}
}

// TestDocumentationOfAPathHasNoOperation changes texts of a path item, which belong
// to all operations of the path.
func TestDocumentationOfAPathHasNoOperation(t *testing.T) {
	repo := newMonorepo(t)
	edit := func(description string) func(object) {
		return func(spec object) {
			path := at(spec, "paths", "/orders")
			shared := optionalParameter("shared")
			shared["description"] = description
			path["parameters"] = []any{shared}
			path["servers"] = []any{object{"url": "https://a.example.com", "description": description}}
			path["description"] = description
		}
	}
	repo.spec("orders", edit("before"))
	repo.commit("orders/v1.2.3")
	repo.spec("orders", edit("after"))
	var got []Change
	for _, c := range repo.report("", "orders").Changes {
		got = append(got, Change{ID: c.ID, Operation: c.Operation, Location: c.Location})
	}
	const base = "orders/openapi.json#/paths/~1orders/"
	want := []Change{
		{ID: documentation, Location: base + "description"},
		{ID: documentation, Location: base + "parameters/0/description"},
		{ID: documentation, Location: base + "servers/0/description"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestTextOfChangesIsOneLine(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	repo.spec("orders", func(spec object) {
		addParameter(spec, requiredParameter("q\n\x1b[2Jaccounts: fine"))
	})
	if text := repo.report("", "orders").Changes[0].Text; strings.ContainsAny(text, "\n\x1b") {
		t.Errorf("text %q contains control characters", text)
	}
}

// TestRunReportsEachChangeOnce checks the complete list of changes: a change with
// a rule is not reported a second time as documentation.
func TestRunReportsEachChangeOnce(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	for _, test := range []struct {
		name string
		edit func(spec object)
		want []string // rules
	}{
		{
			name: "a token required",
			edit: func(spec object) {
				operationOf(spec, "/orders/health", "get")["security"] = []any{object{"cognito": []any{}}}
				operationOf(spec, "/orders/health", "get")["x-scopes"] = []any{"orders/read"}
			},
			want: []string{"api-security-anonymous-access-removed"},
		},
		{
			name: "a property called description removed",
			edit: func(spec object) {
				delete(at(spec, "components", "schemas", "Order", "properties"), "description")
			},
			want: []string{"response-optional-property-removed", "response-optional-property-removed"},
		},
		{
			name: "a property called title removed below one called properties",
			edit: func(spec object) {
				delete(property(spec, "Order", "properties")["properties"].(object), "title")
			},
			want: []string{"response-optional-property-removed", "response-optional-property-removed"},
		},
		{
			name: "a parameter inserted first and the description of another one changed",
			edit: func(spec object) {
				parameter(spec, 0)["description"] = "Which."
				get := operationOf(spec, "/orders", "get")
				added := optionalParameter("q")
				added["description"] = "Words."
				get["parameters"] = append([]any{added}, get["parameters"].([]any)...)
			},
			want: []string{"new-optional-request-parameter", documentation},
		},
		{
			name: "a problem renamed",
			edit: func(spec object) {
				delete(problems(spec), "gone")
				problems(spec)["left"] = object{"value": object{"type": "urn:example:problem:left"}}
			},
			want: []string{problemChanged},
		},
		{
			name: "an operation added with descriptions",
			edit: func(spec object) {
				at(spec, "paths")["/orders/new"] = object{
					"get": object{"operationId": "new", "summary": "New", "responses": okResponse},
				}
			},
			want: []string{"endpoint-added"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			repo := repo.with(t)
			repo.spec("orders", test.edit)
			var got []string
			for _, c := range repo.report("", "orders").Changes {
				got = append(got, c.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
