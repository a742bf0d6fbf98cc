package portal

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/compat"
)

func catalogOf(t *testing.T, document []byte) *catalog {
	t.Helper()
	c, err := newCatalog(document, reports, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCatalog(t *testing.T) {
	c := catalogOf(t, sample)
	t.Run("document", func(t *testing.T) {
		if c.Title != "Sample API" || c.Operations != 8 || len(c.Contexts) != 2 {
			t.Errorf("title %q, %d operations, %d contexts", c.Title, c.Operations, len(c.Contexts))
		}
		if diff := cmp.Diff([]string{"cognito"}, c.BearerSchemes); diff != "" {
			t.Errorf("bearer schemes (-want +got):\n%s", diff)
		}
	})
	orders := *c.Contexts[0]
	t.Run("context", func(t *testing.T) {
		got := orders
		got.Operations = nil
		want := boundedContext{
			Title: "Orders", Name: "orders", Slug: "orders", Owner: "team-orders", Version: "1.2.0",
			Description: "What customers have ordered.", Text: orders.Text, Report: &reports[1],
			Scopes: []scope{
				{Name: "orders/admin", Description: "Change every order."},
				{Name: "orders/read", Description: "Read your own orders."},
				{Name: "orders/write", Description: "Order."},
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("context (-want +got):\n%s", diff)
		}
	})
	t.Run("operations", func(t *testing.T) {
		var got []string
		for _, o := range orders.Operations {
			row := fmt.Sprintf("%s %s %v%v%v%s", o.Method, o.Path, o.Requests, o.Responses, o.Scopes, o.Access)
			got = append(got, row)
		}
		want := []string{
			"GET /orders [][Order][orders/read orders/admin]",
			"POST /orders [NewOrder][Order][orders/write]",
			"GET /orders/health [][][]No token",
			"GET /orders/me [][Order][orders/read]",
			"PUT /orders/{orderId} [NewOrder][Order][orders/write orders/admin]",
			"PATCH /orders/{orderId} [NewOrder][Order][orders/write]",
			"DELETE /orders/{orderId} [][][orders/write]",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("operations (-want +got):\n%s", diff)
		}
	})
	t.Run("nested schemas are searched", func(t *testing.T) {
		parcel := c.Contexts[1].Operations[0]
		if parcel.Access != "ID token" || !strings.Contains(parcel.Search, "line") {
			t.Errorf("operation %+v, want an ID token and line in the search text", parcel)
		}
	})
}

func TestCatalogOfDocumentWithoutTags(t *testing.T) {
	response := object{"200": object{"description": "OK"}}
	c := catalogOf(t, edited(t, func(v object) {
		delete(v, "tags")
		v["components"] = object{}
		v["security"] = []any{object{"cognito": []any{}}}
		v["paths"] = object{
			"/a": object{"get": object{"responses": response}},
			"/b/c": object{
				"get":   object{"tags": []any{"B", "A"}, "responses": response, "security": []any{}},
				"trace": object{"tags": []any{"B"}, "responses": response},
			},
		}
	}))
	var got []string
	for _, context := range c.Contexts {
		for _, o := range context.Operations {
			row := []string{context.Title, context.Name, o.Method, o.Path, o.Access, o.ID}
			got = append(got, strings.Join(row, " "))
		}
	}
	want := []string{"default a GET /a ID token ", "B b GET /b/c No token ", "B b TRACE /b/c ID token "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	if len(c.BearerSchemes) != 0 {
		t.Errorf("bearer schemes %v, want none", c.BearerSchemes)
	}
}

// TestCatalogNamesSchemas checks which schemas the overview names for a body.
func TestCatalogNamesSchemas(t *testing.T) {
	ref := func(name string) object { return object{"$ref": "#/components/schemas/" + name} }
	for name, test := range map[string]struct {
		content object
		want    []string
	}{
		"a reference": {
			content: object{"application/json": object{"schema": ref("Order")}}, want: []string{"Order"},
		},
		"a list": {
			content: object{"application/json": object{"schema": object{"type": "array", "items": ref("Line")}}},
			want:    []string{"Line"},
		},
		"a reference to a list": {
			content: object{"application/json": object{"schema": ref("Orders")}}, want: []string{"Orders"},
		},
		"an inline schema": {content: object{"application/json": object{"schema": object{"type": "object"}}}},
		"two media types": {
			content: object{
				"application/json": object{"schema": ref("Order")}, "text/x": object{"schema": ref("Line")},
			},
			want: []string{"Order", "Line"},
		},
		"a media type without schema": {
			content: object{"a/a": object{}, "application/json": object{"schema": ref("Order")}},
			want:    []string{"Order"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := catalogOf(t, edited(t, func(v object) {
				v["components"].(object)["schemas"].(object)["Orders"] = object{"type": "array", "items": ref("Order")}
				v["tags"] = []any{}
				v["paths"] = object{"/a": object{"post": object{
					"requestBody": object{
						"content": test.content}, "responses": object{"204": object{"description": "Done."}},
				}}}
			}))
			if diff := cmp.Diff(test.want, c.Contexts[0].Operations[0].Requests); diff != "" {
				t.Errorf("schemas (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPortalOfDocumentWithoutOperations(t *testing.T) {
	h := newHandler(t, Config{Document: edited(t, func(v object) { v["paths"] = object{} })})
	if w := get(h, "/"); w.Code != 200 {
		t.Errorf("status %d, want 200", w.Code)
	}
}

var quotedValue = regexp.MustCompile(`"[^"]*"`)

const attack = "<script>attack()</script><img src=x onerror=attack()>\"'`><a href=\"javascript:attack()\">"

// hostileDocument returns the sample with the attack in every text of the overview.
func hostileDocument(t *testing.T) []byte {
	t.Helper()
	return edited(t, func(v object) {
		info := v["info"].(object)
		info["title"], info["version"], info["description"] = attack, attack, attack
		tag := v["tags"].([]any)[0].(object)
		tag["name"], tag["description"], tag["x-owner"], tag["x-version"] = attack, attack, attack, attack
		tag["x-scopes"] = object{attack: attack}
		get := v["paths"].(object)["/orders"].(object)["get"].(object)
		get["summary"], get["operationId"], get["tags"], get["x-scopes"] = attack, attack, []any{attack}, []any{attack}
		v["paths"].(object)["/"+attack] = object{"get": get}
		v["components"].(object)["securitySchemes"].(object)[attack] = object{"type": "http", "scheme": "bearer"}
	})
}

// TestHostileTextIsEscaped checks that text of a document or a change never
// becomes markup.
func TestHostileTextIsEscaped(t *testing.T) {
	h := newHandler(t, Config{Document: hostileDocument(t), Changes: []compat.Report{{
		Context: attack, Base: attack, Current: attack, Next: attack, Level: compat.Breaking,
		Changes: []compat.Change{
			{Level: compat.Breaking, Operation: attack, Text: attack, Location: attack},
			{Level: compat.None, Operation: attack, Text: attack, Location: attack},
		},
	}}})
	for _, p := range pages {
		t.Run(p.File, func(t *testing.T) {
			page := get(h, "/"+p.File).Body.String()
			markup := quotedValue.ReplaceAllString(page, `""`)
			for _, bad := range []string{"attack()</script>", "<img src=x", "onerror=attack()>", "<script>"} {
				if strings.Contains(markup, bad) {
					t.Errorf("the markup contains %s", bad)
				}
			}
			if strings.Contains(page, `="javascript:`) {
				t.Error("a link runs a script")
			}
			if p.File != "problems.html" && !strings.Contains(page, "&lt;script&gt;attack()") {
				t.Error("the text is not displayed")
			}
		})
	}
}
